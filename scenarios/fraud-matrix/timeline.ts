/** Things to be done, by time: a heap of its own, since nothing here waits for anything. */
export interface Timeline {
  plan(atMs: number, act: (nowMs: number) => void): void;
  /** Does everything there is, and what that plans, in order. `setMs` hears the time first. */
  run(setMs: (nowMs: number) => void): void;
}

interface Item {
  readonly atMs: number;
  readonly seq: number;
  readonly act: (nowMs: number) => void;
}

const before = (one: Item, other: Item): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.seq < other.seq);

export const createTimeline = (): Timeline => {
  const heap: Item[] = [];
  let seq = 0;
  const pop = (): Item | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (before(last, heap[child]!)) break;
      heap[hole] = heap[child]!;
      hole = child;
    }
    heap[hole] = last;
    return first;
  };
  return {
    plan(atMs, act) {
      const item = { atMs, seq, act };
      seq += 1;
      let hole = heap.length;
      heap.push(item);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (before(heap[parent]!, item)) break;
        heap[hole] = heap[parent]!;
        hole = parent;
      }
      heap[hole] = item;
    },
    run(setMs) {
      for (let item = pop(); item !== undefined; item = pop()) {
        setMs(item.atMs);
        item.act(item.atMs);
      }
    },
  };
};
