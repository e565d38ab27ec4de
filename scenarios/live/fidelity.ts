/**
 * How far the two stages agree about one excerpt: the same figures of both, side by side, each with
 * the tolerance that is promised for it.
 *
 * The virtual stage repeats itself to the bit and the live one does not: a poll that just missed a
 * second, a process that waited for a core. The tolerances allow for that and for no more.
 *
 * Where a cap lets through whoever comes first, milliseconds decide who that is. The virtual stage
 * then has no one answer either: it is played several times with links that are fractions of a
 * millisecond longer, and the live stage has to be within the tolerance of what it answers between
 * them. On 2017-07-14 as it was, eight such plays had 55.7 to 56.9 % success (standard deviation
 * 0.34 points): two single plays differ by more than half a point three times in ten by chance alone
 * (0.34 x sqrt 2 = 0.48).
 */
import type { MomentName, RunResult } from '../judge/result.ts';
import type { Scenario } from '../play/scenario.ts';

export interface Agreement {
  readonly figure: string;
  readonly unit: 'ms' | 'share' | 'count';
  /** Least and greatest of the virtual stage's plays; one play: the same twice. Null: it never came in one of them. */
  readonly virtual: readonly [number, number] | null;
  readonly live: number | null;
  /** How far apart they may be, in the unit; for counts, as a share of the larger one. */
  readonly tolerance: number;
  readonly agrees: boolean;
}

/** Counts per second, a half-minute look-ahead, a page that is told in beats: what a moment is read from. */
const momentToleranceMs: Partial<Record<MomentName, number>> = {
  detected: 3_000,
  failover: 5_000,
  firstNotice: 8_000,
  contained: 5_000,
  abuserTold: 8_000,
};
/** Half a point. */
const successTolerance = 0.005;
const capToleranceMs = 5_000;
const cappedTolerance = 0.25;

const capAt = (result: RunResult): number | null =>
  result.marks.find(({ kind, title }) => kind === 'operator' && title.en.includes(' capped at '))?.atMs ?? null;

const cappedIn = (result: RunResult): number | null =>
  result.expectations.find(({ id }) => id.startsWith('the-cap-bites'))?.measured ?? null;

/** Fewer of the ordinary operations succeed where who gets through is a matter of milliseconds. */
const chanceBelow = 0.99;
/** What is added to each link's median delay, one play each. */
const nudgesMs = [0.3, 0.6, 0.9, 1.2, 1.5] as const;

/** The excerpt once more for each nudge, where chance has a say in its figures; else none. */
export const nudgesFor = (virtual: RunResult): readonly number[] =>
  (virtual.traffic.innocent.successRate ?? 1) < chanceBelow ? nudgesMs : [];

/** The same day with links that much slower. */
export const nudged = (scenario: Scenario, byMs: number): Scenario => {
  const { links } = scenario.world;
  const later = (delay: typeof links.default) => ({ ...delay, latencyMs: delay.latencyMs + byMs });
  const named = Object.entries(links.named ?? {}).map(([name, delay]) => [name, later(delay)]);
  return {
    ...scenario,
    world: { ...scenario.world, links: { ...links, default: later(links.default), named: Object.fromEntries(named) } },
  };
};

const agrees = (
  virtual: readonly [number, number] | null,
  live: number | null,
  tolerance: number,
  relative: boolean,
): boolean => {
  if (virtual === null || live === null) return virtual === live;
  const [least, most] = virtual;
  const allowed = tolerance * (relative ? Math.max(Math.abs(least), Math.abs(most), Math.abs(live)) : 1);
  return live >= least - allowed && live <= most + allowed;
};

/** Figures that neither stage has are left out; one that only one of them has is a disagreement. */
export const compareStages = (virtuals: readonly RunResult[], live: RunResult): readonly Agreement[] => {
  const rows: Agreement[] = [];
  const add = (
    figure: string,
    unit: Agreement['unit'],
    of: (result: RunResult) => number | null,
    tolerance: number,
  ): void => {
    const [plays, other] = [virtuals.map(of), of(live)];
    const came = plays.filter((one) => one !== null);
    if (came.length === 0 && other === null) return;
    const virtual: Agreement['virtual'] = came.length < plays.length ? null : [Math.min(...came), Math.max(...came)];
    rows.push({
      figure,
      unit,
      virtual,
      live: other,
      tolerance,
      agrees: agrees(virtual, other, tolerance, unit === 'count'),
    });
  };
  for (const [name, tolerance] of Object.entries(momentToleranceMs))
    add(name, 'ms', ({ timings }) => timings[name as MomentName], tolerance);
  add('ordinary merchants’ success', 'share', ({ traffic }) => traffic.innocent.successRate, successTolerance);
  add('the cap', 'ms', capAt, capToleranceMs);
  add('requests of ours that the cap refused', 'count', cappedIn, cappedTolerance);
  return rows;
};

const shown = (value: number | null, unit: Agreement['unit']): string => {
  if (value === null) return '-';
  if (unit === 'ms') return `${(value / 1000).toFixed(1)} s`;
  return unit === 'share' ? `${(100 * value).toFixed(2)} %` : String(value);
};

const spread = ({ virtual, unit }: Agreement): string => {
  if (virtual === null) return '-';
  const [least, most] = virtual.map((value) => shown(value, unit));
  return least === most ? (least ?? '-') : `${least?.replace(/ .*/, '')} to ${most}`;
};

const toleranceIn = ({ tolerance, unit }: Agreement): string =>
  unit === 'ms'
    ? `± ${tolerance / 1000} s`
    : unit === 'share'
      ? `± ${tolerance * 100} points`
      : `± ${tolerance * 100} %`;

export const agreementTable = (title: string, rows: readonly Agreement[]): string => {
  const lines = rows.map((row) => [
    row.agrees ? '✓' : '✗',
    row.figure,
    spread(row),
    shown(row.live, row.unit),
    toleranceIn(row),
  ]);
  const table = [['', 'figure', 'virtual', 'live', 'tolerance'], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return `${title}\n${table.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n')}\n`;
};
