/** The charge object of the API (payjp-api section 3.1), and the two fields that are ours. */
import { cardView } from '../cards/card.ts';
import { termAt } from '../money-movement/calendar.ts';
import { termIdOf } from '../money-movement/ids.ts';
import { type AttemptKind, operationNamed } from '../settling/attempt.ts';
import type { CardRow, ChargeRow } from '../store/database.ts';

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));

/**
 * `outcome` and `pending_operation` are ours: PAY.JP has no word for a payment whose outcome is
 * not known or for a capture that is accepted and not finished. Both are absent otherwise.
 */
export const chargeView = (charge: ChargeRow, card: CardRow): Record<string, unknown> => {
  const paid = charge.state === 'authorised' || charge.state === 'captured' || charge.state === 'cancelled';
  // A partial capture gives the difference back (payjp-api section 3.1).
  const returned = charge.state === 'captured' ? charge.amount - charge.captured_amount + charge.refunded_amount : 0;
  return {
    id: charge.id,
    object: 'charge',
    livemode: charge.livemode === 1,
    created: seconds(charge.created_ms),
    amount: charge.amount,
    amount_refunded: charge.state === 'cancelled' ? charge.amount : returned,
    currency: 'jpy',
    paid,
    captured: charge.state === 'captured',
    captured_at: seconds(charge.captured_ms),
    expired_at: charge.state === 'authorised' ? seconds(charge.expires_ms) : null,
    card: cardView(card),
    customer: charge.customer_id,
    subscription: charge.subscription_id,
    description: charge.description,
    metadata: JSON.parse(charge.metadata) as unknown,
    failure_code: charge.failure_code,
    failure_message: charge.failure_message,
    refunded: charge.state === 'cancelled' || charge.refunded_amount > 0,
    refund_reason: charge.refund_reason,
    fee_rate: null,
    three_d_secure_status: charge.three_d_secure_status,
    term_id:
      charge.captured_ms === null
        ? null
        : termIdOf(charge.merchant_id, charge.livemode, termAt(charge.captured_ms).startMs),
    product: null,
    ...(charge.state === 'unknown' || charge.state === 'pending' ? { outcome: 'unknown' } : {}),
    // What nobody was told of is given back by ourselves: no operation of the merchant's.
    ...(charge.pending_type === null || charge.state === 'unknown'
      ? {}
      : {
          pending_operation: {
            type: operationNamed(charge.pending_type as AttemptKind),
            amount: charge.pending_amount,
            since: seconds(charge.pending_since_ms),
          },
        }),
  };
};
