/** From what was played to what was found: bug by check, seeds to find, and which check does work of its own. Pure. */
import type { Bug } from './bugs.ts';
import type { Played } from './messages.ts';
import { nameOfWorlds } from './world-name.ts';

export interface Trial {
  /** Null: the sources as they are, in which nothing may be found. */
  readonly bug: Bug | null;
  /** Of a bug, without what the same worlds show when it is not there. */
  readonly played: readonly Played[];
}

export interface Finding {
  readonly name: string;
  readonly room: string;
  readonly wrong: string;
  readonly needs: readonly string[];
  /** What its worlds lean towards. */
  readonly worlds: string;
  readonly origin: Bug['origin'];
  readonly expected: readonly string[];
  readonly seeds: number;
  /** Seeds in which some check found it. */
  readonly hits: number;
  /** By check, in how many seeds it found the bug; the most telling first. */
  readonly checks: Readonly<Record<string, number>>;
  /** How many seeds it takes, counted from every seed played, median; null: never found. */
  readonly seedsToFind: number | null;
  /** Was one of the expected checks among those that found it? */
  readonly asExpected: boolean;
  readonly example: { readonly seed: number; readonly text: string } | null;
}

export interface Matrix {
  readonly baseline: { readonly seeds: number; readonly found: Readonly<Record<string, number>> };
  readonly findings: readonly Finding[];
  /** Bugs that exactly one check finds. */
  readonly byOneCheck: Readonly<Record<string, string>>;
  /** By check: bugs it finds at all, and bugs that nobody else finds. */
  readonly checks: Readonly<Record<string, { readonly bugs: number; readonly own: number; readonly judged: number }>>;
}

const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/**
 * Seeds until it is found, for a campaign that begins at each of the seeds played and goes around: a bug that one
 * seed in ten shows takes ten, wherever that seed happens to stand.
 */
export const seedsToFind = (hits: readonly boolean[]): number | null => {
  if (!hits.includes(true)) return null;
  const waits = hits.map((_, start) => {
    for (let passed = 0; ; passed += 1) if (hits[(start + passed) % hits.length] === true) return passed + 1;
  });
  return median(waits);
};

const isFound = ({ found }: Played): boolean => Object.keys(found).length > 0;

const countOf = (played: readonly Played[]): Record<string, number> => {
  const seeds: Record<string, number> = {};
  for (const { found } of played) for (const check of Object.keys(found)) seeds[check] = (seeds[check] ?? 0) + 1;
  return Object.fromEntries(Object.entries(seeds).toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
};

const findingOf = (bug: Bug, played: readonly Played[]): Finding => {
  const checks = countOf(played);
  const first = played.find(isFound);
  const [check] = Object.keys(first?.found ?? {});
  const { name, room, wrong, needs, origin, expected } = bug;
  return {
    name,
    worlds: nameOfWorlds(bug),
    room,
    wrong,
    needs,
    origin,
    expected,
    seeds: played.length,
    hits: played.filter(isFound).length,
    checks,
    seedsToFind: seedsToFind(played.map(isFound)),
    asExpected: expected.some((one) => Object.hasOwn(checks, one)),
    example: first === undefined || check === undefined ? null : { seed: first.seed, text: first.said[check] ?? '' },
  };
};

export const matrixOf = (trials: readonly Trial[]): Matrix => {
  const base = trials.find(({ bug }) => bug === null)?.played ?? [];
  const findings = trials.flatMap(({ bug, played }) => (bug === null ? [] : [findingOf(bug, played)]));
  const byOneCheck: Record<string, string> = {};
  for (const { name, checks } of findings) {
    const [only, ...others] = Object.keys(checks);
    if (only !== undefined && others.length === 0) byOneCheck[name] = only;
  }
  const judged: Record<string, number> = {};
  for (const { judged: times } of trials.flatMap(({ played }) => played))
    for (const [check, count] of Object.entries(times)) judged[check] = (judged[check] ?? 0) + count;
  const known = new Set([...Object.keys(judged), ...findings.flatMap(({ checks }) => Object.keys(checks))]);
  const checks = Object.fromEntries(
    [...known].toSorted().map((check) => [
      check,
      {
        bugs: findings.filter((finding) => Object.hasOwn(finding.checks, check)).length,
        own: Object.values(byOneCheck).filter((only) => only === check).length,
        judged: judged[check] ?? 0,
      },
    ]),
  );
  return { baseline: { seeds: base.length, found: countOf(base) }, findings, byOneCheck, checks };
};
