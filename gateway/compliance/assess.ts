/**
 * One payment as the mandate's tables see it: facts from what is known of it, then duty, verdict and
 * protection. Pure; the gate asks before a payment, reports and operators ask afterwards, and both get
 * the same answer because both ask here.
 */
import { dayOf, type Facts } from '../mandate/facts.ts';
import { type Protection, protectionOf } from '../mandate/protection.ts';
import type { MandateSettings } from '../mandate/settings.ts';
import { judge, type Outcome, performed, type Verdict } from '../mandate/verdict.ts';
import type { CardRow } from '../store/database.ts';
import { billingOf, type Declarations, type MandateProfile } from './profile.ts';

/** A payment, made or about to be made. */
export interface Payment {
  readonly atMs: number;
  readonly amountYen: number;
  /** Null: paid by a token that no customer keeps. */
  readonly customerId: string | null;
  readonly subscriptionId: string | null;
  readonly reauthOf: string | null;
  readonly declared: Declarations;
  readonly card: Pick<CardRow, 'created_ms' | 'three_d_secure_status' | 'customer_id'>;
  /** How 3-D Secure of this payment ended; null: there was none. */
  readonly outcome: Outcome;
  /** Yen that the card holder saw when authenticated; null: nothing was authenticated. */
  readonly authenticatedYen: number | null;
}

/** What was paid with the card before. */
export interface History {
  readonly paidBefore: boolean;
  /** The first of those payments was authenticated. */
  readonly firstAuthenticated: boolean;
}

export const noHistory: History = { paidBefore: false, firstAuthenticated: false };

/** PAY.JP's `three_d_secure_status` as an outcome; one that is not decided is none. */
export const outcomeOf = (status: string | null): Outcome => {
  switch (status) {
    case 'verified':
    case 'attempted':
      return status;
    case 'failed':
    case 'error':
      return 'failed';
    default:
      return null;
  }
};

const userPresent = (payment: Payment, { storedCards }: MandateProfile): boolean => {
  const { subscriptionId, reauthOf, declared, customerId, outcome } = payment;
  if (subscriptionId !== null || reauthOf !== null) return false;
  if (outcome !== null) return true;
  if (declared.initiatedBy !== null) return declared.initiatedBy === 'user';
  return customerId === null || storedCards === 'user';
};

/** Must earlier payments be looked for? They decide only where the card itself says nothing, or a first charge does. */
export const asksHistory = (payment: Payment, profile: MandateProfile): boolean =>
  profile.pattern === 'REC' ||
  (outcomeOf(payment.card.three_d_secure_status) === null && !userPresent(payment, profile));

export const factsOf = (
  payment: Payment,
  profile: MandateProfile,
  history: History,
  settings: MandateSettings,
  suspected: boolean,
): Facts => {
  const { card, customerId, subscriptionId, reauthOf, declared } = payment;
  const present = userPresent(payment, profile);
  const { pattern } = profile;
  const registered = performed(outcomeOf(card.three_d_secure_status), settings);
  const { controls, riskAmountYen } = profile;
  return {
    // A subscription's own charges cannot be authenticated: for them registration is the only way (TDS-22).
    pattern: subscriptionId !== null && (pattern === 'CHG' || pattern === 'REC') ? 'REG' : pattern,
    moment: reauthOf !== null || declared.recreates !== null ? 'recreate' : 'charge',
    on: dayOf(payment.atMs),
    buyer: customerId === null ? 'guest' : 'account',
    userPresent: present,
    billing: billingOf(subscriptionId, present, profile, !history.paidBefore && pattern === 'REC'),
    firstCharge: !history.paidBefore,
    adoptedOn: profile.adoptedOn,
    adoptionBegunOn: profile.adoptionBegunOn,
    cardRegisteredOn: dayOf(card.created_ms),
    cardAuth: registered ? 'TOKEN_3DS' : history.firstAuthenticated ? 'CHARGE_3DS' : 'none',
    cardAuthOn: registered || history.firstAuthenticated ? dayOf(card.created_ms) : null,
    cardOnCustomer: card.customer_id !== null,
    genuineLowRisk: profile.genuineLowRisk,
    accountsCompliant: controls.strictManagement && controls.loginProtection && controls.userConfirmed,
    fraudSuspected: suspected || (riskAmountYen !== null && payment.amountYen >= riskAmountYen),
    contact: null,
  };
};

export interface Assessment {
  readonly facts: Facts;
  readonly verdict: Verdict;
  readonly protection: Protection;
}

export const assess = (
  payment: Payment,
  profile: MandateProfile,
  history: History,
  settings: MandateSettings,
  suspected: boolean,
  /** How the card was authenticated by itself, where that was looked up. */
  cardOperations: readonly ('TOKEN_3DS' | 'CARD_3DS')[] | null = null,
): Assessment => {
  const facts = factsOf(payment, profile, history, settings, suspected);
  const did = performed(payment.outcome, settings);
  const verdict = judge(facts, { operations: did ? ['CHARGE_3DS'] : [], riskAnalysis: profile.riskAnalysis }, settings);
  const protection = protectionOf({
    atPayment: payment.outcome,
    card: cardOperations ?? (facts.cardAuth === 'TOKEN_3DS' ? ['TOKEN_3DS'] : []),
    billing: facts.billing,
    firstCharge: facts.firstCharge,
    recreated: facts.moment === 'recreate' && !facts.userPresent,
    exempt: verdict.rule === 'TDS-40',
    byRegistration: facts.pattern === 'REG' || (facts.pattern === 'MIX' && facts.buyer === 'account'),
    amountChanged: payment.authenticatedYen !== null && payment.authenticatedYen !== payment.amountYen,
    reason: 'fraud',
  });
  return { facts, verdict, protection };
};
