/** A card as the acquirer keeps it: what it does and what of it may be shown, never its number. */
import { type Brand, ruleFor } from '../issuers/cards.ts';
import { fingerprintOf, type KnownCard } from '../ledger/ledger.ts';

export interface HeldCard extends KnownCard {
  /** How many digits the number has. */
  readonly digits: number;
}

/** @param expiry `YYMM` */
export const holdCard = (number: string, expiry: string): HeldCard => ({
  fingerprint: fingerprintOf(number),
  rule: ruleFor(number),
  expiry,
  lastFour: number.slice(-4),
  digits: number.length,
});

/** How a site wants numbers shown (gmo-pg-protocol.md section 4). */
export interface Mask {
  /** Digits left to see. */
  readonly lastDigits: 3 | 4;
  /** As long as the number itself; otherwise always sixteen characters. */
  readonly floating: boolean;
}

/** What recorded answers about trades show. */
export const tradeMask: Mask = { lastDigits: 4, floating: false };

export const maskedNumber = (card: HeldCard, { lastDigits, floating }: Mask): string =>
  card.lastFour.slice(-lastDigits).padStart(floating ? card.digits : 16, '*');

const brandNames: Readonly<Record<Brand, string>> = {
  visa: 'VISA',
  mastercard: 'MASTER',
  jcb: 'JCB',
  amex: 'AMEX',
  diners: 'DINERS',
  discover: '',
};

/** The brand as this dialect says it; empty for one it does not name. */
export const brandName = (card: HeldCard): string => brandNames[card.rule.brand];
