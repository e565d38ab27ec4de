/** What the issuer says to one request: a pure function of the card, the amount and the month. */
import { jstStamp } from '../jst.ts';
import type { CardRule, DeclineCode } from './cards.ts';
import { codeOfAmount } from './test-cards.ts';

export interface IssuerQuestion {
  readonly rule: CardRule;
  /** `YYMM`, as on the wire. */
  readonly expiry: string;
  /** null = a validity check. */
  readonly amountYen: number | null;
  /** Wall time the question is decided at. */
  readonly atMs: number;
}

export type IssuerDecision = { readonly approved: true } | { readonly approved: false; readonly code: DeclineCode };

export const APPROVED: IssuerDecision = { approved: true };

/** A card is good until the end of the month printed on it (JST). */
const lapsed = (expiry: string, atMs: number): boolean => expiry < jstStamp(atMs).slice(2, 6);

/** The order of precedence: the card itself, its date, then what is asked of it. The account comes last. */
export const decide = ({ rule, expiry, amountYen, atMs }: IssuerQuestion): IssuerDecision => {
  if (rule.declinesCheck !== null) return { approved: false, code: rule.declinesCheck };
  if (lapsed(expiry, atMs)) return { approved: false, code: 'G83' };
  if (amountYen === null) return APPROVED;
  if (rule.declinesPayment !== null && amountYen > rule.paymentLimitYen) {
    return { approved: false, code: rule.declinesPayment };
  }
  const code = rule.amountDecides ? codeOfAmount(amountYen) : null;
  return code === null ? APPROVED : { approved: false, code };
};
