/** Dates on the wire are Japan's (UTC+9, no summer time), whatever the machine's zone. */

const OFFSET_MS = 9 * 3_600_000;

/** The last stamp made: replies of one second share it, and making one costs as much as a signature. */
let made = { second: Number.NaN, stamp: '' };

/** `yyyyMMddHHmmss` of a wall time in milliseconds. */
export const jstStamp = (wallMs: number): string => {
  const second = Math.floor(wallMs / 1_000);
  if (second !== made.second) {
    const iso = new Date(second * 1_000 + OFFSET_MS).toISOString();
    made = { second, stamp: iso.slice(0, 19).replaceAll(/[-T:]/g, '') };
  }
  return made.stamp;
};

/** `yyyyMMdd`. */
export const jstDate = (wallMs: number): string => jstStamp(wallMs).slice(0, 8);

const daysIn = (year: number, month: number): number => {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** Whether a text is a real `yyyyMMdd`. */
export const isJstDate = (text: string): boolean => {
  if (!/^\d{8}$/.test(text)) return false;
  const month = Number(text.slice(4, 6));
  const day = Number(text.slice(6, 8));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(Number(text.slice(0, 4)), month);
};

/** Wall milliseconds of a `yyyyMMddHHmmss`; null when it is not a real moment. */
export const parseJstStamp = (text: string): number | null => {
  if (!/^\d{14}$/.test(text) || !isJstDate(text.slice(0, 8))) return null;
  const [hour, minute, second] = [text.slice(8, 10), text.slice(10, 12), text.slice(12, 14)];
  if (hour > '23' || minute > '59' || second > '59') return null;
  const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${hour}:${minute}:${second}+09:00`;
  return Date.parse(iso);
};
