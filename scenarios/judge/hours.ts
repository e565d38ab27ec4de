/**
 * Hours of the scenario's day, as people write them ("21:02", JST), turned into milliseconds since
 * the scenario's start, and stretches of time made of them.
 *
 * A day that crosses midnight needs no date on its hours: an hour before the day's first belongs to
 * the next morning, and one that then lies past the end of the day is refused.
 */
import { z } from 'zod';

const jstOffsetMs = 9 * 3_600_000;
const wholeDayMs = 24 * 3_600_000;

/** `HH:MM` or `HH:MM:SS`, Japanese time. */
export const Hour = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, 'must be a time of day, "HH:MM" or "HH:MM:SS" (JST)');

/** From `from` (included) to `to` (excluded). */
export const Window = z.strictObject({ from: Hour, to: Hour });
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

/** Scenario time of an hour of that day; null when the day does not reach it. Its end itself is reached. */
export const hourToMs = (hour: string, day: Day): number | null => {
  const [hours = 0, minutes = 0, seconds = 0] = hour.split(':').map(Number);
  const ofDayMs = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  const startOfDayMs = (day.startWallMs + jstOffsetMs) % wholeDayMs;
  const sinceStartMs = (ofDayMs - startOfDayMs + wholeDayMs) % wholeDayMs;
  return sinceStartMs <= day.dayMs ? sinceStartMs : null;
};

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
