/** Business days of the acquirers: Japan's calendar days, whose files close at 03:00 the next morning. Pure. */

const dayMs = 86_400_000;
const jstMs = 9 * 3_600_000;
/** The settlement file of a day is complete from then on. */
const closesAfterMs = 3 * 3_600_000;

export interface Span {
  readonly startMs: number;
  /** Not included. */
  readonly endMs: number;
}

/** `yyyyMMdd` of the day that holds this moment. */
export const dateAt = (wallMs: number): string =>
  new Date(wallMs + jstMs).toISOString().slice(0, 10).replaceAll('-', '');

/** The day of a `yyyyMMdd`, or null when there is no such day. */
export const spanOf = (date: string): Span | null => {
  if (!/^\d{8}$/.test(date)) return null;
  const startMs = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6))) - jstMs;
  return dateAt(startMs) === date ? { startMs, endMs: startMs + dayMs } : null;
};

/** The day `days` later; negative for earlier. */
export const dateAfter = (date: string, days: number): string => dateAt(spanOf(date)!.startMs + days * dayMs);

/** From when on a day's file may be asked for. */
export const closesAtMs = (date: string): number => spanOf(date)!.endMs + closesAfterMs;

/** `yyyyMMddHHmmss` in JST as wall milliseconds; null when it is none. */
export const stampMs = (stamp: string): number | null => {
  const span = spanOf(stamp.slice(0, 8));
  const time = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(stamp.slice(8));
  if (span === null || time === null) return null;
  return span.startMs + (Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3])) * 1000;
};
