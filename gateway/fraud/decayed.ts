/**
 * Counts that fade: each event weighs 2^(-age / half-life). Two numbers a counter whatever happened, so that a
 * flood of keys costs what few keys cost; the test sums every event beside it.
 */
export interface Decayed {
  value: number;
  atMs: number;
}

export const decayed = (): Decayed => ({ value: 0, atMs: 0 });

const ln2 = Math.LN2;

/** The count as of `nowMs`. Time that went back counts as no time. */
export const valueAt = (counter: Decayed, nowMs: number, halfLifeMs: number): number => {
  if (counter.value === 0) return 0;
  const ageMs = nowMs - counter.atMs;
  return ageMs <= 0 ? counter.value : counter.value * Math.exp((-ln2 * ageMs) / halfLifeMs);
};

/** Adds `weight` events of this moment; returns the count. */
export const addAt = (counter: Decayed, nowMs: number, halfLifeMs: number, weight = 1): number => {
  counter.value = valueAt(counter, nowMs, halfLifeMs) + weight;
  counter.atMs = Math.max(counter.atMs, nowMs);
  return counter.value;
};
