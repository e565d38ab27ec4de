/**
 * Hours of the scenario's day, as a scenario file writes them ("21:02", JST), turned into
 * milliseconds since the scenario's start, and stretches of time made of them.
 */
import { z } from 'zod';
import { msOfDay, TimeOfDay } from '../play/times.ts';

const jstOffsetMs = 9 * 3_600_000;
const wholeDayMs = 24 * 3_600_000;

/** From `from` (included) to `to` (excluded). */
export const Window = z.strictObject({ from: TimeOfDay, to: TimeOfDay });
export type Window = z.infer<typeof Window>;

export interface Day {
  /** Wall milliseconds at scenario time 0. */
  readonly startWallMs: number;
  /** Length of the day that is judged. */
  readonly dayMs: number;
}

/** A stretch of scenario time, end excluded. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Scenario time of a time of day; null when the day does not reach it. Its end itself is reached. */
export const hourToMs = (hour: string, day: Day): number | null => {
  const sinceStartMs = msOfDay(hour) - ((day.startWallMs + jstOffsetMs) % wholeDayMs);
  return sinceStartMs >= 0 && sinceStartMs <= day.dayMs ? sinceStartMs : null;
};

/** `21:02:05` for a scenario time. */
export const msToHour = (atMs: number, day: Pick<Day, 'startWallMs'>): string =>
  new Date(day.startWallMs + atMs + jstOffsetMs).toISOString().slice(11, 19);

/** The window in scenario time, or why there is none. */
export const resolveWindow = (window: Window, day: Day): Stretch | { readonly refused: string } => {
  const fromMs = hourToMs(window.from, day);
  const toMs = hourToMs(window.to, day);
  if (fromMs === null) return { refused: `${window.from} is outside the day` };
  if (toMs === null) return { refused: `${window.to} is outside the day` };
  if (toMs <= fromMs) return { refused: `${window.to} is not after ${window.from}` };
  return { fromMs, toMs };
};

/** What is left of the day without the stretches. */
export const outsideOf = (stretches: readonly Stretch[], dayMs: number): Stretch[] => {
  const left: Stretch[] = [];
  let fromMs = 0;
  for (const stretch of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    if (stretch.fromMs > fromMs) left.push({ fromMs, toMs: stretch.fromMs });
    fromMs = Math.max(fromMs, stretch.toMs);
  }
  if (fromMs < dayMs) left.push({ fromMs, toMs: dayMs });
  return left;
};
