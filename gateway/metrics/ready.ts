/**
 * May this instance be sent requests? Each thing that must be so is looked at by itself, and what
 * is not so is named: an operator should not have to guess behind a bare 503.
 */
import type { Clock, Query, Store } from '../ports.ts';
import { migrations } from '../store/migrations/all.ts';
import { query } from '../store/query.ts';

/** A store that hangs is as bad as one that is gone. */
const patienceMs = 2_000;

const applied: Query<Record<string, never>, { number: number }> = query((db) =>
  db.selectFrom('migrations').select('number'),
);

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong with it. */
  readonly checks: Readonly<Record<'running' | 'store' | 'migrations', string>>;
  /** What it can do without, and how that is: it serves on, with less. */
  readonly details: Readonly<Record<'shared', string>>;
}

export interface ReadyDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Between `start` and `stop`. */
  readonly running: () => boolean;
  /** The place where instances count together (`limits/sharing.ts`). */
  readonly shared: () => 'alone' | 'shared' | 'lost';
}

const sharedWords = {
  alone: 'none: this instance counts for itself',
  shared: 'ok',
  lost: 'away: every instance gives its share of each limit',
} as const;

export const readReadiness = async ({ store, clock, running, shared }: ReadyDeps): Promise<Readiness> => {
  let numbers: ReadonlySet<number> | null = null;
  let fault = 'ok';
  const late = Promise.withResolvers<null>();
  const timer = clock.after(patienceMs, () => late.resolve(null));
  try {
    const read = await Promise.race([store.read((tx) => tx.all(applied, {})), late.promise]);
    if (read === null) fault = `no answer within ${patienceMs} ms`;
    else numbers = new Set(read.map(({ number }) => Number(number)));
  } catch {
    // What the store says may hold an address or a password.
    fault = 'cannot be read';
  } finally {
    timer.cancel();
  }
  const had = numbers;
  const missing = had === null ? [] : migrations.map(({ number }) => number).filter((number) => !had.has(number));
  const checks = {
    running: running() ? 'ok' : 'not started, or stopping',
    store: fault,
    migrations: had === null ? 'not known' : missing.length === 0 ? 'ok' : `missing: ${missing.join(', ')}`,
  };
  return {
    ready: Object.values(checks).every((check) => check === 'ok'),
    checks,
    details: { shared: sharedWords[shared()] },
  };
};
