/** Counts per merchant over a sliding window, forgotten when they are empty. */
import { createRing, type Ring } from './ring.ts';

/** Below this many merchants nobody sweeps (a ring is 240 bytes). */
const sweepFloor = 512;

export interface Counters {
  /** Counts one more; how many there are in the window now. */
  add(merchantId: string, nowMs: number): number;
  total(merchantId: string, nowMs: number): number;
  /** Every merchant with something in the window. */
  all(nowMs: number): { readonly merchantId: string; readonly count: number }[];
  forget(merchantId: string): void;
}

export const createCounters = (bucketMs: number, buckets: number): Counters => {
  const rings = new Map<string, Ring>();
  let sweepAt = sweepFloor;
  return {
    add(merchantId, nowMs) {
      let ring = rings.get(merchantId);
      if (ring === undefined) {
        if (rings.size >= sweepAt) {
          for (const [id, held] of rings) if (held.total(nowMs) === 0) rings.delete(id);
          sweepAt = Math.max(sweepFloor, rings.size * 2);
        }
        ring = createRing(bucketMs, buckets);
        rings.set(merchantId, ring);
      }
      ring.add(nowMs);
      return ring.total(nowMs);
    },
    total: (merchantId, nowMs) => rings.get(merchantId)?.total(nowMs) ?? 0,
    all: (nowMs) =>
      [...rings]
        .map(([merchantId, ring]) => ({ merchantId, count: ring.total(nowMs) }))
        .filter(({ count }) => count > 0),
    forget: (merchantId) => void rings.delete(merchantId),
  };
};
