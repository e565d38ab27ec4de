/**
 * The sandbox's clock: the wall's, and whoever owns it may jump ahead.
 *
 * The heap is the stage's. Between jumps a real timer wakes the earliest entry. A jump runs everything
 * that falls due on its way, in order and each at its own time, with a turn of the event loop after
 * each so that what it woke has finished. While something outside is waited for (a webhook's
 * receiver), nobody can know how long it takes, so time passes as on the wall until it answers; the
 * receiver may call back meanwhile.
 */
import type { Clock, Timer } from '../../gateway/ports.ts';
import { Entry, EventHeap } from '../stage/event-heap.ts';
import { TimerGroup } from '../stage/timer-group.ts';
import { toUs } from '../stage/virtual-clock.ts';
import type { RealTime } from './real-world.ts';

/** How a jump went. */
export interface Jump {
  /** Wall time it arrived at. */
  readonly atMs: number;
  /** Timers that fired on the way. */
  readonly fired: number;
  /** False: it took longer than `jumpTakesMax` and stopped on the way. */
  readonly complete: boolean;
}

export interface SandboxClockOptions {
  /** How far ahead of the wall it starts: what earlier jumps came to. */
  readonly aheadMs?: number;
  /** Real milliseconds a jump may take; it stops where it is then. */
  readonly jumpTakesMaxMs?: number;
  /** A timer's callback threw. The clock goes on. */
  readonly onError?: (error: unknown) => void;
}

export class SandboxClock implements Clock {
  readonly #real: RealTime;
  readonly #heap = new EventHeap();
  readonly #group: TimerGroup;
  readonly #jumpTakesMaxUs: number;
  readonly #onError: (error: unknown) => void;
  #sequence = 0;
  /** Ahead of real elapsed time, microseconds. */
  #aheadUs: number;
  /** Ahead at the start that real elapsed time knows nothing of: only the wall is. */
  readonly #wallAheadUs: number;
  /** Time while a jump holds it, and the wall less this time then; null: it passes as the wall does. */
  #held: { atUs: number; readonly wallLessUs: number } | null = null;
  #driver: { readonly atUs: number; readonly cancel: () => void } | null = null;
  #outside = 0;
  #onOutsideDone: (() => void) | null = null;
  #jumps: Promise<unknown> = Promise.resolve();

