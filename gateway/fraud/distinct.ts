/**
 * How many different things were seen lately, exact up to `distinctMax`: rules ask "five cards or more from here",
 * and beyond that more is more of the same. Things are told apart by a 32-bit hash.
 */
export const distinctMax = 12;

/** Two lists of the same length, as long as needed and no longer: there is one for every key that payments come by. */
export interface Distinct {
  hashes: number[];
  seenMs: number[];
}

export const distinct = (): Distinct => ({ hashes: [], seenMs: [] });

/** Notes one; when there is no room the one that was not seen for longest makes it. */
export const noteAt = (set: Distinct, hash: number, nowMs: number): void => {
  const { hashes, seenMs } = set;
  const known = hashes.indexOf(hash);
  if (known !== -1) {
    seenMs[known] = nowMs;
    return;
  }
  if (hashes.length < distinctMax) {
    // `push` would make room for sixteen more, and most of these hold one.
    set.hashes = [...hashes, hash];
    set.seenMs = [...seenMs, nowMs];
    return;
  }
  let oldest = 0;
  for (let index = 1; index < distinctMax; index += 1) if (seenMs[index]! < seenMs[oldest]!) oldest = index;
  hashes[oldest] = hash;
  seenMs[oldest] = nowMs;
};

/** Those seen within the window that ends now, at most `distinctMax`. */
export const distinctAt = ({ seenMs }: Distinct, nowMs: number, windowMs: number): number => {
  let count = 0;
  for (let index = 0; index < seenMs.length; index += 1) if (nowMs - seenMs[index]! < windowMs) count += 1;
  return count;
};
