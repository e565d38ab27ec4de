/**
 * Two lanes for what goes out: bounded, and nobody quick waits behind somebody slow.
 *
 * Work that lasts longer than `quickMs` gives its place in the quick lane to the next and goes on in
 * the slow lane, as long as that has room. What failed before begins in the slow lane.
 */
import type { Timer } from '../../ports.ts';
import type { PageClock } from '../clock.ts';

export type LaneName = 'quick' | 'slow';

export interface LaneBounds {
  /** Under way at once. */
  readonly quickMax: number;
  readonly slowMax: number;
  /** From here on work counts as slow. */
  readonly quickMs: number;
}

export interface Lanes {
  /** Runs `work` when the lane has room. It must not reject. */
  add(lane: LaneName, work: () => Promise<void>): void;
  /** Nothing that waits is begun any more. */
  stop(): void;
}

/** First in, first out, without moving what stays. */
const createQueue = <T>() => {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item: T): void => void items.push(item),
    next(): T | undefined {
      const item = items[head];
      if (item === undefined) return undefined;
      head += 1;
      if (head > 1_024 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
};

export const createLanes = (clock: PageClock, bounds: LaneBounds): Lanes => {
  const waiting = { quick: createQueue<() => Promise<void>>(), slow: createQueue<() => Promise<void>>() };
  const underWay = { quick: 0, slow: 0 };
  const max = { quick: bounds.quickMax, slow: bounds.slowMax };
  /** Quick work that has become slow and found no room there yet. */
  const overdue = new Set<() => void>();
  let stopped = false;

  const begin = async (lane: LaneName, work: () => Promise<void>): Promise<void> => {
    let place: LaneName = lane;
    let timer: Timer | null = null;
    const moveOver = (): void => {
      if (underWay.slow >= max.slow) {
        overdue.add(moveOver);
        return;
      }
      overdue.delete(moveOver);
      underWay.quick -= 1;
      underWay.slow += 1;
      place = 'slow';
      pump('quick');
    };
    underWay[lane] += 1;
    if (lane === 'quick') timer = clock.after(bounds.quickMs, moveOver);
    await work();
    timer?.cancel();
    overdue.delete(moveOver);
    underWay[place] -= 1;
    if (place === 'slow') for (const move of overdue) move();
    pump('quick');
    pump('slow');
  };

  const pump = (lane: LaneName): void => {
    while (!stopped && underWay[lane] < max[lane]) {
      const work = waiting[lane].next();
      if (work === undefined) return;
      void begin(lane, work);
    }
  };

  return {
    add(lane, work) {
      waiting[lane].push(work);
      pump(lane);
    },
    stop() {
      stopped = true;
    },
  };
};
