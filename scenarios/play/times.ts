/**
 * Times as a scenario file writes them: of the day, in Japan.
 *
 * Hours run to 47, as Japanese timetables write a night that belongs to the day before (`25:30`),
 * so that a play may cross midnight without a second date. Japan has had no summer time since
 * 1951: one fixed offset serves every dated incident, and no time zone database is needed.
 */
import { z } from 'zod';

const offset = '+09:00';
const offsetMs = 9 * 3_600_000;

/** `HH:MM` or `HH:MM:SS`, Japan Standard Time, counted from 00:00 of the scenario's date. */
export const TimeOfDay = z
  .string()
  .regex(
    /^([0-3]\d|4[0-7]):[0-5]\d(:[0-5]\d)?$/,
    'must be a time of day, "HH:MM" or "HH:MM:SS" (JST, hours to 47 for the night after)',
  )
  .meta({ description: 'Time of day in Japan, HH:MM or HH:MM:SS; 24:00 to 47:59 is the night after.' });

/** Milliseconds from 00:00 to a valid `TimeOfDay`. */
export const msOfDay = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
};

/** `HH:MM:SS` of so many milliseconds from 00:00, whole seconds of them: the other way of `msOfDay`. */
export const timeOfDay = (ms: number): string =>
  [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60]
    .map((part) => String(Math.floor(part)).padStart(2, '0'))
    .join(':');

/** Wall milliseconds since the Unix epoch of a time of day on a date (`YYYY-MM-DD`) in Japan. */
export const wallMsOf = (date: string, time: string): number => Date.parse(`${date}T00:00:00${offset}`) + msOfDay(time);

/** `2017-07-12T20:45:00+09:00`: a wall time as people in Japan write it. */
export const isoInJapan = (wallMs: number): string =>
  `${new Date(wallMs + offsetMs).toISOString().slice(0, 19)}${offset}`;
