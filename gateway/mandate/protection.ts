/**
 * Is a payment protected against chargebacks? Asked of one payment, and of nothing but how that payment
 * was made: whether the merchant meets the mandate is another question (S4 L60).
 */
import type { Billing, Operation } from './facts.ts';
import type { ProtectionRule } from './rules.ts';
import type { Outcome } from './verdict.ts';

export interface PaymentFacts {
  /** How 3-D Secure of this very payment ended; null: none was done; 'unknown': nobody can say any more. */
  readonly atPayment: Outcome | 'unknown';
  /** How its card was authenticated otherwise. */
  readonly card: readonly Exclude<Operation, 'CHARGE_3DS'>[];
  readonly billing: Billing;
  /** The first charge of the merchant's own recurring agreement. */
  readonly firstCharge: boolean;
  /** Made again after an authorisation lapsed, without the user. */
  readonly recreated: boolean;
  /** The mandate let it pass because the card is from before adoption. */
  readonly exempt: boolean;
  /** The merchant authenticates cards when they are registered, and payments by risk. */
  readonly byRegistration: boolean;
  /** The amount is another than the one that was authenticated. */
  readonly amountChanged: boolean;
  /** Why the buyer disputes it; only fraud (somebody else used the card) is protected. */
  readonly reason: 'fraud' | 'other';
}

export interface Protection {
  readonly protected: 'yes' | 'no' | 'undetermined';
  readonly rule: ProtectionRule;
  /** Rules that qualify the answer. */
  readonly also: readonly ProtectionRule[];
}

const no = (rule: ProtectionRule, ...also: readonly ProtectionRule[]): Protection => ({ protected: 'no', rule, also });
// The exact exclusions are on a page that the guide only points to.
const yes = (rule: ProtectionRule, ...also: readonly ProtectionRule[]): Protection => ({
  protected: 'yes',
  rule,
  also: [...also, 'CBP-12'],
});

/** @returns whether this payment is protected, and the rule that says so */
export const protectionOf = (payment: PaymentFacts): Protection => {
  const { atPayment, card, billing } = payment;
  if (billing === 'payjp_subscription') return no('CBP-04');
  if (atPayment === 'unknown') return { protected: 'undetermined', rule: 'CBP-10', also: [] };
  if (atPayment === 'verified' || atPayment === 'attempted') {
    if (payment.reason !== 'fraud') return no('CBP-X1');
    if (payment.amountChanged) return no('CBP-X3');
    if (atPayment === 'attempted') return yes('CBP-X2', 'CBP-01');
    if (billing === 'own_recurring' && payment.firstCharge) return yes('CBP-05', 'CBP-01');
    return payment.byRegistration ? yes('CBP-09', 'CBP-01') : yes('CBP-01');
  }
  if (payment.recreated) return no('CBP-07');
  if (billing === 'own_recurring' && !payment.firstCharge) return no('CBP-06');
  if (payment.exempt) return no('CBP-08', 'CBP-X4');
  if (card.includes('TOKEN_3DS')) return no('CBP-02');
  if (card.includes('CARD_3DS')) return no('CBP-03');
  return no('CBP-01');
};
