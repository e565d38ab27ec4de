/**
 * What a card does, by its number: what its issuer will say. The numbers that stand for something are in
 * `test-cards.ts`; any other number is a good card.
 */
import { exceptionsByNumber, ranges } from './test-cards.ts';

export type Brand = 'visa' | 'mastercard' | 'jcb' | 'amex' | 'diners' | 'discover';

/** Why an issuer, or the network before it, says no. The numbers are those of CAFIS (`G12`, `C50`). */
export type DeclineCode = `G${number}` | `C${number}` | 'brand-refused';

/** How often, and for how much, a card may pay within a window; the next payment is refused with G54. */
export interface Velocity {
  readonly windowMs: number;
  /** Approved payments. */
  readonly countMax: number;
  /** Their sum; null = any. */
  readonly amountYenMax: number | null;
}

/** The account behind a card that keeps one. Cards without it have all the money there is. */
export interface AccountRule {
  /** Balance of a debit or prepaid card, limit of a credit card; null = no bound. */
  readonly fundsYen: number | null;
  /** How long the issuer keeps a hold; null = as long as the acquirer does. */
  readonly holdLapsesAfterMs: number | null;
  readonly velocity: Velocity | null;
  /** How many payments are refused (G97) before the first that is judged. */
  readonly refusesFirst: number;
}

/** What a card does; kept with a transaction so that the number itself need not be. */
export interface CardRule {
  readonly brand: Brand;
  readonly funding: 'credit' | 'debit' | 'prepaid';
  readonly issuedAbroad: boolean;
  /** Said to a validity check. */
  readonly declinesCheck: DeclineCode | null;
  /** Said to an authorisation ... */
  readonly declinesPayment: DeclineCode | null;
  /** ... above this amount only, in yen. */
  readonly paymentLimitYen: number;
  /** What comes back about a security code that was sent. */
  readonly securityCode: 'match' | 'mismatch' | 'unavailable';
  /** The amount says what happens (`test-cards.ts`, `testAmounts`). */
  readonly amountDecides: boolean;
  readonly account: AccountRule | null;
}

export const brandOf = (number: string): Brand => {
  if (/^(5|2[2-7]|21)/.test(number)) return 'mastercard';
  if (/^35|^31/.test(number)) return 'jcb';
  if (/^3[47]/.test(number)) return 'amex';
  if (/^3[0689]/.test(number)) return 'diners';
  if (number.startsWith('6')) return 'discover';
  return 'visa';
};

/** In what a card differs from a good one. */
export type Exception = Partial<Omit<CardRule, 'brand' | 'account'>> & { readonly account?: Partial<AccountRule> };

/** Where exceptions live. Nearly every card is outside, and one look tells. */
const exceptional = /^(4000000|40000088|40000070|4000003|3622|4999|5999|52000070|35300070|37000070)/;

const exceptionFor = (number: string): Exception | undefined => {
  const listed = exceptionsByNumber.get(number);
  if (listed !== undefined) return listed;
  for (const range of ranges) {
    const exception = range.exceptionOf(number);
    if (exception !== undefined) return exception;
  }
  return undefined;
};

const goodCard = (brand: Brand): CardRule => ({
  brand,
  funding: 'credit',
  issuedAbroad: false,
  declinesCheck: null,
  declinesPayment: null,
  paymentLimitYen: 0,
  securityCode: 'match',
  amountDecides: false,
  account: null,
});

const goodCards: Readonly<Record<Brand, CardRule>> = {
  visa: goodCard('visa'),
  mastercard: goodCard('mastercard'),
  jcb: goodCard('jcb'),
  amex: goodCard('amex'),
  diners: goodCard('diners'),
  discover: goodCard('discover'),
};

const openAccount: AccountRule = { fundsYen: null, holdLapsesAfterMs: null, velocity: null, refusesFirst: 0 };

export const ruleFor = (number: string): CardRule => {
  const good = goodCards[brandOf(number)];
  const exception = exceptional.test(number) ? exceptionFor(number) : undefined;
  if (exception === undefined) return good;
  const { account, ...rest } = exception;
  return { ...good, ...rest, account: account === undefined ? null : { ...openAccount, ...account } };
};
