/**
 * Fewer points for a plot, without hiding what matters: a share or rate becomes the mean of its
 * neighbours, a count (a queue, open unknowns) their peak.
 */
import type { Series } from '../judge/result.ts';

export type Point = readonly [atMs: number, value: number | null];

/** At most `pointsMax` points (plus the last), times since the scenario's start. A gap stays a gap. */
export const thinOut = (series: Series, pointsMax: number): Point[] => {
  const { values, fromMs, stepMs, unit } = series;
  const per = Math.max(1, Math.ceil(values.length / pointsMax));
  const points: Point[] = [];
  for (let index = 0; index < values.length; index += per) {
    const group = values.slice(index, index + per).filter((value): value is number => value !== null);
    // A point stands in the middle of what it sums up.
    const size = Math.min(per, values.length - index);
    const atMs = fromMs + (index + size / 2) * stepMs;
    if (group.length === 0) points.push([atMs, null]);
    else if (unit === 'count') points.push([atMs, Math.max(...group)]);
    else points.push([atMs, group.reduce((sum, value) => sum + value, 0) / group.length]);
  }
  return points;
};

/** True when there is something to see: a value other than nothing and 0. */
export const isAlive = (series: Series): boolean => series.values.some((value) => value !== null && value !== 0);

/** True when it rises well above what is usual in it, as a flood does. */
export const hasSurge = (series: Series): boolean => {
  const sorted = series.values.filter((value) => value !== null).sort((a, b) => a - b);
  // A flood may last for most of the day, so what is usual is the lower quartile.
  const usual = sorted[Math.floor(sorted.length / 4)] ?? 0;
  return (sorted.at(-1) ?? 0) > Math.max(2 * usual, usual + 5);
};
