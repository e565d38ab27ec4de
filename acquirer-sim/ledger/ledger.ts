/**
 * The truth: what this acquirer decided about money, whatever anybody was told.
 *
 * Rows are only appended, in the order of decision. Nothing on the wire can read or change them
 * except through a dialect's own operations; auditors read them by the control API.
 */
import { hash } from 'node:crypto';
import type { CardRule } from '../issuers/cards.ts';
import type { StatePart } from '../state.ts';
import { applyApproved, type Money, noMoney, type RowKind, type TransactionState } from './money.ts';

/** One decision. Shape shared with the auditors: `/sim/v1/ledger`. */
export interface LedgerRow {
  /** From 1; without gaps unless a tenant was reset. */
  readonly seq: number;
  /** Wall time of the decision. */
  readonly atMs: number;
  readonly tenant: string;
  readonly transactionId: string;
  /** The caller's own: MerchantFree1 at e-SCOTT, OrderID at GMO-PG. */
  readonly reference: string;
  /** SHA-256 of the card number, hex. */
  readonly card: string;
  readonly kind: RowKind;
  readonly amountYen: number;
  readonly result: 'approved' | 'declined';
  /** `OK`, or the issuer's code (`G12`). */
  readonly code: string;
  /** State of the transaction after this row. */
  readonly state: TransactionState;
  readonly serviceUs: number;
  /** Whether the caller had the reply; null = cannot be known from here. */
  readonly replied: boolean | null;
}

/** A card as the ledger may know it: never its number. */
export interface KnownCard {
  readonly fingerprint: string;
  readonly rule: CardRule;
  /** `YYMM`. */
  readonly expiry: string;
  readonly lastFour: string;
}

export interface Transaction {
  /** From 0, in order of opening: the cursor of `/sim/v1/transactions`. */
  readonly ordinal: number;
  readonly id: string;
  readonly tenant: string;
  readonly reference: string;
  readonly card: KnownCard;
  readonly money: Money;
  /** Wall time of the last row. */
  readonly atMs: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Decision {
  readonly atMs: number;
  readonly kind: RowKind;
  readonly amountYen: number;
  /** `OK` when approved. */
  readonly code: string;
  readonly serviceUs: number;
}

export interface LedgerState {
  readonly rows: LedgerRow[];
  readonly transactions: Transaction[];
  readonly seqLast: number;
  readonly ordinalNext: number;
}

export interface Ledger {
  /** Opens a transaction. The id is free: ask `has` first. */
  open(opened: { id: string; tenant: string; reference: string; card: KnownCard }): Transaction;
  has(id: string): boolean;
  /** Appends a decision and moves the transaction's money. */
  post(transaction: Transaction, decision: Decision): LedgerRow;
  /** How many transactions a tenant opened under a reference. */
  countOf(tenant: string, reference: string): number;
  readonly rows: readonly LedgerRow[];
  readonly transactions: readonly Transaction[];
  readonly state: StatePart<LedgerState>;
}

/** SHA-256 of a card number. Test numbers only, so no salt: auditors compute the same. */
export const fingerprintOf = (cardNumber: string): string => hash('sha256', cardNumber);

/** @param booked is told of each approved decision, with the money as it was before. */
export const createLedger = (
  booked: (transaction: Transaction, decision: Decision, before: Money) => void = () => {},
): Ledger => {
  const rows: LedgerRow[] = [];
  const transactions: Transaction[] = [];
  const ids = new Set<string>();
  const perReference = new Map<string, number>();
  let seqLast = 0;
  let ordinalNext = 0;
  const keyOf = (tenant: string, reference: string) => `${tenant}/${reference}`;

  const add = (transaction: Transaction): void => {
    transactions.push(transaction);
    ids.add(transaction.id);
    const key = keyOf(transaction.tenant, transaction.reference);
    perReference.set(key, (perReference.get(key) ?? 0) + 1);
  };

  const replace = (newRows: readonly LedgerRow[], newTransactions: readonly Transaction[]): void => {
    rows.length = 0;
    transactions.length = 0;
    ids.clear();
    perReference.clear();
    for (const row of newRows) rows.push(row);
    for (const transaction of newTransactions) add(transaction);
  };

  return {
    open(opened) {
      // A text of its own: cut out of a request's body it would keep that body as long as the ledger.
      const reference = Buffer.from(opened.reference, 'utf8').toString('utf8');
      const transaction = { ...opened, reference, ordinal: ordinalNext, money: noMoney, atMs: 0 };
      ordinalNext += 1;
      add(transaction);
      return transaction;
    },
    has: (id) => ids.has(id),
    post(transaction, decision) {
      const { atMs, kind, amountYen, code, serviceUs } = decision;
      const mutable = transaction as Mutable<Transaction>;
      const approved = code === 'OK';
      const before = mutable.money;
      if (approved) mutable.money = applyApproved(before, kind, amountYen);
      mutable.atMs = atMs;
      if (approved) booked(mutable, decision, before);
      const row: LedgerRow = {
        seq: seqLast + 1,
        atMs,
        tenant: mutable.tenant,
        transactionId: mutable.id,
        reference: mutable.reference,
        card: mutable.card.fingerprint,
        kind,
        amountYen,
        result: approved ? 'approved' : 'declined',
        code,
        state: mutable.money.state,
        serviceUs,
        replied: null,
      };
      seqLast = row.seq;
      rows.push(row);
      return row;
    },
    countOf: (tenant, reference) => perReference.get(keyOf(tenant, reference)) ?? 0,
    rows,
    transactions,
    state: {
      save: () => ({ rows, transactions, seqLast, ordinalNext }),
      load(saved) {
        replace(saved.rows, saved.transactions);
        ({ seqLast, ordinalNext } = saved);
      },
      reset(tenant) {
        // Numbers go on after a reset of one tenant: a cursor that somebody holds stays right.
        const others = <T extends { readonly tenant: string }>(all: readonly T[]) =>
          tenant === null ? [] : all.filter((one) => one.tenant !== tenant);
        replace(others(rows), others(transactions));
        if (tenant === null) [seqLast, ordinalNext] = [0, 0];
      },
    },
  };
};
