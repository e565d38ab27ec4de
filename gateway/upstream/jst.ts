/** Dates as the acquirers write them: Japan Standard Time, UTC+9 the whole year. */

const offsetMs = 9 * 3_600_000;

/** The last second formatted: requests of one second share it. */
let second = Number.NaN;
let stamp = '';

/** `yyyyMMddHHmmss` in JST. */
export const jstStamp = (wallMs: number): string => {
  const now = Math.floor(wallMs / 1000);
  if (now !== second) {
    stamp = new Date(now * 1000 + offsetMs).toISOString().replace(/[-T:]/g, '').slice(0, 14);
    second = now;
  }
  return stamp;
};

/** `yyyyMMdd` in JST. */
export const jstDate = (wallMs: number): string => jstStamp(wallMs).slice(0, 8);

/** Month of a JST date, `yyyyMM`. */
export const jstMonth = (wallMs: number): string => jstStamp(wallMs).slice(0, 6);
