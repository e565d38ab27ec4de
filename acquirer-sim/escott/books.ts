/**
 * What e-SCOTT remembers about a transaction beyond the ledger: its handle, and its listing rows.
 *
 * A transaction keeps one ProcessId/ProcessPass for life. Whether the real one gives a new pair
 * with each step is not known; its clients use the pair of the latest answer, which works here too.
 */

import type { Ledger, LedgerRow, Transaction } from '../ledger/ledger.ts';
import { createSettlementBook, movesMoney } from '../ledger/settlement.ts';
import type { Clock } from '../ports.ts';
import type { StatePart } from '../state.ts';
import type { Handle } from './message.ts';

export interface EscottTransaction extends Handle {
  /** The latest: a 1ReAuth opens another one in the ledger under the same handle. */
  transaction: Transaction;
  approveNo: string;
  /** What it was opened as, which a 1ReAuth repeats. */
  readonly opened: 'check' | 'authorise' | 'gather';
  /** Whose stored card paid; empty for a card that was sent. */
  readonly kaiinId: string;
  /** `yyyyMMdd`; empty until sales are posted. */
  salesDate: string;
  /** Inquiries so far: each has draws of its own. */
  searches: number;
  /** The same for authorisations anew. */
  reauthorisations: number;
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
  /** The day it is settled on, `yyyyMMdd`, if it moved money. */
  readonly salesDate: string;
}

export interface EscottBooks {
  keep(kept: EscottTransaction): void;
  /** The tenant's transaction of that handle; undefined when id, pass or owner do not match. */
  find(tenant: string, handle: Handle): EscottTransaction | undefined;
  hasProcess(processId: string): boolean;
  list(entry: ListingEntry): void;
  /** What moved money on a day, in order of decision. */
  settled(tenant: string, salesDate: string): readonly ListingEntry[];
  /** A tenant's entries in order of decision; with `reference`, only those that carry it. */
  entries(tenant: string, reference: string | null): readonly ListingEntry[];
  readonly state: StatePart<SavedBooks>;
}

/** Transactions by their ordinal and rows by their number: the ledger saves those. */
interface SavedBooks {
  readonly kept: (Omit<EscottTransaction, 'transaction'> & { readonly transaction: number })[];
  readonly entries: (Omit<ListingEntry, 'row' | 'visibleAtMs'> & {
    readonly seq: number;
    readonly visibleInMs: number;
  })[];
}

const none: readonly ListingEntry[] = [];

export const createEscottBooks = (
  clock: Pick<Clock, 'monotonicMs'>,
  ledger: Pick<Ledger, 'rows' | 'transactions'>,
): EscottBooks => {
  const byProcess = new Map<string, EscottTransaction>();
  const byTenant = new Map<string, ListingEntry[]>();
  const byReference = new Map<string, ListingEntry[]>();
  const settlement = createSettlementBook<ListingEntry>();
  const append = (index: Map<string, ListingEntry[]>, key: string, entry: ListingEntry): void => {
    const entries = index.get(key);
    if (entries === undefined) index.set(key, [entry]);
    else entries.push(entry);
  };
  const list = (entry: ListingEntry): void => {
    append(byTenant, entry.row.tenant, entry);
    append(byReference, `${entry.row.tenant}/${entry.row.reference}`, entry);
    if (movesMoney(entry.row)) settlement.enter(entry.row.tenant, entry.salesDate, entry);
  };
  return {
    keep: (kept) => void byProcess.set(kept.processId, kept),
    find(tenant, { processId, processPass }) {
      const kept = byProcess.get(processId);
      const matches = kept?.processPass === processPass && kept.transaction.tenant === tenant;
      return matches ? kept : undefined;
    },
    hasProcess: (processId) => byProcess.has(processId),
    list,
    settled: settlement.lines,
    entries: (tenant, reference) =>
      (reference === null ? byTenant.get(tenant) : byReference.get(`${tenant}/${reference}`)) ?? none,
    state: {
      save: () => ({
        kept: [...byProcess.values()].map((kept) => ({ ...kept, transaction: kept.transaction.ordinal })),
        entries: [...byTenant.values()].flat().map(({ row, visibleAtMs, ...entry }) => ({
          ...entry,
          seq: row.seq,
          visibleInMs: visibleAtMs - clock.monotonicMs(),
        })),
      }),
      load(saved) {
        const transactions = new Map(ledger.transactions.map((transaction) => [transaction.ordinal, transaction]));
        const rows = new Map(ledger.rows.map((row) => [row.seq, row]));
        for (const index of [byProcess, byTenant, byReference]) index.clear();
        settlement.state.reset(null);
        for (const { transaction: ordinal, ...kept } of saved.kept) {
          const transaction = transactions.get(ordinal);
          if (transaction !== undefined) byProcess.set(kept.processId, { ...kept, transaction });
        }
        for (const { seq, visibleInMs, ...entry } of saved.entries) {
          const row = rows.get(seq);
          if (row !== undefined) list({ ...entry, row, visibleAtMs: clock.monotonicMs() + visibleInMs });
        }
      },
      reset(tenant) {
        settlement.state.reset(tenant);
        const gone = (of: string) => tenant === null || of === tenant;
        for (const [id, { transaction }] of byProcess) if (gone(transaction.tenant)) byProcess.delete(id);
        for (const id of byTenant.keys()) if (gone(id)) byTenant.delete(id);
        for (const [key, entries] of byReference) if (gone(entries[0]?.row.tenant ?? '')) byReference.delete(key);
      },
    },
  };
};
