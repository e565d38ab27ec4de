/**
 * Who is being hurt at one acquirer, and whether people should hear of it. Pure, over one record.
 *
 * An open breaker is our business; a public notice is for what customers felt. Two conditions
 * keep blips private:
 *
 * - `handful`: five technical failures of ordinary operations. Fewer do not even open a breaker
 *   (five straight failures), and at the 0.1 % of technical failures that gateways measure, 5/s
 *   give 0.3 of them in a minute: five or more in one by chance about once in six weeks, and
 *   even then no incident is open for them.
 * - `settleMs`: the trouble still lasts 15 s after it was found. A three-second blip is found
 *   within 4 s, its first probe comes within 7.5 s, and four more good ones take 2 s, so by then
 *   its breaker is ramping up and nothing fails. A real outage is still told within about 20 s,
 *   where a notice is due within 60.
 */
import type { BreakerStatus } from '../breaker/breaker.ts';
import type { Component } from '../status-page/facts.ts';
import { isOver } from './lifecycle.ts';

export const handful = 5;
export const settleMs = 15_000;

/** Without a failure for this long nobody is being hurt now. At 5/s and 5 % failures a gap of 10 s has 8 %. */
const hurtingMs = 10_000;

/** Failures further apart than this belong to different troubles. */
const forgetMs = 60_000;

export interface Impact {
  /** Wall time of the first failure of this trouble; null before it. */
  firstAtMs: number | null;
  /** Monotonic time of the last one. */
  lastMs: number;
  failures: number;
  readonly merchants: Set<string>;
  readonly components: Set<Component>;
}

export const noImpact = (): Impact => ({
  firstAtMs: null,
  lastMs: Number.NEGATIVE_INFINITY,
  failures: 0,
  merchants: new Set(),
  components: new Set(),
});

/** Is the trouble over, as far as failures go? */
export const isForgotten = (impact: Impact, nowMs: number): boolean => nowMs - impact.lastMs > forgetMs;

export const hurt = (
  impact: Impact,
  failure: {
    readonly merchantId: string;
    readonly component: Component;
    readonly atMs: number;
    readonly wallMs: number;
  },
): void => {
  impact.firstAtMs ??= failure.wallMs;
  impact.lastMs = failure.atMs;
  impact.failures += 1;
  // A request can break before it is known whose it is.
  if (failure.merchantId !== '') impact.merchants.add(failure.merchantId);
  impact.components.add(failure.component);
};

/** Adds what was seen before anybody knew that it belongs to `impact`. */
export const absorb = (impact: Impact, earlier: Impact): void => {
  if (earlier.firstAtMs === null) return;
  impact.firstAtMs = Math.min(impact.firstAtMs ?? earlier.firstAtMs, earlier.firstAtMs);
  impact.lastMs = Math.max(impact.lastMs, earlier.lastMs);
  impact.failures += earlier.failures;
  for (const merchantId of earlier.merchants) impact.merchants.add(merchantId);
  for (const component of earlier.components) impact.components.add(component);
};

/** Should an incident found at `openedMs` be public as of now? */
export const isPublic = (
  impact: Impact,
  now: { readonly openedMs: number; readonly nowMs: number; readonly breakers: BreakerStatus; readonly bad: boolean },
): boolean =>
  impact.failures >= handful &&
  isOver(now.openedMs, settleMs, now.nowMs) &&
  (now.breakers === 'open' || (now.bad && now.nowMs - impact.lastMs <= hurtingMs));
