/**
 * The gateway's book: append-only double entry.
 *
 * An entry is one transfer between two accounts, so it balances by construction. What is not
 * known yet sits in `suspense`; suspense is 0 when everything is settled
 * (resilience-patterns section 11).
 *
 * Accounts, all in yen: `commitments` (contra), `suspense:<merchant>` (an authorisation was asked
 * for), `authorised:<merchant>` (held for it), `receivable:<acquirer>` (the acquirer owes us),
 * `payable:<merchant>` (we owe the merchant), `losses` (chargebacks that we bear for protected payments).
 */
import type { Tx } from '../ports.ts';
import type { TransferRow } from '../store/database.ts';
import { insertQuery } from '../store/query.ts';

export type EntryKind =
  | 'intend'
  | 'abandon'
  | 'authorise'
  | 'release'
  | 'capture'
  | 'refund'
  | 'chargeback'
  | 'chargeback_loss';

export interface Entry {
  readonly kind: EntryKind;
  readonly chargeId: string;
  readonly merchantId: string;
  readonly acquirer: string;
  readonly amountYen: number;
  readonly atMs: number;
  /** Distinguishes several entries of one kind on a charge, e.g. partial refunds. */
  readonly ordinal?: string | undefined;
}

const accounts: Readonly<Record<EntryKind, (entry: Entry) => { debit: string; credit: string }>> = {
  intend: ({ merchantId }) => ({ debit: `suspense:${merchantId}`, credit: 'commitments' }),
  abandon: ({ merchantId }) => ({ debit: 'commitments', credit: `suspense:${merchantId}` }),
  authorise: ({ merchantId }) => ({ debit: `authorised:${merchantId}`, credit: `suspense:${merchantId}` }),
  release: ({ merchantId }) => ({ debit: 'commitments', credit: `authorised:${merchantId}` }),
  capture: ({ merchantId, acquirer }) => ({ debit: `receivable:${acquirer}`, credit: `payable:${merchantId}` }),
  refund: ({ merchantId, acquirer }) => ({ debit: `payable:${merchantId}`, credit: `receivable:${acquirer}` }),
  // The acquirer took it back from us: the merchant bears it, or, for a protected payment, we do.
  chargeback: ({ merchantId, acquirer }) => ({ debit: `payable:${merchantId}`, credit: `receivable:${acquirer}` }),
  chargeback_loss: ({ acquirer }) => ({ debit: 'losses', credit: `receivable:${acquirer}` }),
};

const insertTransfer = insertQuery('transfers', ['id', 'charge_id', 'debit', 'credit', 'amount', 'kind', 'at_ms']);

/** The transfer that an entry is. Its id names charge and kind, so that the same entry written twice shows. */
export const transferOf = (entry: Entry): TransferRow => ({
  id: `${entry.chargeId}/${entry.kind}${entry.ordinal === undefined ? '' : `/${entry.ordinal}`}`,
  charge_id: entry.chargeId,
  ...accounts[entry.kind](entry),
  amount: entry.amountYen,
  kind: entry.kind,
  at_ms: entry.atMs,
});

/** Writes entries inside the caller's unit. Zero amounts write nothing. */
export const post = async (tx: Tx, entries: readonly Entry[]): Promise<void> => {
  for (const entry of entries) if (entry.amountYen > 0) await tx.run(insertTransfer, transferOf(entry));
};
