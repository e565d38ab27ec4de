/**
 * The mandate as a decision table: which authentication a moment asks for.
 *
 * The rows are read from above, and the first one whose facts hold decides; the rows that follow it in
 * the same block say what is left. Every row names its rule (`rules.ts` has the words and the lines).
 * Pure: dates come with the facts, open questions with the settings.
 */
import { daysBetween, type Facts, inForceFrom, type Operation } from './facts.ts';
import type { MandateRule } from './rules.ts';
import { type MandateSettings, proposedSettings } from './settings.ts';

/** `risk_based`: the merchant has to run an analysis and to act on it. */
export type Duty = 'required' | 'recommended' | 'risk_based' | 'as_needed' | 'not_required' | 'impossible';

export interface Decision {
  readonly duty: Duty;
  /** Any one of these does it; of an impossible one, what is impossible. */
  readonly by: readonly Operation[];
  /** The rule that decides. */
  readonly rule: MandateRule;
  /** Rules that it leans on. */
  readonly also: readonly MandateRule[];
}

type Holds = (facts: Facts, settings: MandateSettings) => boolean;

interface Row {
  readonly rule: MandateRule;
  readonly when: Holds;
  readonly duty: Duty | ((facts: Facts, settings: MandateSettings) => Duty);
  readonly by?: readonly Operation[];
  readonly also?: readonly MandateRule[];
}

const both: (...conditions: readonly Holds[]) => Holds =
  (...conditions) =>
  (facts, settings) =>
    conditions.every((holds) => holds(facts, settings));
const always: Holds = () => true;
const at =
  (moment: Facts['moment']): Holds =>
  (facts) =>
    facts.moment === moment;

const isRegistering: Holds = ({ pattern, buyer }) => pattern === 'REG' || (pattern === 'MIX' && buyer === 'account');
const isPerPayment: Holds = ({ pattern, buyer }) => pattern === 'CHG' || (pattern === 'MIX' && buyer === 'guest');
const isRecurring: Holds = ({ pattern }) => pattern === 'REC';
const bySubscription: Holds = ({ billing }) => billing === 'payjp_subscription';

/** Was this card authenticated before, recently enough (AMB-10)? */
export const wasAuthenticated: Holds = ({ cardAuth, cardAuthOn, on }, { authenticationAgeDaysMax }) =>
  cardAuth !== 'none' &&
  (authenticationAgeDaysMax === null ||
    (cardAuthOn !== null && daysBetween(cardAuthOn, on) <= authenticationAgeDaysMax));

const fromApril: Holds = ({ cardRegisteredOn }) => cardRegisteredOn >= inForceFrom;
const beforeAdoption: Holds = ({ adoptedOn, cardRegisteredOn }) => adoptedOn === null || cardRegisteredOn < adoptedOn;
/** AMB-3 says which day counts. */
const adoptedLate: Holds = ({ adoptedOn, adoptionBegunOn }, { adoptionCounts }) => {
  const counts = adoptionCounts === 'beginning' && adoptionBegunOn !== null ? adoptionBegunOn : adoptedOn;
  return counts === null || counts >= inForceFrom;
};
const exemptionHolds: Holds = ({ genuineLowRisk, accountsCompliant }, { exemptionConditions }) =>
  exemptionConditions === 'both' ? genuineLowRisk && accountsCompliant : genuineLowRisk || accountsCompliant;

const atPayment: readonly Operation[] = ['CHARGE_3DS'];
const ofCard: readonly Operation[] = ['CARD_3DS'];
const beforeOrAtNextUse: readonly Operation[] = ['CARD_3DS', 'CHARGE_3DS'];

/** A card on file that was never authenticated (S4 L50-58). */
const onFile: readonly Row[] = [
  {
    rule: 'TDS-46',
    when: both(fromApril, adoptedLate, beforeAdoption),
    duty: 'required',
    by: beforeOrAtNextUse,
    also: ['TDS-44', 'TDS-45'],
  },
  {
    rule: 'TDS-12',
    when: both(
      isRecurring,
      ({ firstCharge }) => firstCharge,
      (facts, settings) => !beforeAdoption(facts, settings),
    ),
    duty: 'required',
    by: atPayment,
  },
  { rule: 'TDS-49', when: fromApril, duty: 'required', by: beforeOrAtNextUse, also: ['TDS-45'] },
  {
    rule: 'TDS-08',
    when: (facts, settings) => !beforeAdoption(facts, settings),
    duty: 'required',
    by: beforeOrAtNextUse,
  },
  {
    rule: 'TDS-47',
    when: both(adoptedLate, (_, { lateAdopterScope }) => lateAdopterScope === 'all_cards'),
    duty: 'required',
    by: beforeOrAtNextUse,
    also: ['TDS-44'],
  },
  { rule: 'TDS-43', when: ({ fraudSuspected }) => fraudSuspected, duty: 'required', by: beforeOrAtNextUse },
  { rule: 'TDS-40', when: exemptionHolds, duty: 'not_required' },
  { rule: 'TDS-41', when: ({ genuineLowRisk }) => !genuineLowRisk, duty: 'required', by: beforeOrAtNextUse },
  { rule: 'TDS-42', when: always, duty: 'required', by: beforeOrAtNextUse },
];

