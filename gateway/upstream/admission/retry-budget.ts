/**
 * What may be sent a second time, per acquirer (resilience-patterns section 6).
 *
 * Two bounds, both needed: tokens (gRPC A6), which run out while the acquirer fails, and a share of
 * the first tries of the last ten seconds, which holds also where failures are rare. A retry is
 * always of something that was definitely not carried out, or that may be asked twice.
 */

export interface RetryRules {
  readonly enabled: boolean;
  readonly tokensMax: number;
  readonly perSuccess: number;
  readonly retryAbove: number;
  readonly shareOfFirstTries: number;
  readonly floorPerSecond: number;
}

export interface RetryBudget {
  /** A first try begins. */
  first(nowMs: number): void;
  /** May this be tried again? Counts it when it may. */
  retry(nowMs: number): boolean;
  ended(failed: boolean): void;
  readonly tokens: number;
}

const windowSeconds = 10;

export const createRetryBudget = (rules: RetryRules): RetryBudget => {
  let tokens = rules.tokensMax;
  /** First tries and retries of each of the last ten seconds, by second modulo ten. */
  const firsts = new Float64Array(windowSeconds);
  const retries = new Float64Array(windowSeconds);
  let second = 0;

  const bucketAt = (nowMs: number): number => {
    const now = Math.floor(nowMs / 1000);
    for (let passed = Math.max(second + 1, now - windowSeconds + 1); passed <= now; passed += 1) {
      firsts[passed % windowSeconds] = 0;
      retries[passed % windowSeconds] = 0;
    }
    second = Math.max(second, now);
    return second % windowSeconds;
  };
  const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);

  return {
    first(nowMs) {
      if (!rules.enabled) return;
      const bucket = bucketAt(nowMs);
      firsts[bucket] = firsts[bucket]! + 1;
    },
    retry(nowMs) {
      if (!rules.enabled) return true;
      const bucket = bucketAt(nowMs);
      const most = rules.shareOfFirstTries * sum(firsts) + rules.floorPerSecond * windowSeconds;
      if (tokens <= rules.retryAbove || sum(retries) + 1 > most) return false;
      retries[bucket] = retries[bucket]! + 1;
      return true;
    },
    ended(failed) {
      tokens = failed ? Math.max(0, tokens - 1) : Math.min(rules.tokensMax, tokens + rules.perSuccess);
    },
    get tokens() {
      return tokens;
    },
  };
};
