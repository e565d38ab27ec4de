/**
 * A clock that stands still until told, for the simulator's own tests.
 *
 * Time is whole microseconds and events run in (time, order of creation), as on the virtual stage.
 * `run` is for plain callbacks, at a million events a second; `advance` gives promises their turn
 * after every event.
 */
import type { Clock, Timer } from '../../acquirer-sim/ports.ts';

export interface ManualClock extends Clock {
  /** Fires what falls due in the next `durationMs`, promises settled in between. */
  advance(durationMs: number): Promise<void>;
  /** Fires it without giving promises a turn. */
  run(durationMs: number): void;
  /** Timers that would still fire. */
  pending(): number;
}

interface Entry extends Timer {
  readonly atUs: number;
  readonly order: number;
  wake: (() => void) | null;
}

const before = (a: Entry, b: Entry): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);

const push = (heap: Entry[], entry: Entry): void => {
  let index = heap.push(entry) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (!before(entry, heap[parent] as Entry)) break;
    heap[index] = heap[parent] as Entry;
    index = parent;
  }
  heap[index] = entry;
};

const pop = (heap: Entry[]): void => {
  const last = heap.pop() as Entry;
  if (heap.length === 0) return;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
    if (!before(heap[child] as Entry, last)) break;
    heap[index] = heap[child] as Entry;
    index = child;
  }
  heap[index] = last;
};

/** @param wallMsAtZero 2017-07-12 21:00 JST unless told. */
export const createManualClock = (wallMsAtZero = Date.parse('2017-07-12T21:00:00+09:00')): ManualClock => {
  const heap: Entry[] = [];
  let nowUs = 0;
  let order = 0;
  let pending = 0;

  const after = (delayMs: number, wake: () => void): Timer => {
    const entry: Entry = {
      atUs: nowUs + Math.max(0, Math.round(delayMs * 1_000)),
      order: order++,
      wake,
      cancel() {
        if (entry.wake !== null) pending -= 1;
        entry.wake = null;
      },
    };
    pending += 1;
    push(heap, entry);
    return entry;
  };

  /** Fires the next event due by `untilUs`; false when there is none. */
  const step = (untilUs: number): boolean => {
    for (let entry = heap[0]; entry !== undefined && entry.atUs <= untilUs; entry = heap[0]) {
      pop(heap);
      const { wake } = entry;
      if (wake === null) continue;
      nowUs = entry.atUs;
      entry.wake = null;
      pending -= 1;
      wake();
      return true;
    }
    return false;
  };

  const settled = () => new Promise((resolve) => setImmediate(resolve));

  return {
    wallMs: () => wallMsAtZero + Math.floor(nowUs / 1_000),
    monotonicMs: () => nowUs / 1_000,
    after,
    sleep: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    async advance(durationMs) {
      const untilUs = nowUs + Math.round(durationMs * 1_000);
      await settled();
      while (step(untilUs)) await settled();
      nowUs = untilUs;
    },
    run(durationMs) {
      const untilUs = nowUs + Math.round(durationMs * 1_000);
      while (step(untilUs)) {
        // Everything happens in the step.
      }
      nowUs = untilUs;
    },
    pending: () => pending,
  };
};
