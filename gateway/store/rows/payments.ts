/** Money: charges, what was sent for them, the ledger, and who compares and disputes it. */
import type { LeaseColumns } from '../leases.ts';
import type { Flag } from './flag.ts';

export interface ChargeRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** Authorised amount, yen. */
  amount: number;
  captured_amount: number;
  refunded_amount: number;
  /** `charges/charge.ts` lists the states. */
  state: string;
  /** Whether the merchant asked for capture at creation. */
  capture: Flag;
  card_id: string;
  customer_id: string | null;
  description: string | null;
  metadata: string;
  acquirer: string;
  /** The acquirer's handle of the transaction, JSON; null until authorised. */
  handle: string | null;
  failure_code: string | null;
  failure_message: string | null;
  refund_reason: string | null;
  expires_ms: number | null;
  captured_ms: number | null;
  created_ms: number;
  idempotency_key: string | null;
  /** A capture, refund or void that is accepted but not finished; null when none is. */
  pending_type: string | null;
  pending_amount: number | null;
  pending_since_ms: number | null;
  /** Attempts of it so far: numbers their references without counting rows. */
  attempts: number;
  /** The subscription it pays for; null for a payment by itself. */
  subscription_id: string | null;
  /** The charge whose authorisation this one renews: not the merchant's to see. */
  reauth_of: string | null;
  /** The dispute about it; null: there is none. */
  dispute_id: string | null;
  /** What a dispute took from the merchant, yen. */
  disputed_amount: number;
  /** PAY.JP's `three_d_secure_status`; null: 3-D Secure was not asked for. */
  three_d_secure_status: string | null;
}

/** One request (or intended request) to an acquirer that can move money. */
export interface AttemptRow extends LeaseColumns {
  /** Our reference, at most 27 characters: e-SCOTT `MerchantFree1`, GMO-PG `OrderID`. */
  reference: string;
  charge_id: string;
  merchant_id: string;
  acquirer: string;
  kind: string;
  amount: number;
  /** `settling/attempt.ts` lists the states. */
  state: string;
  /**
   * The instance that has it in flight. After a crash it takes up its own at once, and any other
   * instance does when their lease is over.
   */
  owner: string;
  code: string | null;
  sent_ms: number | null;
  /** When the settler has to look at it again; null when nobody has to. */
  due_ms: number | null;
  tries: number;
  not_found: number;
  first_not_found_ms: number | null;
  /** Why the merchant gives this money back; null for all but refunds. */
  reason: string | null;
}

/** One double-entry transfer: debits one account and credits another by the same amount. */
export interface TransferRow {
  id: string;
  charge_id: string;
  debit: string;
  credit: string;
  amount: number;
  kind: string;
  at_ms: number;
}

export interface IdempotencyRow {
  merchant_id: string;
  livemode: Flag;
  key: string;
  params_hash: string;
  /** `started`, `open` (the outcome is not known) or `done`. */
  state: string;
  owner: string;
  charge_id: string | null;
  /** The attempt that a capture or refund under this key is; null for creations. */
  reference: string | null;
  status: number | null;
  body: string | null;
  headers: string | null;
  /** A replay asked while the outcome was unknown: an approval found may be adopted. */
  waiting: Flag;
  created_ms: number;
}

/** One run of the reconciliation with an acquirer for a business day. */
export interface ReconciliationRow {
  id: string;
  acquirer: string;
  /** `yyyyMMdd`, JST. */
  date: string;
  /** `daily` or `asked`. */
  cause: string;
  /** `waiting` (for its turn, the file, or the acquirer), `done` or `given_up`. */
  state: string;
  tries: number;
  /** When it is looked at next; null when it is done. */
  due_ms: number | null;
  /** Why it still waits; null at first and when it is done. */
  reason: string | null;
  /** `reconciliation/report.ts`, as JSON; null until it is done. */
  report: string | null;
  discrepancies: number | null;
  created_ms: number;
  finished_ms: number | null;
  lease_owner: string | null;
  lease_until_ms: number | null;
  lease_token: number;
}

/** A buyer disputes a payment (`disputes/`). At most one for a charge. */
export interface DisputeRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  charge_id: string;
  acquirer: string;
  /** The acquirer's name for it: told twice, it is one. */
  reference: string;
  /** `fraud` or `other`. */
  reason: string;
  reason_code: string | null;
  amount: number;
  /** What the acquirer took from us, yen. */
  debited: number;
  /** Who bears it: `merchant`, `issuer` or `gateway`. */
  borne_by: string;
  /** `mandate/rules.ts`: the rule of its protection. */
  rule: string;
  created_ms: number;
}
