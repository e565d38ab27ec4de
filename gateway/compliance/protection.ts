/** One charge for an operator: what the mandate says of it, whether it is protected, and who disputes it. */
import { cardById } from '../cards/store.ts';
import { chargeById } from '../charges/store.ts';
import { dayOf, inForceFrom } from '../mandate/facts.ts';
import { mandateRules, protectionRules } from '../mandate/rules.ts';
import type { MandateSettings } from '../mandate/settings.ts';
import { performed } from '../mandate/verdict.ts';
import type { Tx } from '../ports.ts';
import type { CardRow, ChargeRow } from '../store/database.ts';
import { type Assessment, asksHistory, assess, noHistory, outcomeOf, type Payment } from './assess.ts';
import type { Compliance, Known } from './compliance.ts';
import { declarationsOf } from './profile.ts';
import { authenticatedAmount, authenticationsOf } from './store.ts';

export interface Assessed extends Assessment {
  readonly charge: ChargeRow;
  readonly card: CardRow;
}

/**
 * Assesses a stored charge with everything that is known of it. Undefined: no such charge.
 * Suspicion that came after it says nothing about it.
 */
export const assessCharge = async (
  tx: Tx,
  chargeId: string,
  known: Known,
  settings: MandateSettings,
  history: Compliance['history'],
): Promise<Assessed | undefined> => {
  const charge = await tx.first(chargeById, { id: chargeId });
  const card = charge === undefined ? undefined : await tx.first(cardById, { id: charge.card_id });
  if (charge === undefined || card === undefined) return undefined;
  const owner = { merchant: charge.merchant_id, livemode: charge.livemode };
  const flow = await tx.first(authenticatedAmount, { id: charge.id });
  const own = await tx.all(authenticationsOf, { ...owner, card: card.id });
  // What happened to the card after the payment is not the payment's.
  const before = own.filter(({ finished_ms: at }) => at !== null && Number(at) <= Number(charge.created_ms));
  const counted = before.filter(({ status }) => performed(outcomeOf(status), settings));
  const operations = [
    ...new Set(counted.map(({ kind }): 'TOKEN_3DS' | 'CARD_3DS' => (kind === 'token' ? 'TOKEN_3DS' : 'CARD_3DS'))),
  ];
  const payment: Payment = {
    atMs: Number(charge.created_ms),
    amountYen: Number(charge.amount),
    customerId: charge.customer_id,
    subscriptionId: charge.subscription_id,
    reauthOf: charge.reauth_of,
    declared: declarationsOf(JSON.parse(charge.metadata) as Record<string, string>),
    card: {
      created_ms: Number(card.created_ms),
      three_d_secure_status: counted[0]?.status ?? null,
      customer_id: card.customer_id,
    },
    outcome: outcomeOf(charge.three_d_secure_status),
    authenticatedYen: flow === undefined || flow.amount === null ? null : Number(flow.amount),
  };
  const { profile } = known.mandate;
  const past = asksHistory(payment, profile)
    ? await history(tx, {
        merchantId: charge.merchant_id,
        livemode: charge.livemode,
        customerId: charge.customer_id,
        cardId: card.id,
        beforeMs: payment.atMs,
      })
    : noHistory;
  return { charge, card, ...assess(payment, profile, past, settings, false, operations) };
};

/** What the admin call answers. */
export const assessedView = ({ charge, facts, verdict, protection }: Assessed) => {
  const { duty, by } = verdict.decision;
  return {
    charge: charge.id,
    merchant: charge.merchant_id,
    amountYen: Number(charge.amount),
    threeDSecureStatus: charge.three_d_secure_status,
    mandate: {
      inForce: dayOf(Number(charge.created_ms)) >= inForceFrom,
      compliant: verdict.compliant,
      duty,
      by,
      rule: verdict.rule,
      also: verdict.also,
      says: mandateRules[verdict.rule].says,
      source: mandateRules[verdict.rule].source,
    },
    protection: {
      protected: protection.protected,
      rule: protection.rule,
      also: protection.also,
      says: protectionRules[protection.rule].says,
      source: protectionRules[protection.rule].source,
    },
    facts,
    dispute: charge.dispute_id,
  };
};
