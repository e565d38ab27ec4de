/**
 * How many calls of one operation may be in flight, found from what they cost: Gradient2 of Netflix's
 * concurrency-limits, and AIMD beside it (resilience-patterns section 3).
 *
 * Latency that rises above its long average says that calls wait in a queue we cannot see; the limit
 * then shrinks until they do not. Below half of the limit nothing is learnt about it, so it stays.
 *
 * Two things are ours. Headroom is the root of a small limit (Envoy's): with Netflix's 4 a limit whose calls take twice
 * as long settles at 8, and a small acquirer has not many more. And the average counts for `targetMs` at most: under an
 * overload that lasts, Gradient2's average follows the latency it has caused itself, and the limit creeps up by one
 * every 75 calls until calls are so slow that breakers take them for lost.
 */

export interface LimitRules {
  readonly algorithm: 'gradient2' | 'aimd';
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  /** Latency that is never taken for usual, however long it lasts. */
  readonly targetMs: number;
}

/** One call that ended with an answer, or by running out of time. */
export interface Sample {
  readonly tookMs: number;
  /** In flight when it began, itself included. */
  readonly inFlight: number;
  /** It ended without an answer in time. */
  readonly lost: boolean;
}

export interface LimitState {
  readonly limit: number;
  /** Average over about `longSamples` calls; 0: none so far. */
  readonly longMs: number;
  readonly samples: number;
}

/** Netflix's `longWindow`, `smoothing` and `queueSize`. */
export const longSamples = 600;
export const smoothing = 0.2;
export const headroom = 4;
/** An exponential average begins as a plain one, or its first call would weigh for minutes. */
const warmUpSamples = 10;

export const initialLimit = ({ initial }: Pick<LimitRules, 'initial'>): LimitState => ({
  limit: initial,
  longMs: 0,
  samples: 0,
});

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

const longAfter = ({ longMs, samples }: LimitState, tookMs: number): number => {
  const next =
    samples < warmUpSamples
      ? (longMs * samples + tookMs) / (samples + 1)
      : longMs + ((tookMs - longMs) * 2) / (longSamples + 1);
  // After minutes of slowness the average would call everything fast for as long.
  return next / tookMs > 2 ? next * 0.9 : next;
};

/** The state after one more call. Limits are fractions; whoever asks takes the floor. */
export const afterSample = (state: LimitState, sample: Sample, rules: LimitRules): LimitState => {
  const { inFlight, lost } = sample;
  const tookMs = Math.max(0.001, sample.tookMs);
  const longMs = longAfter(state, tookMs);
  const samples = state.samples + 1;
  const { limit } = state;
  if (rules.algorithm === 'aimd') {
    const next = lost ? Math.min(limit - 1, Math.floor(limit * 0.9)) : 2 * inFlight >= limit ? limit + 1 : limit;
    return { limit: clamp(next, rules.min, rules.max), longMs, samples };
  }
  if (inFlight < limit / 2) return { limit, longMs, samples };
  const gradient = clamp(Math.min(longMs, rules.targetMs) / tookMs, 0.5, 1);
  const next = (1 - smoothing) * limit + smoothing * (gradient * limit + Math.min(headroom, Math.sqrt(limit)));
  return { limit: clamp(next, rules.min, rules.max), longMs, samples };
};
