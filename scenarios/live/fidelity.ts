/**
 * How far the two stages agree about one excerpt: the same figures of both, side by side, each with
 * the tolerance that is promised for it.
 *
 * The virtual stage repeats itself to the bit and the live one does not: a poll that just missed a
 * second, a process that waited for a core. The tolerances allow for that and for no more.
 */
import type { MomentName, RunResult } from '../judge/result.ts';

export interface Agreement {
  readonly figure: string;
  readonly unit: 'ms' | 'share' | 'count';
  readonly virtual: number | null;
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

const withinOf = (one: number | null, other: number | null, tolerance: number, relative: boolean): boolean => {
  if (one === null || other === null) return one === other;
  const scale = relative ? Math.max(Math.abs(one), Math.abs(other)) : 1;
  return Math.abs(one - other) <= tolerance * scale;
};

/** Figures that neither stage has are left out; one that only one of them has is a disagreement. */
export const compareStages = (virtual: RunResult, live: RunResult): readonly Agreement[] => {
  const rows: Agreement[] = [];
  const add = (
    figure: string,
    unit: Agreement['unit'],
    of: (result: RunResult) => number | null,
    tolerance: number,
  ): void => {
    const [one, other] = [of(virtual), of(live)];
    if (one === null && other === null) return;
    rows.push({
      figure,
      unit,
      virtual: one,
      live: other,
      tolerance,
      agrees: withinOf(one, other, tolerance, unit === 'count'),
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
    shown(row.virtual, row.unit),
    shown(row.live, row.unit),
    toleranceIn(row),
  ]);
  const table = [['', 'figure', 'virtual', 'live', 'tolerance'], ...lines];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return `${title}\n${table.map((line) => `  ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n')}\n`;
};
