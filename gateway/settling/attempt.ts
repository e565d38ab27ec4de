/**
 * The life of one request to an acquirer that can move money.
 *
 * ```
 * sending --> approved | declined | not_sent          a definite answer
 *        \--> unknown  --found--> approved | declined  an authorisation nobody knows about
 *        \             --not found, often and for long enough--> absent
 *         \-> doubtful --done----> approved            a follow-up nobody knows about, which is
 *                      --not done-> doubtful           sent again unless it was carried out
 * waiting --> doubtful                                 accepted, and sent when its acquirer is back
 * absent  --found late--> approved                     an authorisation whose charge has failed: it is given back
 *         \--no look left--> not_sent
 * ```
 * A follow-up may be repeated safely only after an inquiry said that it was not carried out. One that is not wanted
 * any more (`unknown`) ends like an authorisation: not carried out, often and for long enough, is `not_sent`.
 */
import type { Policy } from '../policy/schema.ts';

export const attemptKinds = ['authorise', 'capture', 'refund', 'void'] as const;
export type AttemptKind = (typeof attemptKinds)[number];
export type FollowUpKind = Exclude<AttemptKind, 'authorise'>;

export type AttemptState =
  | 'sending'
  | 'approved'
  | 'declined'
  | 'not_sent'
  | 'unknown'
  | 'doubtful'
  | 'waiting'
  | 'absent';

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

/** When one that was not found is asked about next: as always, but not before the span can be long enough. */
export const askAgainMs = (
  policy: Policy['settling'],
  { tries, firstMs, nowMs }: { tries: number; firstMs: number; nowMs: number },
): number =>
  Math.max(
    nowMs + inquiryDelayMs(policy, tries),
    Math.min(firstMs + policy.notFoundSpanMs, nowMs + policy.thenEveryMs),
  );

/** When one that a merchant waits for is asked about next: as always, and at the latest when the span is long enough. */
export const askSoonerMs = (
  policy: Policy['settling'],
  { tries, firstMs, nowMs }: { tries: number; firstMs: number; nowMs: number },
): number => {
  const dueMs = nowMs + inquiryDelayMs(policy, tries);
  const spanEndMs = firstMs + policy.notFoundSpanMs;
  return spanEndMs > nowMs ? Math.min(dueMs, spanEndMs) : dueMs;
};

/**
 * When one that is believed not found is looked for once more: an acquirer can carry out late what stood in its queue
 * while it was asked. `null`: not any more; from then on the daily reconciliation is who would see it.
 */
export const lateLookMs = (
  policy: Policy['settling'],
  { firstMs, nowMs }: { firstMs: number; nowMs: number },
): number | null => {
  const offsetMs = policy.lateLooksMs.find((one) => firstMs + one > nowMs);
  return offsetMs === undefined ? null : firstMs + offsetMs;
};

/** Wait before a follow-up is sent again: exponential, capped. */
export const resendDelayMs = (policy: Policy['settling'], tries: number): number =>
  Math.min(policy.retryCapMs, policy.retryBaseMs * 2 ** Math.min(tries, 20));
