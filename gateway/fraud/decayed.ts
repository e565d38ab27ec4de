/**
 * Counts that fade: each event weighs 2^(-age / half-life). Two numbers a counter whatever happened, so that a
 * flood of keys costs what few keys cost; the test sums every event beside it.
 *
 * All counters of a key are one list of numbers: an object for each would take four times the memory, and there is a
 * key for every card and address that ever came by.
 */
export type Counters = number[];

/** Where a counter is in its list: its value, and beside it the moment of that value. */
export type Slot = 0 | 2 | 4 | 6;

export const counters = (count: number): Counters => new Array<number>(2 * count).fill(0);

const ln2 = Math.LN2;

/** The count as of `nowMs`. Time that went back counts as no time. */
export const valueAt = (list: Readonly<Counters>, slot: Slot, nowMs: number, halfLifeMs: number): number => {
  const value = list[slot]!;
  if (value === 0) return 0;
  const ageMs = nowMs - list[slot + 1]!;
  return ageMs <= 0 ? value : value * Math.exp((-ln2 * ageMs) / halfLifeMs);
};

/** Adds `weight` events of this moment; returns the count. */
export const addAt = (list: Counters, slot: Slot, nowMs: number, halfLifeMs: number, weight = 1): number => {
  const value = valueAt(list, slot, nowMs, halfLifeMs) + weight;
  list[slot] = value;
  list[slot + 1] = Math.max(list[slot + 1]!, nowMs);
  return value;
};
