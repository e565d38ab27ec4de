/** A charge as it begins: what the form says, and for how long it may be held. */
import type { Call } from '../http/endpoint.ts';
import { newMetadata } from '../http/metadata.ts';
import { ownerOf } from '../http/written.ts';
import type { CardRow, ChargeRow } from '../store/database.ts';
import { authorisationEndsMs } from './charge.ts';
import type { CreateCharge } from './schema.ts';

/** Whose payment it is besides the merchant's. */
export interface ChargeOrigin {
  readonly subscriptionId: string | null;
  /** The charge whose authorisation this one renews. */
  readonly reauthOf: string | null;
  /** A card of the gateway's own choice, instead of the one that the form names. */
  readonly cardId?: string;
}
/** payjp-api section 3.1. */
const expiryDaysDefault = 7;
const expiryDaysAbroad = 7;

/** A card issued abroad is held a week at most (payjp-api section 3.1). */
export const expiryDays = (form: { readonly expiry_days?: number | undefined }, card: CardRow): number => {
  const days = form.expiry_days ?? expiryDaysDefault;
  return card.is_jp === 1 ? days : Math.min(days, expiryDaysAbroad);
};

/** The row of an intent, before anybody is asked. */
export const newCharge = ({
  chargeId,
  call,
  form,
  origin,
  card,
  acquirer,
  nowMs,
}: {
  chargeId: string;
  call: Call;
  form: CreateCharge;
  origin: ChargeOrigin;
  card: CardRow;
  acquirer: string;
  nowMs: number;
}): ChargeRow => ({
  id: chargeId,
  merchant_id: call.principal.merchant.id,
  livemode: ownerOf(call).livemode,
  amount: form.amount,
  captured_amount: 0,
  refunded_amount: 0,
  state: 'pending',
  capture: form.capture === false ? 0 : 1,
  card_id: card.id,
  customer_id: form.customer ?? null,
  description: form.description ?? null,
  metadata: newMetadata(form.metadata),
  acquirer,
  handle: null,
  failure_code: null,
  failure_message: null,
  refund_reason: null,
  expires_ms: authorisationEndsMs(nowMs, expiryDays(form, card)),
  captured_ms: null,
  created_ms: nowMs,
  idempotency_key: call.idempotencyKey,
  pending_type: null,
  pending_amount: null,
  pending_since_ms: null,
  attempts: 1,
  subscription_id: origin.subscriptionId,
  reauth_of: origin.reauthOf,
  dispute_id: null,
  disputed_amount: 0,
  three_d_secure_status: null,
});
