/**
 * The daily settlement file: ours, not Sony's (escott-protocol.md section 10).
 *
 * `POST /online/lst/OSTL001.do`, OperateId=9Settle, `Date` (yyyyMMdd, a business day), optional `Page`.
 * The first line is the listing's; then one CSV line per approved decision that moved money on that day:
 * the listing's columns and `SalesDate`. `Amount` and `State` are the transaction's after the decision,
 * as in the listing. A day that has not closed is KBY ("processing incomplete"), K39 is a wrong date.
 */
import { isJstDate } from '../jst.ts';
import { hasClosed } from '../ledger/business-day.ts';
import type { ListingEntry } from './books.ts';
import { type Page, readPage, renderEntry } from './listing.ts';

export interface SettlementQuery extends Page {
  readonly date: string;
}

export const readSettlementQuery = (
  fields: ReadonlyMap<string, string>,
): { readonly query: SettlementQuery } | { readonly code: string } => {
  const date = fields.get('Date') ?? '';
  if (!isJstDate(date)) return { code: 'K39' };
  const page = readPage(fields);
  return page === null ? { code: 'K01' } : { query: { date, page } };
};

/** One page of a day, or the code of why there is none yet. `atMs` is wall time. */
export const renderSettlement = (
  entries: readonly ListingEntry[],
  { date, page }: SettlementQuery,
  atMs: number,
  pageRows: number,
): { readonly body: string } | { readonly code: string } => {
  if (!hasClosed(date, atMs)) return { code: 'KBY' };
  const shown = entries.slice((page - 1) * pageRows, page * pageRows);
  const head = `ResponseCd=OK&Count=${shown.length}&Next=${page * pageRows < entries.length ? page + 1 : ''}`;
  return { body: [head, ...shown.map((entry) => `${renderEntry(entry)},${date}`), ''].join('\n') };
};
