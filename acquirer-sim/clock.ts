/**
 * The simulator's live clock. Written apart from the gateway's: the programs share no code.
 *
 * `setTimeout` fires at once when asked for more than 2^31 - 1 ms, and may fire up to 1 ms early;
 * neither may reach a service time or an operator's reaction delay.
 */
import type { Clock, Timer } from './ports.ts';

const longestTimerMs = 2 ** 31 - 1;

class LiveTimer implements Timer {
  readonly #dueMs: number;
  readonly #wake: () => void;
  #timeout: NodeJS.Timeout | undefined;

  constructor(delayMs: number, wake: () => void) {
    if (Number.isNaN(delayMs)) throw new RangeError('A timer needs a delay in milliseconds, not NaN');
    this.#dueMs = performance.now() + delayMs;
    this.#wake = wake;
    this.#wait();
  }

  cancel(): void {
    clearTimeout(this.#timeout);
  }

  #wait(): void {
    const leftMs = Math.max(0, Math.ceil(this.#dueMs - performance.now()));
    const last = leftMs < longestTimerMs;
    this.#timeout = setTimeout(() => (last ? this.#wake() : this.#wait()), last ? leftMs + 1 : longestTimerMs);
  }
}

/** Real time. A timer keeps the process alive until it fires or is cancelled. */
export const createLiveClock = (): Clock => ({
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, wake) => new LiveTimer(delayMs, wake),
  sleep: async (delayMs, signal) => {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = new LiveTimer(delayMs, resolve);
    const giveUp = (): void => reject(signal?.reason);
    signal?.addEventListener('abort', giveUp);
    try {
      await promise;
    } finally {
      timer.cancel();
      signal?.removeEventListener('abort', giveUp);
    }
  },
});
