/**
 * The life of one request to an acquirer that can move money.
 *
 * ```
 * sending --> approved | declined | not_sent          a definite answer
 *        \--> unknown  --found--> approved | declined  an authorisation nobody knows about
 *        \             --not found, twice--> not_sent
 *         \-> doubtful --done----> approved            a follow-up nobody knows about, which will
 *                      --not done-> waiting            be sent again unless it was carried out
 * waiting --> sending                                  accepted, to be sent when its acquirer is back
 * ```
 * A follow-up may be repeated safely only after an inquiry said that it was not carried out.
 */
import type { Policy } from '../policy/schema.ts';

export const attemptKinds = ['authorise', 'capture', 'refund', 'void'] as const;
export type AttemptKind = (typeof attemptKinds)[number];
export type FollowUpKind = Exclude<AttemptKind, 'authorise'>;

export type AttemptState = 'sending' | 'approved' | 'declined' | 'not_sent' | 'unknown' | 'doubtful' | 'waiting';

/** How long an attempt that one instance took up is left alone by the others. */
export const claimMs = 120_000;

/**
 * How long a request to an acquirer is left to the instance that sent it (resilience-patterns
 * section 10: 90 s). Twice the longest wait for an answer, so that no live instance is overtaken.
 */
export const inFlightMs = ({ timeoutMs }: Policy['upstream']): number =>
  Math.max(90_000, 2 * Math.max(...Object.values(timeoutMs)));

/** What merchants call it: releasing a hold is a refund to them. */
export const operationNamed = (kind: AttemptKind): 'charge' | 'capture' | 'refund' => {
  if (kind === 'authorise') return 'charge';
  return kind === 'capture' ? 'capture' : 'refund';
};

/** When the k-th inquiry (k from 0) about an unknown outcome is due, counted from the one before. */
export const inquiryDelayMs = (policy: Policy['settling'], tries: number): number => {
  const at = policy.inquireAfterMs[tries];
  if (at === undefined) return policy.thenEveryMs;
  return at - (tries === 0 ? 0 : policy.inquireAfterMs[tries - 1]!);
};

/** "Not found" is believed only after enough answers over a span longer than any listing lag. */
export const believeNotFound = (
  policy: Policy['settling'],
  { answers, firstMs, nowMs }: { answers: number; firstMs: number; nowMs: number },
): boolean => answers >= policy.notFoundAnswers && nowMs - firstMs >= policy.notFoundSpanMs;

/** Wait before a follow-up is sent again: exponential, capped. */
export const resendDelayMs = (policy: Policy['settling'], tries: number): number =>
  Math.min(policy.retryCapMs, policy.retryBaseMs * 2 ** Math.min(tries, 20));
