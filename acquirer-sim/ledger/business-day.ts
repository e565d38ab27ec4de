/**
 * Business days and their cut-off: pure. Which day a movement of money belongs to is ours, because no
 * public source says it.
 *
 * - A business day is Japan's calendar day; the cut-off is midnight JST.
 * - Its file closes at 03:00 the next morning. Until then a sale that was dated for the day still enters,
 *   so that what is sent shortly before midnight and decided shortly after it keeps its day.
 * - A day asked for that has closed is not reopened: the movement belongs to the day it was decided on.
 * - Money given back never precedes the sale that took it.
 */
import { jstDate, parseJstStamp } from '../jst.ts';

const DAY_MS = 86_400_000;
const CLOSES_AFTER_MS = 3 * 3_600_000;

/** Whether nothing more can enter a day (`yyyyMMdd`) at a wall time. */
export const hasClosed = (date: string, atMs: number): boolean => {
  const startsAtMs = parseJstStamp(`${date}000000`);
  return startsAtMs !== null && atMs >= startsAtMs + DAY_MS + CLOSES_AFTER_MS;
};

/** The day of a sale decided at `atMs`; `asked` is the day the merchant named, empty for none. */
export const salesDay = (asked: string, atMs: number): string =>
  asked === '' || hasClosed(asked, atMs) ? jstDate(atMs) : asked;

/** The day of a movement decided at `atMs` that follows a sale of `soldOn`. */
export const followingDay = (soldOn: string, atMs: number): string => {
  const today = jstDate(atMs);
  return soldOn > today ? soldOn : today;
};
