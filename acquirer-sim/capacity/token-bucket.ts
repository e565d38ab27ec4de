/**
 * A cap on one tenant: so many requests a second, all of the tenant's requests together.
 *
 * The bucket holds one second's worth (at least one request), so an even stream at the cap's rate
 * passes whole and a burst does not.
 */
export interface TokenBucket {
  readonly ratePerSecond: number;
  /** Takes a token if there is one. `atMs` is monotonic. */
  take(atMs: number): boolean;
  /** Tokens there are. `atMs` is monotonic. */
  tokens(atMs: number): number;
}

/** A bucket as of `atMs` (monotonic), full unless `left` says otherwise. A rate of 0 lets nothing pass. */
export const createTokenBucket = (ratePerSecond: number, atMs: number, left?: number): TokenBucket => {
  const size = ratePerSecond === 0 ? 0 : Math.max(1, ratePerSecond);
  let tokens = left ?? size;
  let filledAtMs = atMs;
  return {
    ratePerSecond,
    take(nowMs) {
      tokens = Math.min(size, tokens + ((nowMs - filledAtMs) * ratePerSecond) / 1_000);
      filledAtMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    tokens: (nowMs) => Math.min(size, tokens + ((nowMs - filledAtMs) * ratePerSecond) / 1_000),
  };
};
