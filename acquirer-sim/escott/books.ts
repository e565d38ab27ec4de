/**
 * What e-SCOTT remembers about a transaction beyond the ledger: its handle, and its listing rows.
 *
 * A transaction keeps one ProcessId/ProcessPass for life. Whether the real one gives a new pair
 * with each step is not known; its clients use the pair of the latest answer, which works here too.
 */
import type { LedgerRow, Transaction } from '../ledger/ledger.ts';
import type { Handle } from './message.ts';

export interface EscottTransaction extends Handle {
  readonly transaction: Transaction;
  readonly approveNo: string;
  /** `yyyyMMdd`; empty until sales are posted. */
  salesDate: string;
  /** Inquiries so far: each has draws of its own. */
  searches: number;
}

/** One line of the listing. */
export interface ListingEntry {
  readonly row: LedgerRow;
  readonly operateId: string;
  /** What the transaction stands at after the decision; what was asked for when it was declined. */
  readonly amountYen: number;
  /** Empty when the transaction was declined: no handle was ever given. */
  readonly processId: string;
  readonly processPass: string;
  /** Monotonic time from which the listing shows it. */
  readonly visibleAtMs: number;
}

export interface EscottBooks {
  keep(kept: EscottTransaction): void;
  /** The tenant's transaction of that handle; undefined when id, pass or owner do not match. */
  find(tenant: string, handle: Handle): EscottTransaction | undefined;
  hasProcess(processId: string): boolean;
  list(entry: ListingEntry): void;
  /** A tenant's entries in order of decision; with `reference`, only those that carry it. */
  entries(tenant: string, reference: string | null): readonly ListingEntry[];
}

const none: readonly ListingEntry[] = [];

export const createEscottBooks = (): EscottBooks => {
  const byProcess = new Map<string, EscottTransaction>();
  const byTenant = new Map<string, ListingEntry[]>();
  const byReference = new Map<string, ListingEntry[]>();
  const append = (index: Map<string, ListingEntry[]>, key: string, entry: ListingEntry): void => {
    const entries = index.get(key);
    if (entries === undefined) index.set(key, [entry]);
    else entries.push(entry);
  };
  return {
    keep: (kept) => void byProcess.set(kept.processId, kept),
    find(tenant, { processId, processPass }) {
      const kept = byProcess.get(processId);
      const matches = kept?.processPass === processPass && kept.transaction.tenant === tenant;
      return matches ? kept : undefined;
    },
    hasProcess: (processId) => byProcess.has(processId),
    list(entry) {
      append(byTenant, entry.row.tenant, entry);
      append(byReference, `${entry.row.tenant}/${entry.row.reference}`, entry);
    },
    entries: (tenant, reference) =>
      (reference === null ? byTenant.get(tenant) : byReference.get(`${tenant}/${reference}`)) ?? none,
  };
};
