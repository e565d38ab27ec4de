/**
 * The acquirers' daily settlement files, read by our own reading of them
 * (reference/escott-protocol.md section 10; both are ours, the real dialects' are not public).
 *
 * A file that is not understood to the last line is not used: money that a reader skips in silence
 * is what reconciliation exists to find.
 */
import type { FiledLine } from './payment.ts';

export type Fetched =
  | { readonly kind: 'closed'; readonly lines: readonly FiledLine[] }
  /** The day is not over at the acquirer, or was never. */
  | { readonly kind: 'open' }
  /** It could not be asked, or its answer is not understood. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Fetches the file of a day, `yyyyMMdd`. */
export type FetchFile = (date: string) => Promise<Fetched>;

/** A file that breaks its own format, with the number of the line, from 1. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  constructor(line: number, why: string) {
    super(`line ${line}: ${why}`);
  }
}

/** Cells of a CSV line that quotes nothing: neither dialect's file does. */
export const cells = (text: string, count: number, line: number): string[] => {
  const found = text.split(',');
  if (found.length !== count) throw new Unreadable(line, `${found.length} cells instead of ${count}`);
  return found;
};

/** Whole yen, not negative. */
export const yen = (text: string, line: number): number => {
  if (!/^\d{1,15}$/.test(text)) throw new Unreadable(line, 'an amount that is none');
  return Number(text);
};
