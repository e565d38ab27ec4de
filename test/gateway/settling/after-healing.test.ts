/**
 * How long outcomes stay unknown once an acquirer answers again (resilience-patterns section 11:
 * found within 120 s, not found within 300 s, 99 of 100).
 */
import { describe, expect, it } from 'vitest';
import type { AcquirerId } from '../acquirers.ts';
import { audited, violationsOf } from '../audited.ts';
import { noonMs, openShop } from '../world.ts';

const payments = 200;
const outageMs = 600_000;

interface Fate {
  readonly what: string;
  readonly isCarriedOut: boolean;
  readonly withinMs: number;
}

const fates: readonly Fate[] = [
  { what: 'carried out, and their replies were lost', isCarriedOut: true, withinMs: 120_000 },
  { what: 'never there', isCarriedOut: false, withinMs: 300_000 },
];

/** The call that may leave the buyer's money held: what comes before it at GMO-PG may be lost without harm. */
const holds: ReadonlySet<string> = new Set(['1Auth', 'ExecTran']);

/** What a front of the acquirer says while nothing behind it answers. */
const gone = (): Response => new Response('<html>Bad gateway</html>', { status: 502 });

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;

/** Milliseconds from healing until each unknown outcome was settled. */
const settledAfter = async (first: AcquirerId, { isCarriedOut }: Fate, seed: number) => {
  const world = await openShop({
    seed,
    adjust: (policy) => ({
      ...policy,
      routing: { ...policy.routing, order: first === 'escott' ? ['escott', 'gmo'] : ['gmo', 'escott'] },
    }),
  });
  const auditor = audited(world, noonMs);
  const settledMs: number[] = [];
  const unknown = new Set<unknown>();
  world.stage.onLog(({ atMs, fields }) => {
    if (fields.event === 'charge.unknown') unknown.add(fields.charge);
    if (fields.event === 'unknown.settled') settledMs.push(atMs);
  });
  const tokens = await world.play(() => Promise.all(Array.from({ length: payments }, () => world.shop.token())));
  const acquirer = world.acquirers[first];
  acquirer.hand = async ({ operation }, carryOut) => {
    if (!holds.has(operation)) return carryOut();
    if (isCarriedOut) await carryOut();
    return gone();
  };
  await world.play(() =>
    Promise.all(
      tokens.map((card, index) =>
        world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card }, { key: `buyer-${index}` }),
      ),
    ),
  );
  // From here on nobody can even be asked.
  world.link(first).add({ type: 'reset_after' });
  await world.pass(outageMs);
  const early = settledMs.length;
  const healedMs = world.stage.nowMs();
  world.link(first).heal();
  acquirer.hand = null;
  await world.pass(1_800_000);
  return {
    unknown: unknown.size,
    early,
    afterMs: settledMs.map((atMs) => atMs - healedMs),
    audit: await auditor.audit(),
  };
};

describe.each(['escott', 'gmo'] as const)('payments at %s whose outcome an outage left unknown', (first) => {
  it.for(fates)(
    'are settled within $withinMs ms of its end when they were $what (seed 1)',
    async (fate, { annotate }) => {
      const { unknown, early, afterMs, audit } = await settledAfter(first, fate, 1);
      expect(unknown).toBeGreaterThanOrEqual(100);
      expect(early).toBe(0);
      expect(afterMs).toHaveLength(unknown);
      const p99Ms = percentile(afterMs, 0.99);
      await annotate(`${unknown} unknown, p50 ${percentile(afterMs, 0.5).toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`);
      expect(p99Ms).toBeLessThanOrEqual(fate.withinMs);
      expect(violationsOf(audit)).toEqual([]);
      expect(audit.money).toMatchObject({ unknownLeft: 0, lostApprovals: 0, doubleCaptures: 0, discrepancyYen: 0 });
    },
  );
});
