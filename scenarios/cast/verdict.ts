/**
 * How an operation ended, as its merchant could know from the answer it got: design.md section 7
 * as one pure function.
 *
 * An answer only counts as success when it says what was asked for: a 200 with another amount, or
 * `captured` the other way round, is a failure, because the merchant would ship on it.
 */
import type { OperationEnd } from '../judge/observation.ts';
import { type Answer, isObject } from './client.ts';

/** What one request asked for; the last one of an operation decides how it ended. */
export type Asked =
  | { readonly leg: 'token'; readonly last4: string }
  | { readonly leg: 'charge'; readonly amountYen: number; readonly captured: boolean }
  | { readonly leg: 'capture'; readonly chargeId: string; readonly amountYen: number }
  | {
      readonly leg: 'refund';
      readonly chargeId: string;
      readonly amountYen: number;
      /** `amount_refunded` before; a partial capture leaves its rest there (payjp-api section 3.1). */
      readonly refundedBeforeYen: number;
    }
  | { readonly leg: 'customer' }
  | { readonly leg: 'card'; readonly customerId: string; readonly last4: string };

/** The end that `answer` (null: none came) makes, were nobody in a hurry. */
export const endOf = (asked: Asked, answer: Answer | null): Exclude<OperationEnd, 'late'> => {
  if (answer === null) return 'failed';
  if (answer.outcome === 'unknown') return 'unknown';
  if (answer.status === 200) {
    if (answer.outcome === 'deferred') return isDeferral(asked, answer) ? 'deferred' : 'failed';
    return saysWhatWasAsked(asked, answer) ? 'succeeded' : 'failed';
  }
  if (answer.status === 402) return isIssuersDecline(answer) ? 'declined' : 'failed';
  return isOurRefusal(answer) ? 'refused' : 'failed';
};

/**
 * Applies the buyer's patience. Only an end that would have counted as good turns into `late`;
 * a failure keeps its own name, which says more, and is one either way.
 */
export const withinPatience = (end: Exclude<OperationEnd, 'late'>, tookMs: number, patienceMs: number): OperationEnd =>
  tookMs > patienceMs && (end === 'succeeded' || end === 'declined' || end === 'deferred') ? 'late' : end;

const saysWhatWasAsked = (asked: Asked, { body }: Answer): boolean => {
  if (body === null) return false;
  switch (asked.leg) {
    case 'token':
      return typeof body.id === 'string' && isObject(body.card) && body.card.last4 === asked.last4;
    case 'charge':
      return (
        typeof body.id === 'string' &&
        body.amount === asked.amountYen &&
        body.captured === asked.captured &&
        body.paid === true
      );
    case 'capture':
      return (
        body.id === asked.chargeId &&
        body.captured === true &&
        typeof body.amount === 'number' &&
        typeof body.amount_refunded === 'number' &&
        body.amount - body.amount_refunded === asked.amountYen
      );
    case 'refund':
      return body.id === asked.chargeId && body.amount_refunded === asked.refundedBeforeYen + asked.amountYen;
    case 'customer':
      return typeof body.id === 'string' && typeof body.default_card === 'string';
    case 'card':
      return typeof body.id === 'string' && body.customer === asked.customerId && body.last4 === asked.last4;
  }
};

/** Only a capture or refund can be deferred, and the answer has to be honest about it. */
const isDeferral = (asked: Asked, { body }: Answer): boolean => {
  if (asked.leg !== 'capture' && asked.leg !== 'refund') return false;
  if (body === null || body.id !== asked.chargeId || !isObject(body.pending_operation)) return false;
  const { type, amount } = body.pending_operation;
  const unchanged =
    asked.leg === 'capture' ? body.captured === false : body.amount_refunded === asked.refundedBeforeYen;
  return unchanged && type === asked.leg && amount === asked.amountYen;
};

const isIssuersDecline = ({ body, decidedBy }: Answer): boolean =>
  decidedBy === 'issuer' && body !== null && isObject(body.error) && body.error.type === 'card_error';

/** Limit, open breaker, paused merchant; a gateway under maintenance answers 503 itself. */
const isOurRefusal = ({ status, decidedBy }: Answer): boolean => {
  switch (decidedBy) {
    case 'gateway-limiter':
      return status === 429;
    case 'gateway-breaker':
    case 'gateway':
      return status === 503;
    case 'gateway-paused':
      return status === 403;
    default:
      return false;
  }
};
