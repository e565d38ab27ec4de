/**
 * The transaction listing: ours, not Sony's (escott-protocol.md section 10).
 *
 * The real protocol cannot look anything up without the ProcessId that a timed-out caller never
 * got. Format: a first line `ResponseCd=OK&Count=<rows below>&Next=<next page or empty>`, then one
 * CSV line per decision, in order of decision. `MerchantFree1` is the one the transaction was opened
 * with; `Amount` and `State` are the transaction's after that decision.
 */
import { jstStamp, parseJstStamp } from '../jst.ts';
import type { ListingEntry } from './books.ts';

export interface Page {
  /** From 1. */
  readonly page: number;
}

export interface ListingQuery extends Page {
  /** Wall milliseconds, from the first of `From` to the last of `To`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only rows with this MerchantFree1; null = all. */
  readonly reference: string | null;
}

/** `Page`, 1 when it is not given; null when it is no page. */
export const readPage = (fields: ReadonlyMap<string, string>): number | null => {
  const page = fields.get('Page') ?? '1';
  return /^[1-9]\d{0,5}$/.test(page) ? Number(page) : null;
};

/** The query, or the code of what is wrong with it: K05 for a date, K07 for Free1, K01 for a page. */
export const readListingQuery = (
  fields: ReadonlyMap<string, string>,
): { readonly query: ListingQuery } | { readonly code: string } => {
  const fromMs = parseJstStamp(fields.get('From') ?? '');
  const toMs = parseJstStamp(fields.get('To') ?? '');
  if (fromMs === null || toMs === null || toMs < fromMs) return { code: 'K05' };
  const reference = fields.get('MerchantFree1') ?? '';
  if (reference.length > 27) return { code: 'K07' };
  const page = readPage(fields);
  if (page === null) return { code: 'K01' };
  return {
    query: { fromMs, toMs: toMs + 999, reference: reference === '' ? null : reference, page },
  };
};

/** The CSV columns of one decision. */
export const renderEntry = ({ row, operateId, amountYen, processId, processPass }: ListingEntry): string =>
  [
    row.transactionId,
    jstStamp(row.atMs),
    operateId,
    processId,
    processPass,
    row.reference,
    amountYen,
    row.code,
    row.state,
  ].join(',');

/** Index of the first entry at or after `fromMs`. Entries stand in the order of their decisions. */
const firstFrom = (entries: readonly ListingEntry[], fromMs: number): number => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] as ListingEntry).row.atMs < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** One page of what is visible at `nowMs` (monotonic). */
export const renderListing = (
  entries: readonly ListingEntry[],
  query: ListingQuery,
  nowMs: number,
  pageRows: number,
): string => {
  const skipped = (query.page - 1) * pageRows;
  const lines: string[] = [];
  let seen = 0;
  let more = false;
  for (let index = firstFrom(entries, query.fromMs); index < entries.length; index += 1) {
    const entry = entries[index] as ListingEntry;
    if (entry.row.atMs > query.toMs) break;
    if (entry.visibleAtMs > nowMs) continue;
    seen += 1;
    if (seen <= skipped) continue;
    if (lines.length === pageRows) {
      more = true;
      break;
    }
    lines.push(renderEntry(entry));
  }
  const head = `ResponseCd=OK&Count=${lines.length}&Next=${more ? query.page + 1 : ''}`;
  return [head, ...lines, ''].join('\n');
};
