/**
 * A binary heap of timers ordered by (time, sequence).
 *
 * The sequence settles ties, so the order is total and does not depend on the heap's shape.
 * Cancelled timers stay until they surface or until they are the majority, when one sweep drops
 * them: a request whose reply came leaves its timeout behind for no longer than that.
 */

import type { TimerGroup } from './timer-group.ts';

export class Entry {
  atUs: number;
  sequence: number;
  /** Null once fired or cancelled, so that what it closes over can be collected. */
  wake: (() => void) | null;
  readonly group: TimerGroup;

  constructor(atUs: number, sequence: number, wake: () => void, group: TimerGroup) {
    this.atUs = atUs;
    this.sequence = sequence;
    this.wake = wake;
    this.group = group;
  }

  cancel(): void {
    if (this.wake === null) return;
    this.wake = null;
    this.group.entryCancelled();
  }
}

const sweepFrom = 512;

export class EventHeap {
  #entries: Entry[] = [];
  #dead = 0;

  get size(): number {
    return this.#entries.length;
  }

  push(entry: Entry): void {
    const entries = this.#entries;
    let hole = entries.length;
    entries.push(entry);
    while (hole > 0) {
      const parentAt = (hole - 1) >> 1;
      const parent = entries[parentAt] as Entry;
      if (isBefore(parent, entry)) break;
      entries[hole] = parent;
      hole = parentAt;
    }
    entries[hole] = entry;
  }

  /** The earliest entry, cancelled ones included, or undefined. */
  peek(): Entry | undefined {
    return this.#entries[0];
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (last === undefined || last === first) return first;
    const length = entries.length;
    let hole = 0;
    for (;;) {
      let childAt = 2 * hole + 1;
      if (childAt >= length) break;
      let child = entries[childAt] as Entry;
      if (childAt + 1 < length) {
        const right = entries[childAt + 1] as Entry;
        if (isBefore(right, child)) {
          child = right;
          childAt++;
        }
      }
      if (isBefore(last, child)) break;
      entries[hole] = child;
      hole = childAt;
    }
    entries[hole] = last;
    return first;
  }

  /** Told how many entries died in place; sweeps when the dead outnumber the living. */
  noteDead(count: number): void {
    this.#dead += count;
    if (this.#dead < sweepFrom || this.#dead * 2 < this.#entries.length) return;
    this.#dead = 0;
    const survivors = this.#entries.filter((entry) => entry.wake !== null && !entry.group.isFreed);
    // Sorted is a heap, and the order is total: sweeping cannot change what fires when.
    survivors.sort((left, right) => left.atUs - right.atUs || left.sequence - right.sequence);
    this.#entries = survivors;
  }
}

const isBefore = (left: Entry, right: Entry): boolean =>
  left.atUs < right.atUs || (left.atUs === right.atUs && left.sequence < right.sequence);
