/**
 * A clock that stands still until a test moves it, for the rooms of the gateway.
 *
 * Time is whole microseconds inside, and due timers fire in the order (time, creation), as on
 * the virtual stage, so that a bound measured here means the same there.
 */
import type { Clock, Timer } from '../../gateway/ports.ts';

export interface ManualClock extends Clock {
  /** Moves time, firing what falls due on the way. Promises do not get a turn in between. */
  advance(durationMs: number): void;
  /** The same, but promises settle after each timer: for code that awaits. */
  run(durationMs: number): Promise<void>;
  /** Timers that wait. 0 proves that nothing polls. */
  pending(): number;
}

interface Waiting extends Timer {
  readonly atUs: number;
  readonly wake: () => void;
}

/** Enough turns for any chain of `then` in the code under test. */
const settlePromises = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** @param wallMsAtZero wall time at monotonic zero; 2017-07-12 21:00 JST unless told. */
export const createManualClock = (wallMsAtZero = Date.parse('2017-07-12T21:00:00+09:00')): ManualClock => {
  let nowUs = 0;
  const waiting: Waiting[] = [];

  const nextDue = (untilUs: number): Waiting | undefined => {
    const first = waiting[0];
    if (first === undefined || first.atUs > untilUs) return undefined;
    waiting.shift();
    nowUs = Math.max(nowUs, first.atUs);
    return first;
  };

  const after = (delayMs: number, wake: () => void): Timer => {
    const atUs = nowUs + Math.max(0, Math.round(delayMs * 1000));
    const entry: Waiting = {
      atUs,
      wake,
      cancel: () => {
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
      },
    };
    const later = waiting.findIndex((other) => other.atUs > atUs);
    waiting.splice(later < 0 ? waiting.length : later, 0, entry);
    return entry;
  };

  return {
    wallMs: () => wallMsAtZero + Math.floor(nowUs / 1000),
    monotonicMs: () => nowUs / 1000,
    after,
    sleep: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    advance: (durationMs) => {
      const untilUs = nowUs + Math.round(durationMs * 1000);
      for (let due = nextDue(untilUs); due !== undefined; due = nextDue(untilUs)) due.wake();
      nowUs = untilUs;
    },
    run: async (durationMs) => {
      const untilUs = nowUs + Math.round(durationMs * 1000);
      await settlePromises();
      for (let due = nextDue(untilUs); due !== undefined; due = nextDue(untilUs)) {
        due.wake();
        await settlePromises();
      }
      nowUs = untilUs;
    },
    pending: () => waiting.length,
  };
};
