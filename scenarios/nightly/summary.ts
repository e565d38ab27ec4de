/** What many runs of one day come to: pure, from results to figures and lines for people. */
import type { RunResult } from '../judge/result.ts';

/** Least, middle and greatest of the figures there are; null when there is none. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export const spreadOf = (values: readonly number[]): Spread | null => {
  if (values.length === 0) return null;
  const sorted = [...values].sort((one, other) => one - other);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return { min: at(0), median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, max: at(sorted.length - 1) };
};

export interface Failure {
  readonly seed: number;
  readonly reason: string;
}

export interface ExpectationSummary {
  readonly id: string;
  readonly bound: string;
  /** Over the seeds that have a figure. */
  readonly measured: Spread | null;
  /** Seeds without one: a moment that never came. */
  readonly without: number;
  readonly failures: readonly Failure[];
}

/** One scenario under one policy, over all its seeds. */
export interface DaySummary {
  readonly scenario: string;
  readonly policy: string;
  readonly runs: number;
  readonly holds: number;
  readonly requests: Spread | null;
  /** Different hashes: as many as runs, unless two seeds gave the same run. */
  readonly hashes: number;
  readonly expectations: readonly ExpectationSummary[];
  /** Violated invariants; they fail a run also where no expectation names them. */
  readonly violations: readonly Failure[];
}

const expectationSummaries = (results: readonly RunResult[]): readonly ExpectationSummary[] =>
  (results[0]?.expectations ?? []).map(({ id, bound }) => {
    const judged = results.flatMap(({ seed, expectations }) =>
      expectations.filter((expectation) => expectation.id === id).map((expectation) => ({ ...expectation, seed })),
    );
    const figures = judged.flatMap(({ measured }) => (measured === null ? [] : [measured]));
    return {
      id,
      bound,
      measured: spreadOf(figures),
      without: judged.length - figures.length,
      failures: judged.filter(({ holds }) => !holds).map(({ seed, reason }) => ({ seed, reason: reason ?? 'fails' })),
    };
  });

/** A violation tells the whole life of what it is about; its first line says what is wrong. */
const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';

/** By scenario and policy, in the order in which they first come. */
export const summarise = (results: readonly RunResult[]): readonly DaySummary[] => {
  const groups = Map.groupBy(results, ({ scenario, policy }) => `${scenario} ${policy}`);
  return [...groups.values()].map((runs) => {
    const { scenario = '', policy = '' } = runs[0] ?? {};
    return {
      scenario,
      policy,
      runs: runs.length,
      holds: runs.filter(({ verdict }) => verdict === 'holds').length,
      requests: spreadOf(runs.map(({ requests }) => requests)),
      hashes: new Set(runs.map(({ traceHash }) => traceHash)).size,
      expectations: expectationSummaries(runs),
      violations: runs.flatMap(({ seed, invariants }) =>
        invariants
          .filter(({ found }) => found > 0)
          .map(({ id, found, violations }) => ({
            seed,
            reason: `${id} x${found}: ${firstLine(violations[0]?.text ?? '')}`,
          })),
      ),
    };
  });
};

/** A run without one protection, and the run with all of them that it is held against. */
export interface Removal {
  readonly removed: RunResult;
  /** Same scenario and seed; null when it was not played. */
  readonly whole: RunResult | null;
}

/** A protection that was taken out, on all the days it was tried on. */
export interface RemovalSummary {
  readonly policy: string;
  /** True when on some day an expectation fails that holds while the protection is there. */
  readonly noticed: boolean;
  readonly days: readonly { readonly scenario: string; readonly failed: readonly string[] }[];
}

const failedIn = ({ expectations }: RunResult): readonly string[] =>
  expectations.filter(({ holds }) => !holds).map(({ id }) => id);

export const summariseRemovals = (removals: readonly Removal[]): readonly RemovalSummary[] =>
  [...Map.groupBy(removals, ({ removed }) => removed.policy)].map(([policy, runs]) => {
    const days = runs.map(({ removed, whole }) => {
      // What fails with all protections as well is no proof that this one matters.
      const anyway = whole === null ? null : failedIn(whole);
      const failed = anyway === null ? [] : failedIn(removed).filter((id) => !anyway.includes(id));
      return { scenario: removed.scenario, failed };
    });
    return { policy, noticed: days.some(({ failed }) => failed.length > 0), days };
  });

/** Four significant digits for shares, whole numbers otherwise. */
const figure = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) >= 1000 ? String(Math.round(value)) : value.toPrecision(4);

export const spreadText = (spread: Spread | null): string =>
  spread === null
    ? 'no figure'
    : `min ${figure(spread.min)}, median ${figure(spread.median)}, max ${figure(spread.max)}`;

export const dayIsGood = ({ runs, holds, hashes }: DaySummary): boolean => holds === runs && hashes === runs;

/** A block of lines for one day, failures with what plays them again. */
export const dayLines = (day: DaySummary): readonly string[] => {
  const { scenario, policy, expectations } = day;
  const width = Math.max(0, ...expectations.map(({ id }) => id.length));
  const failing = [...expectations.flatMap(({ failures }) => failures), ...day.violations].map(({ seed }) => seed);
  return [
    `${scenario} under ${policy}: ${day.holds} of ${day.runs} hold, ${day.hashes} hashes, requests ${spreadText(day.requests)}`,
    ...expectations.flatMap(({ id, bound, measured, without, failures }) => [
      `  ${id.padEnd(width)}  ${bound}: ${spreadText(measured)}${without === 0 ? '' : `, ${without} without a figure`}`,
      ...failures.map(({ seed, reason }) => `    FAILS with seed ${seed}: ${reason}`),
    ]),
    ...day.violations.map(({ seed, reason }) => `  FAILS with seed ${seed}: ${reason}`),
    ...[...new Set(failing)].map((seed) => `  again: breakwater replay ${scenario} --policy ${policy} --seed ${seed}`),
  ];
};

export const removalLines = ({ policy, noticed, days }: RemovalSummary): readonly string[] => [
  `${policy}: ${noticed ? 'noticed' : 'NOT NOTICED by any expectation'}`,
  ...days.map(
    ({ scenario, failed }) => `  ${scenario}: ${failed.length === 0 ? 'all hold' : `fails ${failed.join(', ')}`}`,
  ),
];
