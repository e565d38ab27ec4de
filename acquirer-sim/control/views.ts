/** What the control API shows of the simulator's state. Pure reads. */
import type { Station } from '../capacity/station.ts';
import type { Ledger, LedgerRow, Transaction } from '../ledger/ledger.ts';
import type { Background, Traffic } from '../tenants/background.ts';
import type { TenantCounters, Tenants } from '../tenants/tenant.ts';
import type { LedgerQuery, TransactionsQuery } from './schema.ts';

/** `GET /sim/v1/load`. Counters are since start; times are wall milliseconds. */
export const loadView = (
  acquirer: string,
  atMs: number,
  station: Station,
  tenants: Tenants,
  background: Background,
) => {
  const caps: Record<string, number> = {};
  const counters: Record<string, TenantCounters> = {};
  const traffic: Record<string, Traffic> = {};
  for (const tenant of tenants.all()) {
    if (tenant.cap !== null) caps[tenant.id] = tenant.cap.ratePerSecond;
    counters[tenant.id] = { ...tenant.counters };
    const arrivals = background.get(tenant);
    if (arrivals !== undefined) traffic[tenant.id] = arrivals;
  }
  const { workers, queueMax, slowdown } = station.settings;
  return {
    acquirer,
    atMs,
    workers,
    busy: station.busy,
    queued: station.queued,
    queueMax,
    slowdown,
    caps,
    tenants: counters,
    traffic,
  };
};

/** What an index of a list ordered by a number begins at: the first one beyond `after`. */
const firstBeyond = <One>(all: readonly One[], after: number, numberOf: (one: One) => number): number => {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberOf(all[middle] as One) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
};

interface Page<Row> {
  readonly rows: Row[];
  readonly next: number | null;
}

/** A page of a list ordered by a number. `next` is the cursor to go on from, null at the end. */
export const pageOf = <One>(
  all: readonly One[],
  { after, limit }: { readonly after: number; readonly limit: number },
  numberOf: (one: One) => number,
  matches: (one: One) => boolean,
): Page<One> => {
  const rows: One[] = [];
  let index = firstBeyond(all, after, numberOf);
  for (; index < all.length && rows.length < limit; index += 1) {
    const one = all[index] as One;
    if (matches(one)) rows.push(one);
  }
  return { rows, next: index < all.length && index > 0 ? numberOf(all[index - 1] as One) : null };
};

/** Rows after a sequence number that match. */
export const ledgerView = (ledger: Ledger, query: LedgerQuery): Page<LedgerRow> => {
  const { tenant, reference, card, state, kind, transaction, fromMs, toMs } = query;
  return pageOf(
    ledger.rows,
    query,
    (row) => row.seq,
    (row) =>
      (tenant === undefined || row.tenant === tenant) &&
      (reference === undefined || row.reference === reference) &&
      (card === undefined || row.card === card) &&
      (state === undefined || row.state === state) &&
      (kind === undefined || row.kind === kind) &&
      (transaction === undefined || row.transactionId === transaction) &&
      (fromMs === undefined || row.atMs >= fromMs) &&
      (toMs === undefined || row.atMs <= toMs),
  );
};

const transactionView = ({ id, reference, tenant, card, money, atMs }: Transaction) => ({
  transactionId: id,
  reference,
  tenant,
  card: card.fingerprint,
  amountYen: money.amountYen,
  authorisedYen: money.authorisedYen,
  capturedYen: money.capturedYen,
  refundedYen: money.refundedYen,
  state: money.state,
  atMs,
});

/** Current state of each transaction that matches, in order of opening. The cursor counts from 1. */
export const transactionsView = (ledger: Ledger, query: TransactionsQuery) => {
  const { tenant, reference, card, state, fromMs, toMs } = query;
  const { rows, next } = pageOf(
    ledger.transactions,
    query,
    (transaction) => transaction.ordinal + 1,
    (transaction) =>
      (tenant === undefined || transaction.tenant === tenant) &&
      (reference === undefined || transaction.reference === reference) &&
      (card === undefined || transaction.card.fingerprint === card) &&
      (state === undefined || transaction.money.state === state) &&
      (fromMs === undefined || transaction.atMs >= fromMs) &&
      (toMs === undefined || transaction.atMs <= toMs),
  );
  return { rows: rows.map(transactionView), next };
};
