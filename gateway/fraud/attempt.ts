/** What the engine is told of one attempt to use a card, and how it ended. No card number is among it. */
import type { AttemptKind } from '../policy/fraud.ts';

export interface Attempt {
  readonly kind: AttemptKind;
  readonly merchantId: string;
  /** The vault's fingerprint of the number. */
  readonly card: string;
  /** `yyyymm`. */
  readonly expiry: number;
  /** The payer's own address, where the call came from their browser; null where it came from a merchant's server. */
  readonly address: string | null;
  readonly email: string | null;
  /** 0 for a card check. */
  readonly amountYen: number;
  /** A customer's stored card. */
  readonly stored: boolean;
  /** When the card was stored, on the clock of `atMs`; null: it is not. */
  readonly storedAtMs: number | null;
  readonly atMs: number;
}

/** What only the number itself tells, as hashes: known when a token is made, remembered with the card. */
export interface NumberFacts {
  /** Of its first eight digits. */
  readonly bin: number;
  /** Of its first twelve: a thousand numbers, check digit aside. */
  readonly block: number;
}

/** `wrong`: no such card, code or date. Technical failures say nothing about a card and are not told here. */
export const endings = ['approved', 'refused', 'wrong'] as const;
export type Ending = (typeof endings)[number];

export const decisions = ['allow', 'step_up', 'human', 'decline', 'block'] as const;
export type Decision = (typeof decisions)[number];

/** Of an issuer's or the network's codes (`G61`, `42G610000`) those that say that the data is wrong: no such card, code or date. */
const wrongCodes = /[GC](?:13|16|17|42|44|45|61|65|83)(?:0000)?$/;

/** From an acquirer's own code and the reason it was read as. */
export const endingOf = (code: string, reason: string): Exclude<Ending, 'approved'> =>
  reason === 'incorrect_card_data' || reason === 'expired_card' || wrongCodes.test(code) ? 'wrong' : 'refused';
