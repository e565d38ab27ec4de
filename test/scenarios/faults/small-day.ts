/**
 * Five minutes with a few merchants, faults in three of them, and quiet minutes in which the books
 * become straight: a second of real time for each kind of fault.
 */
import type { FaultRuleInput } from '../../../acquirer-sim/app.ts';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import type { Scenario } from '../../../scenarios/play/scenario.ts';
import { floodDay, playShort } from '../theatre/short-days.ts';

const assumed = 'a fault that a test sets';

const merchants = (cast: Scenario['cast']): unknown => ({
  ...cast,
  merchants: cast.merchants.map((group) => ({
    ...group,
    count: group.group === 'small' ? 1 : 2,
    operationsPerSecond: { big: 0.5, medium: 0.3 }[group.group] ?? 0.1,
    followUps: {
      ...group.followUps,
      captureAfterMs: { median: 20_000, sigma: 0.8 },
      refundAfterMs: { median: 30_000, sigma: 0.8 },
    },
  })),
});

/** Rules by acquirer, set from 21:00 to 21:03. */
export type Rules = Readonly<Record<string, readonly FaultRuleInput[]>>;

export const faultDay = (rules: Rules): Scenario => {
  const day = floodDay();
  return floodDay({
    id: 'small-faults',
    day: { from: '20:59:30', to: '21:04:30' },
    quietMinutes: 12,
    cast: merchants(day.cast),
    policies: ['as-it-was', 'protected'],
    timeline: Object.entries(rules).map(([acquirer, set]) => ({
      id: `faults-${acquirer}`,
      at: '21:00:00',
      assumed,
      what: { kind: 'faults.set', acquirer, rules: set, until: '21:03:00' },
    })),
    expect: [
      { id: 'books-equal', kind: 'money', minimum: { operations: 300, charges: 150, faults: 5 } },
      { id: 'invariants-hold', kind: 'invariants', minimum: { operations: 300, charges: 150, faults: 5 } },
    ],
  });
};

export const playFaults = (rules: Rules): Promise<RunResult> =>
  playShort(faultDay(rules), 'protected', { onsetMs: null });
