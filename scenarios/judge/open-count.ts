/** How many of something are open over the day (unknown outcomes, deferrals), in steps of ten seconds. */
import { loadStepMs } from './load.ts';

/** Holds the names that are open now and one number per step; what was closed is forgotten. */
export const createOpenCount = (dayMs: number) => {
  const changes = new Int32Array(Math.ceil(dayMs / loadStepMs));
  const open = new Map<string, number>();
  let seen = 0;

  const change = (atMs: number, by: 1 | -1): void => {
    const step = Math.max(0, Math.floor(atMs / loadStepMs));
    if (step < changes.length) changes[step] = (changes[step] ?? 0) + by;
  };

  return {
    opened(name: string, atMs: number): void {
      open.set(name, (open.get(name) ?? 0) + 1);
      seen += 1;
      change(atMs, 1);
    },
    /** Closing what is not open changes nothing. */
    closed(name: string, atMs: number): void {
      const count = open.get(name);
      if (count === undefined) return;
      if (count === 1) open.delete(name);
      else open.set(name, count - 1);
      change(atMs, -1);
    },
    isOpen: (name: string): boolean => open.has(name),
    seen: (): number => seen,
    names: (): number => open.size,
    /** Open at the end of each step. */
    perStep(): number[] {
      let now = 0;
      return Array.from(changes, (by) => {
        now += by;
        return now;
      });
    },
  };
};
