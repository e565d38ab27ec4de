/**
 * The live clock: one of the few files that may name the real world's time.
 *
 * Node's timers hold whole milliseconds and at most 2^31 - 1 of them; a longer delay would fire
 * at once. Long waits (a hold that lapses in weeks) are therefore walked in stages.
 */
import type { Clock, Timer } from './ports.ts';

/** The longest stage of a wait: about twelve days, well inside what a Node timer can hold. */
const stageMsMax = 2 ** 30;

/** The machine's own clock. Its timers keep the process alive until they fire or are cancelled. */
export const createLiveClock = (): Clock => {
  const after = (delayMs: number, wake: () => void): Timer => {
    if (Number.isNaN(delayMs)) throw new RangeError('A delay of NaN milliseconds');
    const dueMs = performance.now() + delayMs;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const leftMs = dueMs - performance.now();
      if (leftMs > stageMsMax) timer = setTimeout(arm, stageMsMax);
      // Node truncates the time it starts from, so a timer may fire up to 1 ms early: ask for 1 ms more.
      else timer = setTimeout(wake, leftMs > 0 ? Math.ceil(leftMs) + 1 : 0);
    };
    arm();
    return { cancel: () => clearTimeout(timer) };
  };

  return {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after,
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const aborted = (): void => {
          timer.cancel();
          reject(signal?.reason);
        };
        const timer = after(delayMs, () => {
          signal?.removeEventListener('abort', aborted);
          resolve();
        });
        signal?.addEventListener('abort', aborted, { once: true });
      }),
  };
};
