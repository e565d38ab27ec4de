/**
 * The life of a charge, as pure functions.
 *
 * ```
 * unverified --tds_finish--> pending
 * pending --authorised--> authorised --captured--> captured --refunded--> captured (less)
 *    |                        |
 *    |--declined, not sent--> failed        authorised --voided--> cancelled
 *    |--no answer-----------> unknown --found--> authorised | captured
 *                             unknown --not found, or voided--> failed
 * ```
 * A follow-up (capture, refund) that was accepted and is not finished is `pending` on the row; it
 * is also the lock: while it is set no other follow-up begins.
 *
 * The order of the checks is the order of precedence of the answers.
 */
import type { GatewayError } from '../errors.ts';
import { type AttemptKind, operationNamed } from '../settling/attempt.ts';
import type { ChargeRow } from '../store/database.ts';

export type ChargeState = 'unverified' | 'pending' | 'authorised' | 'captured' | 'failed' | 'unknown' | 'cancelled';

export type Verdict<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: GatewayError };

const fault = (error: GatewayError): { readonly ok: false; readonly error: GatewayError } => ({ ok: false, error });

/** Days after the sale within which a refund is allowed (payjp-api section 3.1). */
const refundWindowMs = 180 * 86_400_000;

const busy = (charge: ChargeRow): GatewayError | null => {
  if (charge.pending_type !== null && charge.state !== 'unknown')
    return {
      kind: 'operation_pending',
      chargeId: charge.id,
      pending: operationNamed(charge.pending_type as AttemptKind),
    };
  // Waiting for its card holder: nothing was authorised that could be captured or given back.
  if (charge.state === 'unverified') return { kind: 'request', code: 'three_d_secure_incompleted' };
  if (charge.state === 'pending') return { kind: 'operation_pending', chargeId: charge.id, pending: 'payment' };
  if (charge.state === 'unknown') return { kind: 'unknown', chargeId: charge.id };
  return null;
};

/** May this amount be captured now? `amountYen` undefined means everything. */
export const planCapture = (
  charge: ChargeRow,
  amountYen: number | undefined,
  wallMs: number,
): Verdict<{ amountYen: number }> => {
  const inTheWay = busy(charge);
  if (inTheWay !== null) return fault(inTheWay);
  if (charge.state === 'failed') return fault({ kind: 'request', code: 'failed_payment' });
  if (charge.state === 'captured') return fault({ kind: 'request', code: 'already_captured' });
  if (charge.state === 'cancelled') return fault({ kind: 'request', code: 'cant_capture_refunded_charge' });
  if (charge.expires_ms !== null && wallMs >= charge.expires_ms)
    return fault({ kind: 'request', code: 'charge_expired' });
  const wanted = amountYen ?? charge.amount;
  if (wanted > charge.amount) return fault({ kind: 'request', code: 'capture_amount_gt_net', param: 'amount' });
  return { ok: true, value: { amountYen: wanted } };
};

/** May the authorisation be renewed now? */
export const planReauth = (charge: ChargeRow, wallMs: number): Verdict<null> => {
  const inTheWay = busy(charge);
  if (inTheWay !== null) return fault(inTheWay);
  if (charge.state === 'failed') return fault({ kind: 'request', code: 'failed_payment' });
  if (charge.state === 'captured') return fault({ kind: 'request', code: 'already_captured' });
  if (charge.state === 'cancelled') return fault({ kind: 'request', code: 'cant_reauth_refunded_charge' });
  if (charge.expires_ms !== null && wallMs >= charge.expires_ms)
    return fault({ kind: 'request', code: 'charge_expired' });
  return { ok: true, value: null };
};

export type RefundPlan =
  | { readonly type: 'refund'; readonly amountYen: number }
  /** Giving back what is only held: the whole authorisation. */
  | { readonly type: 'void'; readonly amountYen: number };

/** May this amount be given back now? `amountYen` undefined means all that is left. */
export const planRefund = (charge: ChargeRow, amountYen: number | undefined, wallMs: number): Verdict<RefundPlan> => {
  const inTheWay = busy(charge);
  if (inTheWay !== null) return fault(inTheWay);
  if (charge.state === 'failed') return fault({ kind: 'request', code: 'failed_payment' });
  if (charge.state === 'cancelled') return fault({ kind: 'request', code: 'already_refunded' });
  // The buyer has the money back by the dispute, whoever bears it.
  if (charge.dispute_id !== null) return fault({ kind: 'request', code: 'chargeback' });
  if (charge.state === 'authorised') {
    if (amountYen !== undefined)
      return fault({ kind: 'request', code: 'invalid_amount_to_not_captured', param: 'amount' });
    return { ok: true, value: { type: 'void', amountYen: charge.amount } };
  }
  if (wallMs - (charge.captured_ms ?? charge.created_ms) > refundWindowMs)
    return fault({ kind: 'request', code: 'refund_limit_exceeded' });
  const left = charge.captured_amount - charge.refunded_amount;
  if (left === 0) return fault({ kind: 'request', code: 'already_refunded' });
  const wanted = amountYen ?? left;
  if (wanted > left) return fault({ kind: 'request', code: 'refund_amount_gt_net', param: 'amount' });
  return { ok: true, value: { type: 'refund', amountYen: wanted } };
};

/** End of an authorisation of n days: 23:59:59 JST of the (n-1)th day after (payjp-api section 3.1). */
export const authorisationEndsMs = (createdMs: number, expiryDays: number): number => {
  const dayMs = 86_400_000;
  const jst = createdMs + 9 * 3_600_000;
  const midnight = jst - (jst % dayMs);
  return midnight + expiryDays * dayMs - 1000 - 9 * 3_600_000;
};
