/**
 * The database as a program of the play: it may die, or stall while it still counts as up.
 *
 * The rows belong to the stage and outlive every outage, as those of PostgreSQL do; what an outage
 * takes away is reaching them. A unit that runs has committed before its caller hears of it, so an
 * outage lies between units and never inside one.
 */
import type { Clock, Store } from '../../gateway/ports.ts';
import type { ProcessAction } from '../play/director.ts';

/** `statement_timeout` and the time for a connection of `gateway/store/postgres.ts`. */
const patienceMs = 30_000;

/** As the driver says it: nobody listens, or nobody answers. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface StoreWeather {
  /** The store as programs see it. */
  readonly store: Store;
  /** `kill`: connections are refused. `freeze`: they stand and nothing is answered. `resume`, `restart`: all is there again. */
  act(action: ProcessAction): void;
  /** Units and reads that found it away, so far. */
  failed(): number;
}

export const createStoreWeather = (store: Store, clock: Pick<Clock, 'after'>): StoreWeather => {
  let state: 'up' | 'dead' | 'stalled' = 'up';
  let failures = 0;
  /** What waits for an answer of the stalled database, in order of asking. */
  const waiting = new Set<() => void>();

  const fail = (code: string, message: string): StoreAway => {
    failures += 1;
    return new StoreAway(code, message);
  };
  const dead = (): StoreAway => fail('ECONNREFUSED', 'connect ECONNREFUSED store:5432');

  /** Resolves when the store may be asked; rejects when it is away. */
  const answered = (): Promise<void> => {
    if (state === 'dead') return Promise.reject(dead());
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        waiting.delete(settle);
        timer.cancel();
        if (state === 'up') resolve();
        else reject(state === 'dead' ? dead() : fail('57014', 'canceling statement due to statement timeout'));
      };
      const timer = clock.after(patienceMs, settle);
      waiting.add(settle);
    });
  };

  return {
    store: {
      unit: (work) => (state === 'up' ? store.unit(work) : answered().then(() => store.unit(work))),
      read: (work) => (state === 'up' ? store.read(work) : answered().then(() => store.read(work))),
    },
    act(action) {
      state = action === 'kill' ? 'dead' : action === 'freeze' ? 'stalled' : 'up';
      if (state !== 'stalled') for (const settle of Array.from(waiting)) settle();
    },
    failed: () => failures,
  };
};
