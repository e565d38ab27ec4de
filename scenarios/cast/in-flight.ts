/**
 * Counts what has begun and not ended, so that a day can be drained. Work that throws is a bug of
 * the cast (networks failing is not): it is logged at once and fails the drain.
 */
import type { Log } from '../../gateway/ports.ts';

export interface InFlight {
  /** Starts `work` and counts it until it ends. */
  run(work: () => Promise<void>): void;
  /** Resolves when nothing is in flight; rejects with the first thing that was thrown. */
  ended(): Promise<void>;
}

export const createInFlight = (log: Log): InFlight => {
  let count = 0;
  const bugs: unknown[] = [];
  let waiting: PromiseWithResolvers<void> | undefined;

  const settle = () => {
    if (count > 0 || waiting === undefined) return;
    if (bugs.length > 0) waiting.reject(bugs[0]);
    else waiting.resolve();
    waiting = undefined;
  };

  return {
    run(work) {
      count += 1;
      void work()
        .catch((error: unknown) => {
          bugs.push(error);
          log.error({
            event: 'cast.broken',
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
        })
        .then(() => {
          count -= 1;
          settle();
        });
    },
    ended() {
      waiting ??= Promise.withResolvers<void>();
      const { promise } = waiting;
      settle();
      return promise;
    },
  };
};
