/** The whole state: saved, restored, forgotten; and the clock it all lives by. */
import { z } from 'zod';
import { operation, Refusal } from '../operation.ts';
import { ClockView } from '../schema.ts';
import { Snapshot } from '../snapshot.ts';
import type { Controlled } from './controlled.ts';

const SNAPSHOT_CHARACTERS_MAX = 268_435_456;
const ADVANCE_MS_MAX = 315_360_000_000;

export const stateOperations = ({ snapshots, tenants, reset }: Controlled) => [
  operation({
    id: 'getSnapshot',
    method: 'get',
    path: '/snapshot',
    summary: 'The whole state; requests that are under way are left out, and counted',
    answer: Snapshot,
    handle: () => snapshots.take(),
  }),
  operation({
    id: 'putSnapshot',
    method: 'put',
    path: '/snapshot',
    summary: 'Replaces the whole state. Requests under way are answered 503 by the simulator',
    body: Snapshot,
    bodyMax: SNAPSHOT_CHARACTERS_MAX,
    answer: z.object({ restored: z.literal(true), takenAtMs: z.number() }),
    refusals: [409],
    handle: ({ body }) => snapshots.restore(body) ?? { restored: true as const, takenAtMs: body.takenAtMs },
  }),
  operation({
    id: 'reset',
    method: 'post',
    path: '/reset',
    summary: 'Forgets everything, or all that is one tenant’s, and goes back to the configuration',
    body: z.strictObject({ tenant: z.string().optional() }),
    changes: true,
    answer: z.object({ reset: z.string().nullable().describe('The tenant; null = everything') }),
    refusals: [404],
    handle({ body: { tenant } }) {
      if (tenant !== undefined && tenants.get(tenant) === undefined) {
        return new Refusal(404, 'tenant', 'is not a tenant of this acquirer');
      }
      reset(tenant ?? null);
      return { reset: tenant ?? null };
    },
  }),
];

export const clockOperations = ({ clock, clockControl }: Pick<Controlled, 'clock' | 'clockControl'>) => {
  const view = () => ({
    wallMs: clock.wallMs(),
    monotonicMs: clock.monotonicMs(),
    canAdvance: clockControl !== undefined,
  });
  return [
    operation({
      id: 'getClock',
      method: 'get',
      path: '/clock',
      summary: 'The time the simulator lives by',
      answer: ClockView,
      handle: view,
    }),
    operation({
      id: 'advanceClock',
      method: 'post',
      path: '/clock/advance',
      summary: 'Moves the clock forward and runs what falls due, in order. In a sandbox only',
      body: z
        .strictObject({
          ms: z.number().positive().max(ADVANCE_MS_MAX).optional().describe('By so much'),
          untilMs: z.number().optional().describe('To this wall time'),
        })
        .refine(({ ms, untilMs }) => (ms === undefined) !== (untilMs === undefined), 'wants ms or untilMs'),
      changes: true,
      answer: ClockView,
      refusals: [409],
      async handle({ body: { ms, untilMs } }) {
        if (clockControl === undefined) return new Refusal(409, 'clock', 'moves by itself here: this is no sandbox');
        const byMs = ms ?? (untilMs ?? 0) - clock.wallMs();
        if (byMs <= 0) return new Refusal(409, 'untilMs', 'is not in the future: time does not go back');
        if (byMs > ADVANCE_MS_MAX) return new Refusal(400, 'untilMs', `is more than ${ADVANCE_MS_MAX} ms ahead`);
        await clockControl.advance(byMs);
        return view();
      },
    }),
  ];
};
