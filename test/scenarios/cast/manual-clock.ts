/** A clock that moves when a test says so. */
import type { Clock } from '../../../gateway/ports.ts';

export interface ManualClock extends Clock {
  /** Moves time forward, running what falls due in order of (time, request). */
  advance(ms: number): Promise<void>;
}

/** 2017-07-14 07:00 JST, so that card expiry years are those of the day. */
const startWallMs = Date.UTC(2017, 6, 13, 22);

interface Due {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

export const createManualClock = (): ManualClock => {
  let nowMs = 0;
  let order = 0;
  const due = new Set<Due>();
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const after = (delayMs: number, wake: () => void) => {
    order += 1;
    const entry = { atMs: nowMs + delayMs, order, wake };
    due.add(entry);
    return { cancel: () => void due.delete(entry) };
  };
  return {
    wallMs: () => startWallMs + Math.floor(nowMs),
    monotonicMs: () => nowMs,
    after,
    sleep: (delayMs) => new Promise((resolve) => void after(delayMs, resolve)),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settled();
      for (;;) {
        let next: Due | undefined;
        for (const each of due)
          if (next === undefined || each.atMs < next.atMs || (each.atMs === next.atMs && each.order < next.order))
            next = each;
        if (next === undefined || next.atMs > untilMs) break;
        due.delete(next);
        nowMs = next.atMs;
        next.wake();
        await settled();
      }
      nowMs = untilMs;
    },
  };
};
