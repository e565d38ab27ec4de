/**
 * Operations by minute and component, for the record after an incident. A few minutes are always
 * kept, because an incident is found after it began; while one is open all are, up to a bound.
 */
import { type Component, components } from '../status-page/facts.ts';

/** One minute: `[attempted, failed]` of each component, in the order of `components`. */
export interface Minute {
  /** Start, wall milliseconds. */
  readonly atMs: number;
  readonly counts: readonly number[];
}

export interface Tally {
  note(component: Component, failed: boolean, wallMs: number): void;
  /** Minutes that end after `fromMs`, oldest first. */
  since(fromMs: number): readonly Minute[];
}

export const minuteMs = 60_000;
const keptMinutes = 5;
/** Three days of one incident. */
const minutesMax = 3 * 1_440;
const places: Readonly<Record<Component, number>> = Object.fromEntries(
  components.map((component, index) => [component, 2 * index]),
) as Record<Component, number>;

/** @param isNeeded asked once a minute: while it says no, only the last few minutes are kept */
export const createTally = (isNeeded: () => boolean): Tally => {
  const minutes = new Map<number, Uint32Array>();
  let current: Uint32Array | null = null;
  let currentMinute = -1;

  return {
    note: (component, failed, wallMs) => {
      const minute = Math.floor(wallMs / minuteMs);
      if (minute !== currentMinute || current === null) {
        current = minutes.get(minute) ?? new Uint32Array(2 * components.length);
        minutes.set(minute, current);
        currentMinute = minute;
        const keptMax = isNeeded() ? minutesMax : keptMinutes;
        for (const oldest of minutes.keys()) {
          if (minutes.size <= keptMax) break;
          minutes.delete(oldest);
        }
      }
      const at = places[component];
      current[at] = (current[at] ?? 0) + 1;
      if (failed) current[at + 1] = (current[at + 1] ?? 0) + 1;
    },
    since: (fromMs) =>
      [...minutes]
        .filter(([minute]) => (minute + 1) * minuteMs > fromMs)
        .toSorted(([a], [b]) => a - b)
        .map(([minute, counts]) => ({ atMs: minute * minuteMs, counts: [...counts] })),
  };
};

/** The same minutes of several instances, added up. */
export const addMinutes = (...lists: readonly (readonly Minute[])[]): readonly Minute[] => {
  const sums = new Map<number, number[]>();
  for (const list of lists)
    for (const { atMs, counts } of list) {
      const sum = sums.get(atMs);
      if (sum === undefined) sums.set(atMs, [...counts]);
      else for (const [index, count] of counts.entries()) sum[index] = (sum[index] ?? 0) + count;
    }
  return [...sums].toSorted(([a], [b]) => a - b).map(([atMs, counts]) => ({ atMs, counts }));
};

/** Attempted and failed operations of a component within these minutes. */
export const sumOf = (
  minutes: readonly Minute[],
  component: Component,
): { readonly attempted: number; readonly failed: number } => {
  const at = places[component];
  const sum = { attempted: 0, failed: 0 };
  for (const { counts } of minutes) {
    sum.attempted += counts[at] ?? 0;
    sum.failed += counts[at + 1] ?? 0;
  }
  return sum;
};
