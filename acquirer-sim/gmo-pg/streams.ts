/**
 * Streams of draws for calls that have no order to count on: one per call, named by what it is, and
 * another for each time the same one is made again (design.md section 3).
 */
import type { Random } from '../ports.ts';

export const createStreams = (random: Random): ((name: string) => Random) => {
  const counts = new Map<string, number>();
  return (name) => {
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    return random.fork(nth === 0 ? name : `${name}#${nth}`);
  };
};
