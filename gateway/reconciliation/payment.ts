/**
 * What is compared: one payment as the gateway's books have it, and one line of a settlement file.
 * Amounts are yen. A transaction's *standing* is what of it is taken and not given back.
 */

/** A capture or refund in the ledger. */
export interface Movement {
  /** `transfers.id`. */
  readonly id: string;
  readonly kind: 'capture' | 'refund';
  readonly amountYen: number;
  /** What the payment stands at after it. Falls with each refund, so it names one movement of a payment. */
  readonly standingYen: number;
  /** When it was booked. */
  readonly atMs: number;
}

/** What the acquirer has to show now, if the books are right. */
export type Expected =
  /** `mayLapse`: the authorisation is past its end, so it may be gone. */
  | { readonly kind: 'held'; readonly amountYen: number; readonly mayLapse: boolean }
  | { readonly kind: 'taken'; readonly amountYen: number }
  /** Declined, voided, given back whole, or never arrived. */
  | { readonly kind: 'nothing' };

/** One authorisation that was asked for at the acquirer under a reference of ours, and what became of it. */
export interface Payment {
  /** e-SCOTT's MerchantFree1, GMO-PG's OrderID. */
  readonly reference: string;
  readonly chargeId: string;
  readonly merchantId: string;
  /** The acquirer's handle, ProcessId or AccessID; null while the books have none. */
  readonly transaction: string | null;
  readonly expected: Expected;
  /** The charge is paid: by this reference, or by another one. */
  readonly chargeTaken: boolean;
  /** Of this reference, oldest first; from the day before the one in question until now. */
  readonly movements: readonly Movement[];
  /** Since when its outcome, or a capture, refund or void of it, is open; null when nothing is. */
  readonly unsettledSinceMs: number | null;
}

/** One operation that moved money, as the acquirer's settlement file of a day says it. */
export interface FiledLine {
  /** `yyyyMMdd`, the day it is settled on. */
  readonly date: string;
  readonly reference: string;
  readonly transaction: string;
  /** `either`: the file does not say whether it took money or changed what was taken. */
  readonly kind: 'sale' | 'change' | 'either';
  /** What the transaction stands at after it. */
  readonly standingYen: number;
  /** When the acquirer did it. */
  readonly atMs: number;
}

/** The acquirer's answer about a reference today. */
export type Shown =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly state: 'authorised' | 'captured' | 'voided' | 'declined';
      readonly amountYen: number;
    };

export const signedYen = ({ kind, amountYen }: Movement): number => (kind === 'capture' ? amountYen : -amountYen);
