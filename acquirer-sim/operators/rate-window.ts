/** Arrivals per second over the last whole seconds: a ring of one-second buckets. */
export interface RateWindow {
  /** Counts one arrival in a second (whole seconds of any monotonic clock, never going back). */
  count(second: number): void;
  /** Mean rate of the window's seconds before `second`; that second itself is not over yet. */
  ratePerSecond(second: number): number;
  save(): SavedWindow;
}

export interface SavedWindow {
  readonly buckets: readonly number[];
  readonly latest: number;
}

export const createRateWindow = (seconds: number, saved?: SavedWindow): RateWindow => {
  // One more than the window: the second that is not over yet has a bucket too.
  const buckets = Uint32Array.from({ length: seconds + 1 }, (_, second) => saved?.buckets[second] ?? 0);
  let latest = saved?.latest ?? 0;
  let total = buckets.reduce((sum, count) => sum + count, 0);
  const index = (second: number) => second % buckets.length;

  /** Forgets what has left the window. */
  const forward = (second: number): void => {
    const passed = Math.min(second - latest, buckets.length);
    for (let step = passed - 1; step >= 0; step -= 1) {
      total -= buckets[index(second - step)] ?? 0;
      buckets[index(second - step)] = 0;
    }
    latest = Math.max(latest, second);
  };

  return {
    count(second) {
      if (second > latest) forward(second);
      buckets[index(second)] = (buckets[index(second)] ?? 0) + 1;
      total += 1;
    },
    ratePerSecond(second) {
      if (second > latest) forward(second);
      return (total - (buckets[index(second)] ?? 0)) / seconds;
    },
    save: () => ({ buckets: [...buckets], latest }),
  };
};
