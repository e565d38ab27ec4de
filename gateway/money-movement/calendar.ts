/**
 * The closing cycle: terms of half a month in Japan Standard Time, closed at the end of the 15th
 * and of the last day; what a term comes to is due at the end of the term after it. Pure.
 *
 * PAY.JP's own dates are per contract and UNVERIFIED in the reference; this rhythm is our choice.
 */

export interface Term {
  readonly startMs: number;
  /** The next term's start. */
  readonly endMs: number;
  /** When its balance is paid out or claimed. */
  readonly dueMs: number;
}

const jstMs = 9 * 3_600_000;

/** 00:00 JST of a day of a month; `month` may be outside 0-11. */
const midnight = (year: number, month: number, day: number): number => Date.UTC(year, month, day) - jstMs;

/** The term that holds this moment. */
export const termAt = (wallMs: number): Term => {
  const date = new Date(wallMs + jstMs);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return date.getUTCDate() <= 15
    ? { startMs: midnight(year, month, 1), endMs: midnight(year, month, 16), dueMs: midnight(year, month + 1, 1) }
    : { startMs: midnight(year, month, 16), endMs: midnight(year, month + 1, 1), dueMs: midnight(year, month + 1, 16) };
};

/** All terms from the one that holds `fromMs` to the one that holds `toMs`, newest first. */
export const termsBetween = (fromMs: number, toMs: number): Term[] => {
  const terms: Term[] = [];
  for (let term = termAt(fromMs); term.startMs <= toMs; term = termAt(term.endMs)) terms.push(term);
  return terms.toReversed();
};

/** `YYYY-MM-DD` in JST. */
export const jstDay = (wallMs: number): string => new Date(wallMs + jstMs).toISOString().slice(0, 10);
