/**
 * What a merchant's hold means outside this room: it is written down, the merchant is paused and
 * resumed everywhere, and its systems get an event. Steps of one merchant happen one after the other.
 */
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Events } from '../events/events.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Clock, Log, Store, Timer } from '../ports.ts';
import type { AbuseHoldRow } from '../store/database.ts';
import type { Abuse, HeldMerchant } from './abuse.ts';
import type { Level } from './ladder.ts';
import { allHolds, holdsMovedSince, saveHold } from './store.ts';

export interface Holds {
  moved(held: HeldMerchant, from: Level): void;
  /** Takes up what was decided before, here or elsewhere. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface HoldsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly merchants: Merchants;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly abuse: () => Pick<Abuse, 'adopt'>;
  readonly instanceId: string;
  /** How often others' decisions are looked for; null: there are no others. */
  readonly lookEveryMs: number | null;
}

/** Told to the merchant's systems, by level. Being told is a notice and no change of the account. */
const eventOf: Partial<
  Record<Level, 'account.throttled' | 'account.paused' | 'account.restoring' | 'account.restored'>
> = {
  throttled: 'account.throttled',
  paused: 'account.paused',
  ramping: 'account.restoring',
  clear: 'account.restored',
};

/** In the refusals that a paused merchant gets. */
export const pausedReason =
  'most of its requests were declined or wrong for minutes. Please check your system; it is resumed step by step';

const heldOf = (row: AbuseHoldRow): HeldMerchant => ({
  merchantId: row.merchant_id,
  level: row.level as Level,
  share: 1,
  sinceMs: Number(row.since_ms),
  step: Number(row.step),
  pauses: Number(row.pauses),
});

export const createHolds = (deps: HoldsDeps): Holds => {
  const { clock, log, store, merchants, events, deliveries, instanceId, lookEveryMs } = deps;
  let last: Promise<void> = Promise.resolve();
  let timer: Timer | null = null;
  let lookedMs = 0;
  let stopped = false;

  const keep = async (held: HeldMerchant, from: Level): Promise<void> => {
    const { merchantId, level, sinceMs, step, pauses, share } = held;
    const merchant = await merchants.find(merchantId);
    if (merchant === undefined) return;
    const type = level === from ? undefined : eventOf[level];
    const rows = await store.unit(async (tx) => {
      await tx.run(saveHold, {
        merchant_id: merchantId,
        level,
        since_ms: sinceMs,
        step,
        pauses,
        instance: instanceId,
        moved_ms: clock.wallMs(),
      });
      if (type === undefined || (level === 'clear' && from === 'told')) return [];
      const data = {
        object: 'account',
        id: merchantId,
        state: level,
        rate_share: share,
        since: Math.floor(sinceMs / 1000),
      };
      return events.emit(tx, { merchant, livemode: 1, type, objectId: merchantId, data });
    });
    deliveries.wake(rows);
    if (level === 'paused') await merchants.pause(merchantId, pausedReason);
    else if (from === 'paused') await merchants.resume(merchantId);
  };

  const look = (everyMs: number): void => {
    timer = clock.after(everyMs, () => {
      const sinceMs = lookedMs;
      // Clocks of instances differ a little; a row seen twice changes nothing.
      lookedMs = clock.wallMs() - everyMs;
      store
        .read((tx) => tx.all(holdsMovedSince, { instance: instanceId, sinceMs }))
        .then(
          (rows) => {
            for (const row of rows) deps.abuse().adopt(heldOf(row));
          },
          () => log.warn({ event: 'abuse.unread' }),
        )
        .finally(() => {
          if (!stopped) look(everyMs);
        });
    });
  };

  return {
    moved(held, from) {
      if (held.level === 'told' || (held.level === 'clear' && from === 'told')) return;
      last = last
        .then(() => keep(held, from))
        .catch((reason: unknown) =>
          log.error({
            event: 'abuse.unkept',
            merchant: held.merchantId,
            reason: reason instanceof Error ? reason.message : 'unknown reason',
          }),
        );
    },
    async start() {
      lookedMs = clock.wallMs();
      for (const row of await store.read((tx) => tx.all(allHolds, {})))
        if (row.level !== 'clear') deps.abuse().adopt(heldOf(row));
      if (lookEveryMs !== null) look(lookEveryMs);
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await last;
    },
  };
};
