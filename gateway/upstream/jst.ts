/** Dates as the acquirers write them: Japan Standard Time, UTC+9 the whole year. */

const offsetMs = 9 * 3_600_000;

/** `yyyyMMddHHmmss` in JST. */
export const jstStamp = (wallMs: number): string =>
  new Date(wallMs + offsetMs).toISOString().replace(/[-T:]/g, '').slice(0, 14);

/** `yyyyMMdd` in JST. */
export const jstDate = (wallMs: number): string => jstStamp(wallMs).slice(0, 8);

/** Month of a JST date, `yyyyMM`. */
export const jstMonth = (wallMs: number): string => jstStamp(wallMs).slice(0, 6);