  constructor(real: RealTime, options: SandboxClockOptions = {}) {
    this.#real = real;
    this.#aheadUs = 0;
    this.#wallAheadUs = Math.round((options.aheadMs ?? 0) * 1000);
    this.#jumpTakesMaxUs = (options.jumpTakesMaxMs ?? 60_000) * 1000;
    this.#onError = options.onError ?? (() => undefined);
    this.#group = new TimerGroup('sandbox', {
      refile: (entry) => this.#heap.push(entry),
      entriesDied: (count) => this.#heap.noteDead(count),
    });
  }

  wallMs(): number {
    if (this.#held !== null) return Math.floor((this.#held.atUs + this.#held.wallLessUs) / 1000);
    return Math.floor(this.#real.wallMs() + (this.#aheadUs + this.#wallAheadUs) / 1000);
  }

  monotonicMs(): number {
    return this.#nowUs() / 1000;
  }

  /** How far ahead of the wall it is, milliseconds. */
  aheadMs(): number {
    const aheadUs = this.#held === null ? this.#aheadUs : this.#held.atUs - this.#real.elapsedUs();
    return Math.max(0, Math.round((aheadUs + this.#wallAheadUs) / 1000));
  }

  /** Timers that would still fire. */
  get waiting(): number {
    return this.#group.waiting;
  }

  after(delayMs: number, wake: () => void): Timer {
    const entry = new Entry(this.#nowUs() + toUs(delayMs), ++this.#sequence, wake, this.#group);
    if (this.#group.isFreed) return entry;
    this.#group.entryAdded();
    this.#heap.push(entry);
    if (this.#held === null && (this.#driver === null || entry.atUs < this.#driver.atUs)) this.#arm();
    return entry;
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const aborted = (): void => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.after(delayMs, () => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      });
      signal?.addEventListener('abort', aborted, { once: true });
    });
  }

  /** Tells the clock that `work` is done by somebody outside, for whom a jump has to wait. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    this.#outside += 1;
    try {
      return await work();
    } finally {
      // Its answer is read in turns of its own; only then may time move on.
      this.#real.soon(() => {
        this.#outside -= 1;
        if (this.#outside === 0) this.#onOutsideDone?.();
      });
    }
  }

  /** Moves on by `ms`, which is not negative, behind any jump that is under way. */
  advance(ms: number): Promise<Jump> {
    return this.#afterJumps(() => this.#jump(() => this.#nowUs() + toUs(ms)));
  }

  /** Moves on to a wall time; one that has passed is where it is already. */
  advanceTo(wallMs: number): Promise<Jump> {
    // Wall and elapsed time are read a moment apart, and the wall in whole milliseconds: one more, not one less.
    return this.#afterJumps(() => this.#jump(() => this.#nowUs() + toUs(wallMs - this.wallMs() + 1)));
  }

  /** Nothing fires any more. */
  close(): void {
    this.#group.free();
    this.#driver?.cancel();
    this.#driver = null;
    this.#onOutsideDone?.();
  }

  #nowUs(): number {
    return this.#held === null ? this.#real.elapsedUs() + this.#aheadUs : this.#held.atUs;
  }

  #afterJumps(jump: () => Promise<Jump>): Promise<Jump> {
    const jumped = this.#jumps.then(jump);
    this.#jumps = jumped.catch(() => undefined);
    return jumped;
  }

  async #jump(target: () => number): Promise<Jump> {
    const beganUs = this.#real.elapsedUs();
    this.#hold();
    const targetUs = target();
    const arrivesAheadUs = this.#aheadUs + targetUs - this.#nowUs();
    let fired = 0;
    let complete = true;
    while (!this.#group.isFreed) {
      await new Promise<void>((resolve) => this.#real.soon(resolve));
      if (this.#real.elapsedUs() - beganUs > this.#jumpTakesMaxUs) {
        complete = this.#nextLive() === undefined;
        break;
      }
      if (this.#outside > 0) {
        await this.#passTime();
        continue;
      }
      const next = this.#nextLive();
      if (next === undefined || next.atUs > targetUs || this.#held === null) break;
      this.#held.atUs = Math.max(this.#held.atUs, next.atUs);
      this.#fire();
      fired += 1;
    }
    if (complete && this.#held !== null) this.#held.atUs = Math.max(this.#held.atUs, targetUs);
    const atMs = this.wallMs();
    // What was asked for is how far ahead it is now: the wall did not stand still while it jumped.
    if (complete) this.#aheadUs = Math.max(this.#aheadUs, arrivesAheadUs);
    this.#letGo();
    return { atMs, fired, complete };
  }

  /** Until nobody outside is waited for, time passes by itself. */
  async #passTime(): Promise<void> {
    this.#letGo();
    await new Promise<void>((resolve) => {
      this.#onOutsideDone = resolve;
    });
    this.#onOutsideDone = null;
    this.#hold();
  }

  #hold(): void {
    this.#driver?.cancel();
    this.#driver = null;
    const atUs = this.#nowUs();
    this.#held = { atUs, wallLessUs: this.#real.wallMs() * 1000 + this.#aheadUs + this.#wallAheadUs - atUs };
  }

  #letGo(): void {
    if (this.#held === null) return;
    // The wall went on while the jump was made; it is never behind it for that.
    this.#aheadUs = Math.max(this.#aheadUs, this.#held.atUs - this.#real.elapsedUs());
    this.#held = null;
    this.#arm();
  }

  /** The real timer of the earliest entry. */
  #arm(): void {
    this.#driver?.cancel();
    this.#driver = null;
    const next = this.#nextLive();
    if (next === undefined) return;
    const cancel = this.#real.later((next.atUs - this.#nowUs()) / 1000, () => {
      this.#driver = null;
      this.#tick();
    });
    this.#driver = { atUs: next.atUs, cancel };
  }

  /** Fires what is due, an entry a turn; a timer that came early waits again. */
  #tick(): void {
    if (this.#held !== null) return;
    const next = this.#nextLive();
    if (next !== undefined && next.atUs <= this.#nowUs()) {
      this.#fire();
      const due = this.#nextLive();
      if (due !== undefined && due.atUs <= this.#nowUs()) {
        let cancelled = false;
        this.#driver = {
          atUs: due.atUs,
          cancel: () => {
            cancelled = true;
          },
        };
        this.#real.soon(() => {
          if (cancelled) return;
          this.#driver = null;
          this.#tick();
        });
        return;
      }
    }
    if (this.#driver === null) this.#arm();
  }

  #fire(): void {
    const entry = this.#heap.pop();
    const wake = entry?.wake ?? null;
    if (entry === undefined || wake === null) return;
    entry.wake = null;
    this.#group.entryFired();
    try {
      wake();
    } catch (error) {
      this.#onError(error);
    }
  }

  #nextLive(): Entry | undefined {
    for (;;) {
      const entry = this.#heap.peek();
      if (entry === undefined || (entry.wake !== null && !entry.group.isFreed)) return entry;
      this.#heap.pop();
    }
  }
}
