/** The part of the clock port that the page needs, and the real one for `main.ts`. */
import type { Clock } from '../ports.ts';

/** The page never sleeps in a promise: it is woken by timers and requests. */
export type PageClock = Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>;

export const createLiveClock = (): PageClock => ({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, wake) => {
    // Node truncates the time a timer starts from, so one of exactly `delayMs` may fire early.
    const timer = setTimeout(wake, delayMs + 1);
    return { cancel: () => clearTimeout(timer) };
  },
});
