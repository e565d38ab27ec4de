/**
 * All timers of one program instance under one handle, so that a kill frees them and a freeze
 * holds them without a list of them.
 */

import type { Entry } from './event-heap.ts';

/** What a group asks of the clock it belongs to. */
export interface GroupOwner {
  /** Puts a held entry back, due now, behind everything already due. */
  refile(entry: Entry): void;
  /** `count` entries of a group died where they lay in the heap. */
  entriesDied(count: number): void;
}

export class TimerGroup {
  readonly name: string;
  readonly #owner: GroupOwner;
  #state: 'live' | 'held' | 'freed' = 'live';
  #held: Entry[] = [];
  #waiting = 0;

  constructor(name: string, owner: GroupOwner) {
    this.name = name;
    this.#owner = owner;
  }

  get isFreed(): boolean {
    return this.#state === 'freed';
  }

  get isHeld(): boolean {
    return this.#state === 'held';
  }

  /** Timers that would still fire. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Freeze: what falls due from now on is kept back. */
  hold(): void {
    if (this.#state === 'live') this.#state = 'held';
  }

  /** Resume: what fell due meanwhile fires now, in the order in which it fell due. */
  release(): void {
    if (this.#state !== 'held') return;
    this.#state = 'live';
    const due = this.#held;
    this.#held = [];
    for (const entry of due) {
      if (entry.wake !== null) this.#owner.refile(entry);
    }
  }

  /** Kill: nothing of this group ever fires again, not even what is scheduled after this. */
  free(): void {
    if (this.#state === 'freed') return;
    this.#state = 'freed';
    this.#held = [];
    this.#owner.entriesDied(this.#waiting);
    this.#waiting = 0;
  }

  entryAdded(): void {
    this.#waiting++;
  }

  entryFired(): void {
    this.#waiting--;
  }

  entryCancelled(): void {
    if (this.#state === 'freed') return;
    this.#waiting--;
    this.#owner.entriesDied(1);
  }

  keepBack(entry: Entry): void {
    this.#held.push(entry);
  }
}
