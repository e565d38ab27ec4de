/** Dates on the wire are Japan's (UTC+9, no summer time), whatever the machine's zone. */

const OFFSET_MS = 9 * 3_600_000;

/** `yyyyMMddHHmmss` of a wall time in milliseconds. */
export const jstStamp = (wallMs: number): string => {
  const iso = new Date(wallMs + OFFSET_MS).toISOString();
  return (
    iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10) + iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19)
  );
};

/** `yyyyMMdd`. */
export const jstDate = (wallMs: number): string => jstStamp(wallMs).slice(0, 8);

/** Wall milliseconds of a `yyyyMMddHHmmss`; null when it is not a real moment. */
export const parseJstStamp = (text: string): number | null => {
  if (!/^\d{14}$/.test(text)) return null;
  const wallMs =
    Date.UTC(
      Number(text.slice(0, 4)),
      Number(text.slice(4, 6)) - 1,
      Number(text.slice(6, 8)),
      Number(text.slice(8, 10)),
      Number(text.slice(10, 12)),
      Number(text.slice(12, 14)),
    ) - OFFSET_MS;
  // 31 February rolls over to March: only what reads back the same was a date.
  return jstStamp(wallMs) === text ? wallMs : null;
};

/** Whether a text is a real `yyyyMMdd`. */
export const isJstDate = (text: string): boolean => parseJstStamp(`${text}000000`) !== null;
