/** What a campaign came to so far, added up seed by seed. Order does not matter, and its size does not grow with it. */
import type { SeedResult, Violation } from './world.ts';

/** A seed that failed, with one violation per check. */
export interface Failure {
  readonly seed: number;
  readonly violations: readonly Violation[];
}

export interface CheckTotal {
  judged: number;
  /** Seeds in which it had something to judge, and in which it found something. */
  seedsJudged: number;
  seedsFound: number;
}

export interface Totals {
  seeds: number;
  readonly modes: Record<string, number>;
  simulatedMs: number;
  requests: number;
  payments: number;
  cpuMs: number;
  readonly faults: Map<string, number>;
  readonly flows: Map<string, number>;
  /** Fault x flow x phase. */
  readonly covered: Set<string>;
  /** Two kinds of fault that happened in one world, `a + b`, a before b. */
  readonly together: Set<string>;
  readonly checks: Map<string, CheckTotal>;
  /** The first of them, and how many there are. */
  readonly failures: Failure[];
  failed: number;
}

const failuresKept = 1_000;

export const noTotals = (): Totals => ({
  seeds: 0,
  modes: {},
  simulatedMs: 0,
  requests: 0,
  payments: 0,
  cpuMs: 0,
  faults: new Map(),
  flows: new Map(),
  covered: new Set(),
  together: new Set(),
  checks: new Map(),
  failures: [],
  failed: 0,
});

const addTo = (counts: Map<string, number>, name: string, times: number): void => {
  counts.set(name, (counts.get(name) ?? 0) + times);
};

/** One violation of each check: a campaign's file and its words are about which checks found something. */
export const oneOfEach = (violations: readonly Violation[]): readonly Violation[] =>
  violations.filter(({ check }, index) => violations.findIndex((other) => other.check === check) === index);

export const addResult = (totals: Totals, result: SeedResult, cpuMs: number): void => {
  totals.seeds += 1;
  totals.modes[result.mode] = (totals.modes[result.mode] ?? 0) + 1;
  totals.simulatedMs += result.simulatedMs;
  totals.requests += result.requests;
  totals.payments += result.payments;
  totals.cpuMs += cpuMs;
  const kinds = Object.keys(result.faults).sort();
  for (const [index, kind] of kinds.entries()) {
    addTo(totals.faults, kind, result.faults[kind] ?? 0);
    for (const other of kinds.slice(index + 1)) totals.together.add(`${kind} + ${other}`);
  }
  for (const [flow, times] of Object.entries(result.flows)) addTo(totals.flows, flow, times);
  for (const pair of result.pairs) totals.covered.add(pair);
  const found = oneOfEach(result.violations);
  for (const [check, judged] of Object.entries(result.judged)) {
    const total = totals.checks.get(check) ?? { judged: 0, seedsJudged: 0, seedsFound: 0 };
    total.judged += judged;
    if (judged > 0) total.seedsJudged += 1;
    if (found.some((violation) => violation.check === check)) total.seedsFound += 1;
    totals.checks.set(check, total);
  }
  if (found.length === 0) return;
  totals.failed += 1;
  if (totals.failures.length < failuresKept) totals.failures.push({ seed: result.seed, violations: found });
};
