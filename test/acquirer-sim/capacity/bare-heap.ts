/**
 * The least clock that can drive a station: a heap of (time, order) and nothing else. No promise, no
 * cancelling, no rounding, so that ten million arrivals take seconds and no time is lost to microseconds.
 */
import type { Clock } from '../../../acquirer-sim/ports.ts';

export interface BareHeap extends Pick<Clock, 'after' | 'monotonicMs'> {
  /** Fires events until there are none. */
  drain(): void;
}

const noTimer = {
  cancel(): void {
    throw new Error('nothing is cancelled on this clock');
  },
};

export const createBareHeap = (): BareHeap => {
  const times: number[] = [];
  const orders: number[] = [];
  const wakes: (() => void)[] = [];
  let size = 0;
  let nowMs = 0;
  let order = 0;

  /** Whether the event at a place comes before one of that time and order. */
  const precedes = (at: number, timeMs: number, nth: number): boolean => {
    const time = times[at] as number;
    return time < timeMs || (time === timeMs && (orders[at] as number) < nth);
  };

  const place = (at: number, timeMs: number, nth: number, wake: () => void): void => {
    times[at] = timeMs;
    orders[at] = nth;
    wakes[at] = wake;
  };

  const move = (from: number, to: number): void =>
    place(to, times[from] as number, orders[from] as number, wakes[from] as () => void);

  const after = (delayMs: number, wake: () => void) => {
    const timeMs = nowMs + delayMs;
    const nth = order++;
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (precedes(parent, timeMs, nth)) break;
      move(parent, at);
      at = parent;
    }
    place(at, timeMs, nth, wake);
    return noTimer;
  };

  const pop = (): (() => void) => {
    const wake = wakes[0] as () => void;
    nowMs = times[0] as number;
    size -= 1;
    const [timeMs, nth, last] = [times[size] as number, orders[size] as number, wakes[size] as () => void];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && precedes(child + 1, times[child] as number, orders[child] as number)) child += 1;
      if (!precedes(child, timeMs, nth)) break;
      move(child, at);
      at = child;
    }
    place(at, timeMs, nth, last);
    return wake;
  };

  return {
    monotonicMs: () => nowMs,
    after,
    drain() {
      while (size > 0) pop()();
    },
  };
};