const contactPoint: readonly Row[] = [
  { rule: 'TDS-16', when: ({ cardOnCustomer }) => !cardOnCustomer, duty: 'impossible', by: ofCard },
  {
    rule: 'TDS-13',
    when: ({ contact }, { contactPoints }) => contact === null || !contactPoints.includes(contact),
    duty: 'not_required',
  },
  { rule: 'TDS-15', when: both(isRecurring, ({ contact }) => contact === 'addition'), duty: 'required', by: ofCard },
  { rule: 'TDS-14', when: isRecurring, duty: 'required', by: ofCard },
  {
    rule: 'TDS-17',
    when: isRegistering,
    duty: (_, { contactUnderRegistration }) => contactUnderRegistration,
    by: ofCard,
  },
  { rule: 'TDS-11', when: always, duty: 'as_needed', by: ofCard },
];

const registration: readonly Row[] = [
  { rule: 'TDS-04', when: isRegistering, duty: 'required', by: ['TOKEN_3DS'] },
  { rule: 'TDS-12', when: isRecurring, duty: 'required', by: ['TOKEN_3DS', 'CHARGE_3DS'] },
  {
    rule: 'TDS-09',
    when: always,
    duty: (_, { cardsFromApril }) => (cardsFromApril === 'at_registration' ? 'required' : 'recommended'),
    by: ['TOKEN_3DS'],
  },
];

/** Nobody is at the screen: what counts is how the card was authenticated before (S4 L65-66). */
const withoutUser: readonly Row[] = [
  { rule: 'TDS-62', when: both(at('recreate'), wasAuthenticated), duty: 'not_required' },
  {
    rule: 'TDS-13',
    when: both(
      (facts, settings) =>
        facts.pattern === 'REC' || (facts.billing === 'one_off' && settings.otherMerchantInitiated === 'recurring'),
      ({ firstCharge }) => !firstCharge,
      wasAuthenticated,
    ),
    duty: 'not_required',
  },
  { rule: 'TDS-60', when: both(({ cardAuth }) => cardAuth === 'TOKEN_3DS', wasAuthenticated), duty: 'not_required' },
  { rule: 'TDS-61', when: wasAuthenticated, duty: 'not_required' },
  {
    rule: 'TDS-63',
    when: both(at('recreate'), (facts, settings) => firstOf(onFile, facts, settings).duty === 'required'),
    duty: 'required',
    by: beforeOrAtNextUse,
  },
  ...onFile,
];

/** A buyer at the screen pays. */
const withUser: readonly Row[] = [
  { rule: 'TDS-10', when: ({ pattern }) => pattern === 'CHG', duty: 'required', by: atPayment },
  { rule: 'TDS-27', when: isPerPayment, duty: 'required', by: atPayment, also: ['TDS-10'] },
  {
    rule: 'TDS-12',
    when: both(isRecurring, ({ firstCharge }) => firstCharge, wasAuthenticated),
    duty: 'not_required',
  },
  { rule: 'TDS-13', when: both(isRecurring, wasAuthenticated), duty: 'not_required' },
  {
    rule: 'TDS-05',
    when: both(wasAuthenticated, ({ fraudSuspected }) => fraudSuspected),
    duty: 'required',
    by: beforeOrAtNextUse,
  },
  {
    rule: 'TDS-28',
    when: both(wasAuthenticated, ({ pattern }) => pattern === 'MIX'),
    duty: 'risk_based',
    by: atPayment,
    also: ['TDS-05'],
  },
  { rule: 'TDS-05', when: wasAuthenticated, duty: 'risk_based', by: atPayment },
  ...onFile,
];

const ofSubscription: readonly Row[] = [
  {
    rule: 'TDS-25',
    when: both(bySubscription, isRecurring),
    duty: 'impossible',
    by: atPayment,
    also: ['TDS-22'],
  },
  { rule: 'TDS-22', when: both(bySubscription, isPerPayment), duty: 'impossible', by: atPayment },
];

const firstOf = (rows: readonly Row[], facts: Facts, settings: MandateSettings): Decision => {
  const row = rows.find(({ when }) => when(facts, settings));
  if (row === undefined) throw new Error('the mandate has no row for these facts');
  const { rule, duty, by = [], also = [] } = row;
  return { duty: typeof duty === 'string' ? duty : duty(facts, settings), by, rule, also };
};

const present = [...ofSubscription, ...withUser];
const absent = [...ofSubscription, ...withoutUser];
const chargeRows = ({ userPresent }: Facts): readonly Row[] => (userPresent ? present : absent);

/** Which authentication the mandate asks for at this moment. */
export const decide = (facts: Facts, settings: MandateSettings = proposedSettings): Decision => {
  // The duty begins the day after the deadline (S4 L3).
  if (facts.on < inForceFrom) return { duty: 'not_required', by: [], rule: 'TDS-01', also: [] };
  switch (facts.moment) {
    case 'contact_point':
      return firstOf(contactPoint, facts, settings);
    case 'registration':
      return firstOf(registration, facts, settings);
    case 'charge':
      return firstOf(chargeRows(facts), facts, settings);
    case 'recreate': {
      if (!facts.userPresent) return firstOf(chargeRows(facts), facts, settings);
      // The user confirms again on the screen: an ordinary payment.
      const ordinary = decide({ ...facts, moment: 'charge' }, settings);
      return { ...ordinary, rule: 'TDS-64', also: [ordinary.rule, ...ordinary.also] };
    }
  }
};
