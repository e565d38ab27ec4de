/**
 * Forgets kept keys when their retention is over (resilience-patterns section 10: 72 hours), in the
 * background, a few at a time. Sleeps until the oldest is old enough; a key that was not there when
 * it went to sleep cannot be older than that.
 *
 * Two kinds stay however old they are. A key whose outcome is not known yet: forgetting it would let
 * its repetition pay twice. And renewals' own keys, for the same reason: a gateway that was away for
 * a week asks about the renewals it had begun.
 */
import { sql } from 'kysely';
import { describe } from '../http/endpoint.ts';
import type { Clock, Log, Query, Store, Timer } from '../ports.ts';
import { query } from '../store/query.ts';

export interface KeyPurge {
  start(): Promise<void>;
  stop(): void;
}

export interface KeyPurgeDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly retentionMs: number;
}

/** Keys in one unit: about 3 ms of the event loop. */
const unitKeys = 200;
/** Between two units, so that payments come first. */
const pauseMs = 50;
/** Keys that ran out meanwhile go together. */
const restMs = 3_600_000;

/** The words of the index `idempotency_by_age`. */
const isMerchants = sql<boolean>`substr(key, 1, 8) <> 'renewal/'`;

const oldest: Query<Record<string, never>, { created: number | null }> = query((db) =>
  db
    .selectFrom('idempotency')
    .select((select) => select.fn.min('created_ms').as('created'))
    .where(isMerchants),
);

const forget: Query<{ before: number; limit: number }, never> = query((db, arg) =>
  db.deleteFrom('idempotency').where(
    sql<boolean>`(merchant_id, livemode, key) in (
      select merchant_id, livemode, key from idempotency
      where ${isMerchants} and created_ms <= ${arg.before} and not exists (
        select 1 from charges where charges.id = idempotency.charge_id
        and (charges.state in ('pending', 'unknown') or charges.pending_type is not null))
      order by created_ms limit ${arg.limit})`,
  ),
);

export const createKeyPurge = ({ clock, log, store, retentionMs }: KeyPurgeDeps): KeyPurge => {
  let stopped = true;
  let timer: Timer | null = null;

  const after = (delayMs: number): void => {
    if (stopped) return;
    timer = clock.after(delayMs, () => {
      timer = null;
      void turn();
    });
  };

  const oldestMs = async (): Promise<number | null> =>
    (await store.read((tx) => tx.first(oldest, {})))?.created ?? null;

  /** How long until the oldest has run out; one that is not there yet takes a whole retention. */
  const untilNextMs = (createdMs: number | null): number => {
    const now = clock.wallMs();
    return Math.max(0, (createdMs ?? now) + retentionMs - now);
  };

  const turn = async (): Promise<void> => {
    try {
      // Looked at before anything is written: an idle gateway sleeps.
      const left = untilNextMs(await oldestMs());
      if (left > 0) return after(left);
      const before = clock.wallMs() - retentionMs;
      const forgotten = await store.unit((tx) => tx.run(forget, { before, limit: unitKeys }));
      if (forgotten > 0) log.info({ event: 'keys.forgotten', keys: forgotten });
      after(forgotten === unitKeys ? pauseMs : Math.max(restMs, untilNextMs(await oldestMs())));
    } catch (reason) {
      log.error({ event: 'keys.broke', reason: describe(reason) });
      after(restMs);
    }
  };

  return {
    async start() {
      stopped = false;
      after(untilNextMs(await oldestMs()));
    },
    stop() {
      stopped = true;
      timer?.cancel();
      timer = null;
    },
  };
};
