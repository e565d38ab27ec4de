/**
 * How an operation ended, as its merchant could know from the answer. An answer counts only when it
 * says what was asked for: on a 200 with another amount somebody would ship goods.
 *
 * The theatre's cast reads answers by the same rules (`scenarios/cast/verdict.ts`), and not by this file: k6 bundles what
 * is in `load/` and nothing else, and a script that is copied out of here has to stay whole.
 */
import { type Answer, isObject } from './client.ts';

export type End = 'succeeded' | 'declined' | 'deferred' | 'unknown' | 'refused' | 'failed' | 'late';

export type Asked =
  | { readonly leg: 'token'; readonly last4: string }
  | { readonly leg: 'charge'; readonly amountYen: number; readonly captured: boolean }
  | { readonly leg: 'capture'; readonly chargeId: string; readonly amountYen: number }
  | { readonly leg: 'refund'; readonly chargeId: string; readonly refundedYen: number; readonly amountYen: number }
  | { readonly leg: 'customer' }
  | { readonly leg: 'card'; readonly customerId: string; readonly last4: string };

export const endOf = (asked: Asked, answer: Answer | null): Exclude<End, 'late'> => {
  if (answer === null) return 'failed';
  if (answer.outcome === 'unknown') return 'unknown';
  if (answer.status === 200) {
    if (answer.outcome === 'deferred') return isDeferral(asked, answer) ? 'deferred' : 'failed';
    return saysWhatWasAsked(asked, answer) ? 'succeeded' : 'failed';
  }
  if (answer.status === 402) return isDecline(answer) ? 'declined' : 'failed';
  return isRefusal(answer) ? 'refused' : 'failed';
};

/** The buyer's patience: what comes after they left helps nobody. */
export const withinPatience = (end: Exclude<End, 'late'>, tookMs: number, patienceMs: number): End =>
  tookMs > patienceMs && (end === 'succeeded' || end === 'declined' || end === 'deferred') ? 'late' : end;

export const isGood = (end: End): boolean => end === 'succeeded' || end === 'declined' || end === 'deferred';

const saysWhatWasAsked = (asked: Asked, { body }: Answer): boolean => {
  if (body === null) return false;
  const { amount, amount_refunded: refunded } = body;
  switch (asked.leg) {
    case 'token':
      return typeof body.id === 'string' && isObject(body.card) && body.card.last4 === asked.last4;
    case 'charge':
      return (
        typeof body.id === 'string' &&
        amount === asked.amountYen &&
        body.captured === asked.captured &&
        body.paid === true
      );
    case 'capture':
      return (
        body.id === asked.chargeId &&
        body.captured === true &&
        typeof amount === 'number' &&
        amount - Number(refunded) === asked.amountYen
      );
    case 'refund':
      return body.id === asked.chargeId && refunded === asked.refundedYen + asked.amountYen;
    case 'customer':
      return typeof body.id === 'string' && typeof body.default_card === 'string';
    case 'card':
      return typeof body.id === 'string' && body.customer === asked.customerId && body.last4 === asked.last4;
  }
};

const isDeferral = (asked: Asked, { body }: Answer): boolean => {
  if ((asked.leg !== 'capture' && asked.leg !== 'refund') || body === null || body.id !== asked.chargeId) return false;
  const pending = body.pending_operation;
  return isObject(pending) && pending.type === asked.leg && pending.amount === asked.amountYen;
};

/** Another gateway does not say who decided; there a card error is the issuer's word. */
const isDecline = ({ body, decidedBy }: Answer): boolean =>
  (decidedBy === 'issuer' || decidedBy === null) && isObject(body?.error) && body.error.type === 'card_error';

const isRefusal = ({ status, decidedBy }: Answer): boolean => {
  switch (decidedBy) {
    case 'gateway-limiter':
      return status === 429;
    case 'gateway-breaker':
    case 'gateway':
      return status === 503;
    case 'gateway-paused':
      return status === 403;
    case null:
      return status === 429 || status === 503;
    default:
      return false;
  }
};
