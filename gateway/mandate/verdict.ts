/**
 * Was the mandate met? One payment (or registration, or contact) at a time, and a shop as a whole.
 *
 * Nothing here says whether a payment is protected against chargebacks: that is another question
 * (S4 L60), answered by `protection.ts`.
 */
import { type Day, deadline, type Facts, inForceFrom, type Operation, type Pattern } from './facts.ts';
import type { MandateRule } from './rules.ts';
import { type MandateSettings, proposedSettings } from './settings.ts';
import { type Decision, decide, wasAuthenticated } from './table.ts';

/** How an authentication ended; null: there was none. */
export type Outcome = 'verified' | 'attempted' | 'failed' | null;

/** Does it count as having performed 3-D Secure (AMB-6, AMB-7)? `failed` at registration only, where it may be chosen so. */
export const performed = (
  outcome: Outcome,
  settings: MandateSettings = proposedSettings,
  moment: Facts['moment'] = 'charge',
): boolean => {
  if (outcome === 'verified') return true;
  if (outcome === 'attempted') return settings.attempted === 'counts';
  return outcome === 'failed' && moment === 'registration' && settings.failedRegistration === 'performed';
};

export interface Verdict {
  readonly compliant: boolean;
  readonly rule: MandateRule;
  readonly also: readonly MandateRule[];
  /** What the moment asked for. */
  readonly decision: Decision;
}

/** What was done at the moment itself. `riskAnalysis`: the merchant analyses risk and acts on it (S4 L13). */
export interface Done {
  readonly operations: readonly Operation[];
  readonly riskAnalysis: boolean;
}

/** Judges one moment by what the table asks for and what was done. */
export const judge = (facts: Facts, done: Done, settings: MandateSettings = proposedSettings): Verdict => {
  const decision = decide(facts, settings);
  const verdict = (compliant: boolean, rule: MandateRule, ...also: readonly MandateRule[]): Verdict => ({
    compliant,
    rule,
    also: [...also, ...decision.also],
    decision,
  });
  const did = decision.by.some((operation) => done.operations.includes(operation));
  switch (decision.duty) {
    case 'required': {
      if (!did) {
        const accountOnly = decision.rule === 'TDS-27' && wasAuthenticated(facts, settings);
        return accountOnly ? verdict(false, 'TDS-31', 'TDS-27') : verdict(false, decision.rule);
      }
      const registeredWithout = decision.rule === 'TDS-10' && facts.cardRegisteredOn >= inForceFrom;
      return registeredWithout && facts.cardAuth === 'none'
        ? verdict(true, 'TDS-48', 'TDS-10')
        : verdict(true, decision.rule);
    }
    case 'risk_based':
      // Authenticated by risk or not: the duty is to run the analysis.
      return did || done.riskAnalysis ? verdict(true, decision.rule) : verdict(false, 'TDS-06', decision.rule);
    case 'impossible':
      return verdict(false, decision.rule);
    default:
      return verdict(true, decision.rule);
  }
};

/** The three measures that registration is tied to (S4 L8 column 3, L25-26). */
export interface AccountControls {
  /** Accounts that hold cards are strictly managed. */
  readonly strictManagement: boolean;
  /** Logins by others are prevented. */
  readonly loginProtection: boolean;
  /** When a card is registered behind a login, it is confirmed that this is the account's user. */
  readonly userConfirmed: boolean;
}

export interface Measures {
  readonly duty: 'required' | 'as_needed';
  readonly rule: MandateRule;
  readonly missing: readonly (keyof AccountControls)[];
}

/** The other measures of the pattern, besides authentication. */
export const otherMeasures = (pattern: Pattern, controls: AccountControls): Measures => {
  if (pattern === 'CHG') return { duty: 'as_needed', rule: 'TDS-11', missing: [] };
  if (pattern === 'REC') return { duty: 'as_needed', rule: 'TDS-18', missing: [] };
  const names = ['strictManagement', 'loginProtection', 'userConfirmed'] as const;
  return { duty: 'required', rule: 'TDS-07', missing: names.filter((name) => !controls[name]) };
};

/** A shop over some time. Counts are of what was in scope, exceptions left out. */
export interface ShopFacts {
  readonly on: Day;
  readonly sellsByCardInJapan: boolean;
  readonly adoptedOn: Day | null;
  readonly pattern: Pattern;
  readonly registrations: { readonly all: number; readonly authenticated: number };
  readonly payments: { readonly all: number; readonly authenticated: number };
  /** Payments that an exception row allows without authentication. */
  readonly excepted: number;
  readonly riskAnalysis: boolean;
  readonly controls: AccountControls;
}

export interface ShopVerdict {
  readonly compliant: boolean;
  /** The rules that decide: what is met, or everything that is not. */
  readonly rules: readonly MandateRule[];
}

/** Must 3-D Secure be in use there on that day (S4 L3)? */
export const adoption = ({
  on,
  sellsByCardInJapan,
  adoptedOn,
}: Pick<ShopFacts, 'on' | 'sellsByCardInJapan' | 'adoptedOn'>): {
  readonly required: boolean;
  readonly by: Day;
  readonly met: boolean;
  readonly rule: 'TDS-01';
} => {
  const adopted = adoptedOn !== null && adoptedOn <= on;
  return {
    required: sellsByCardInJapan,
    by: deadline,
    met: !sellsByCardInJapan || adopted || on <= deadline,
    rule: 'TDS-01',
  };
};

/** Judges a shop: adoption, one of the two branches, and what the pattern is tied to. */
export const judgeShop = (shop: ShopFacts): ShopVerdict => {
  const faults: MandateRule[] = [];
  if (!adoption(shop).met) faults.push('TDS-01');
  const { registrations, payments, excepted } = shop;
  // Payments without any registration are none that registration could have covered.
  const everyRegistration =
    registrations.authenticated === registrations.all && (registrations.all > 0 || payments.all === 0);
  const everyPayment = payments.authenticated + excepted >= payments.all;
  if (!everyRegistration && !everyPayment) faults.push('TDS-03');
  if (shop.pattern === 'REG' || shop.pattern === 'MIX') {
    // Authentication of every single payment leaves no decision by risk to make.
    if (!shop.riskAnalysis && payments.authenticated < payments.all) faults.push('TDS-06');
    if (otherMeasures(shop.pattern, shop.controls).missing.length > 0) faults.push('TDS-07');
  }
  return faults.length === 0 ? { compliant: true, rules: ['TDS-02'] } : { compliant: false, rules: faults };
};
