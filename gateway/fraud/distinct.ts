/**
 * How many different things were seen lately, exact up to `distinctMax`: rules ask "five cards or more from here",
 * and beyond that more is more of the same. Things are told apart by a 32-bit hash.
 */
export const distinctMax = 12;

/** Pairs of a hash and when it was seen, as long as needed and no longer: there is one for every key that payments come by. */
export type Distinct = readonly number[];

export const nothingSeen: Distinct = [];

/** The set with one noted; when there is no room the one that was not seen for longest makes it. Take what is returned. */
export const noteAt = (set: Distinct, hash: number, nowMs: number): Distinct => {
  let place = 0;
  while (place < set.length && set[place] !== hash) place += 2;
  // `push` would make room for sixteen more, and most of these hold one.
  if (place === set.length && place < 2 * distinctMax) return [...set, hash, nowMs];
  const own = set as number[];
  if (place === set.length) {
    place = 0;
    for (let other = 2; other < set.length; other += 2) if (set[other + 1]! < set[place + 1]!) place = other;
    own[place] = hash;
  }
  own[place + 1] = nowMs;
  return own;
};

/** Those seen within the window that ends now, at most `distinctMax`. */
export const distinctAt = (set: Distinct, nowMs: number, windowMs: number): number => {
  let count = 0;
  for (let place = 1; place < set.length; place += 2) if (nowMs - set[place]! < windowMs) count += 1;
  return count;
};
