/**
 * Counts over a sliding window in bounded memory: a ring of buckets, each standing for one
 * stretch of time. The window moves bucket by bucket, so a count may include up to one bucket
 * too little of the oldest stretch, and never anything older than the window.
 */
export interface Ring {
  add(nowMs: number): void;
  /** Counted within the window that ends now. */
  total(nowMs: number): number;
}

/**
 * @param bucketMs length of one bucket
 * @param buckets how many make the window
 */
export const createRing = (bucketMs: number, buckets: number): Ring => {
  const counts = new Uint32Array(buckets);
  let sum = 0;
  let newest = 0;

  /** Empties the buckets that time has passed over. */
  const turn = (nowMs: number): void => {
    const current = Math.floor(nowMs / bucketMs);
    if (current - newest >= buckets) {
      counts.fill(0);
      sum = 0;
      newest = current;
    }
    while (newest < current) {
      newest += 1;
      const index = newest % buckets;
      sum -= counts[index] as number;
      counts[index] = 0;
    }
  };

  return {
    add: (nowMs) => {
      turn(nowMs);
      const index = newest % buckets;
      counts[index] = (counts[index] as number) + 1;
      sum += 1;
    },
    total: (nowMs) => {
      turn(nowMs);
      return sum;
    },
  };
};
