/**
 * Flows that did not end in time and may be the first of a trouble that nobody knows of yet.
 *
 * On a good day one in five never comes back, so the first of a bad day look like any other; when the test sounds, their
 * merchants were hurt as well. Kept are those since its evidence was last nothing, which is where a cumulative sum puts
 * the change (Page 1954). Pure.
 */

export interface LateFlow<About> {
  readonly about: About;
  /** Wall time at which it was given up. */
  readonly atMs: number;
}

export interface LateFlows<About> {
  add(about: About, atMs: number): void;
  /** Nothing speaks against flows like these any more: the late ones were ordinary. */
  clear(like: (about: About) => boolean): void;
  /** Takes them out, the oldest first. */
  take(like: (about: About) => boolean): readonly LateFlow<About>[];
}

/** The oldest go first. */
const keptMax = 10_000;

export const createLateFlows = <About>(): LateFlows<About> => {
  let kept: LateFlow<About>[] = [];
  return {
    add(about, atMs) {
      kept.push({ about, atMs });
      if (kept.length > keptMax) kept = kept.slice(keptMax / 2);
    },
    clear(like) {
      if (kept.length > 0) kept = kept.filter(({ about }) => !like(about));
    },
    take(like) {
      const taken = kept.filter(({ about }) => like(about));
      if (taken.length > 0) kept = kept.filter(({ about }) => !like(about));
      return taken;
    },
  };
};
