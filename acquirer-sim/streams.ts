/**
 * Streams of draws for calls that have no order to count on: one per call, named by what it is, and
 * another for each time the same one is made again (design.md section 3).
 */
import type { Random } from './ports.ts';
import type { StatePart } from './state.ts';

export interface Streams {
  /** The next stream of that name. A name begins with `<tenant>/`. */
  next(name: string): Random;
  /** How often each name came: a call that is made again after a restore has the draws it would have had. */
  readonly state: StatePart<[string, number][]>;
}

export const createStreams = (random: Random): Streams => {
  const counts = new Map<string, number>();
  return {
    next(name) {
      const nth = counts.get(name) ?? 0;
      counts.set(name, nth + 1);
      return random.fork(nth === 0 ? name : `${name}#${nth}`);
    },
    state: {
      save: () => [...counts],
      load(saved) {
        counts.clear();
        for (const [name, count] of saved) counts.set(name, count);
      },
      reset(tenant) {
        for (const name of counts.keys()) {
          if (tenant === null || name.startsWith(`${tenant}/`)) counts.delete(name);
        }
      },
    },
  };
};
