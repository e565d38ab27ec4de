/** What the control API shows of the simulator's state. Pure reads. */
import type { Station } from '../capacity/station.ts';
import type { Ledger, LedgerRow, Transaction } from '../ledger/ledger.ts';
import type { TransactionState } from '../ledger/money.ts';
import type { Background } from '../tenants/background.ts';
import type { Tenants } from '../tenants/tenant.ts';

/** `GET /sim/v1/load`. Counters are since start; times are wall milliseconds. */
export const loadView = (
  acquirer: string,
  atMs: number,
  station: Station,
  tenants: Tenants,
  background: Background,
) => {
  const caps: Record<string, number> = {};
  const counters: Record<string, object> = {};
  const traffic: Record<string, object> = {};
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

/** Rows after a sequence number. `next` is the cursor of the next page, null when this was the last. */
export const ledgerView = (ledger: Ledger, query: { after: number; limit: number }) => {
  // Row n is at n - 1: sequence numbers start at 1 and have no gaps.
  const rows: readonly LedgerRow[] = ledger.rows.slice(query.after, query.after + query.limit);
  const last = query.after + rows.length;
  return { rows, next: last < ledger.rows.length ? last : null };
};

const transactionView = ({ id, reference, tenant, money, atMs }: Transaction) => ({
  transactionId: id,
  reference,
  tenant,
  amountYen: money.amountYen,
  authorisedYen: money.authorisedYen,
  capturedYen: money.capturedYen,
  refundedYen: money.refundedYen,
  state: money.state,
  atMs,
});

export interface TransactionFilter {
  readonly after: number;
  readonly limit: number;
  readonly tenant?: string | undefined;
  readonly reference?: string | undefined;
  readonly state?: TransactionState | undefined;
}

/** Current state of each transaction that matches, in order of opening. */
export const transactionsView = (ledger: Ledger, { after, limit, tenant, reference, state }: TransactionFilter) => {
  const rows: ReturnType<typeof transactionView>[] = [];
  let ordinal = after;
  for (; ordinal < ledger.transactions.length && rows.length < limit; ordinal += 1) {
    const transaction = ledger.transactions[ordinal] as Transaction;
    if (tenant !== undefined && transaction.tenant !== tenant) continue;
    if (reference !== undefined && transaction.reference !== reference) continue;
    if (state !== undefined && transaction.money.state !== state) continue;
    rows.push(transactionView(transaction));
  }
  return { rows, next: ordinal < ledger.transactions.length ? ordinal : null };
};
