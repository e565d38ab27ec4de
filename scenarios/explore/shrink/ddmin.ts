/**
 * Delta debugging (Zeller's ddmin): the least part of a list that still fails, as far as leaving out pieces of it
 * finds one. Common random numbers make it work: what is left out moves nothing else.
 */
export const ddmin = async <Item>(
  items: readonly Item[],
  fails: (part: readonly Item[]) => Promise<boolean>,
): Promise<readonly Item[]> => {
  let kept = items;
  if (kept.length > 0 && (await fails([]))) return [];
  let pieces = 2;
  while (kept.length >= 2) {
    const size = Math.ceil(kept.length / pieces);
    let smaller: readonly Item[] | null = null;
    for (let at = 0; at < kept.length && smaller === null; at += size) {
      const piece = kept.slice(at, at + size);
      // With two pieces, the one is the other's rest.
      if (pieces > 2 && (await fails(piece))) {
        smaller = piece;
        pieces = 2;
        break;
      }
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (await fails(rest)) {
        smaller = rest;
        pieces = Math.max(2, pieces - 1);
      }
    }
    if (smaller !== null) kept = smaller;
    else if (size === 1) break;
    else pieces = Math.min(kept.length, pieces * 2);
  }
  return kept;
};
