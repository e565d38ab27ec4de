/**
 * A dispute as merchants and operators see it. PAY.JP names the event (`dispute.created`, payjp-api section 7)
 * and the sums of terms and transfers, and publishes no dispute object for v1: this shape is ours.
 */
import { chargeView } from '../charges/view.ts';
import { type ProtectionRule, protectionRules } from '../mandate/rules.ts';
import type { CardRow, ChargeRow, DisputeRow } from '../store/database.ts';

export const disputeView = (dispute: DisputeRow, charge: ChargeRow, card: CardRow): Record<string, unknown> => ({
  id: dispute.id,
  object: 'dispute',
  livemode: dispute.livemode === 1,
  created: Math.floor(Number(dispute.created_ms) / 1000),
  amount: Number(dispute.amount),
  currency: 'jpy',
  reason: dispute.reason,
  reason_code: dispute.reason_code,
  /** Taken from the merchant, yen: 0 where the payment is protected, or the issuer bears it. */
  amount_taken: dispute.borne_by === 'merchant' ? Number(dispute.debited) : 0,
  protected: dispute.borne_by !== 'merchant',
  charge: chargeView(charge, card),
});

/** For operators: who bears it and by which rule. */
export const disputeForOperators = (dispute: DisputeRow) => ({
  id: dispute.id,
  merchant: dispute.merchant_id,
  mode: dispute.livemode === 1 ? 'live' : 'test',
  charge: dispute.charge_id,
  acquirer: dispute.acquirer,
  reference: dispute.reference,
  reason: dispute.reason,
  reasonCode: dispute.reason_code,
  amountYen: Number(dispute.amount),
  debitedYen: Number(dispute.debited),
  borneBy: dispute.borne_by,
  rule: dispute.rule,
  says: protectionRules[dispute.rule as ProtectionRule].says,
  createdMs: Number(dispute.created_ms),
});
