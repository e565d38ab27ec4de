/** What was given up: who it was for and why, and sending it again. */
import type { Clock, Query, Store, Tx } from '../ports.ts';
import type { DeliveryRow } from '../store/database.ts';
import type { Deliveries } from './deliveries.ts';
import { deliveryById, type Listed, listDead, listWaiting, oldestDead, revive } from './store.ts';
import { leaseMs } from './try.ts';

export interface ListedDeliveries {
  readonly state: 'dead' | 'waiting';
  /** Null for all. */
  readonly merchantId: string | null;
  readonly sinceMs: number;
  readonly limit: number;
  readonly offset: number;
}

export interface DeadLetters {
  /** Newest first; one more than the limit when there are more. */
  list(asked: ListedDeliveries): Promise<DeliveryRow[]>;
  /** Or why not: no such delivery; it waits already; it is a notice that arrived, whose words are gone. */
  resend(id: string): Promise<DeliveryRow | 'no_such' | 'waiting' | 'not_kept'>;
  /** Dead ones of a merchant (null: of all) since then, oldest first, `resentAtOnceMax` at most. */
  resendAll(merchantId: string | null, sinceMs: number): Promise<{ resent: number; more: boolean }>;
}

export const resentAtOnceMax = 1000;

export interface DeadLettersDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly deliveries: Pick<Deliveries, 'wake'>;
}

const pages: Record<ListedDeliveries['state'], Query<Listed, DeliveryRow>> = { dead: listDead, waiting: listWaiting };

export const createDeadLetters = ({ store, clock, instanceId, deliveries }: DeadLettersDeps): DeadLetters => {
  /** The row as it waits again; undefined when somebody else moved it. */
  const again = async (tx: Tx, row: DeliveryRow): Promise<DeliveryRow | undefined> => {
    const now = clock.wallMs();
    const until = now + leaseMs;
    const held = { id: row.id, token: row.lease_token, owner: instanceId, now, until };
    const moved = await tx.first(revive, held);
    if (moved === undefined) return undefined;
    const lease = { lease_owner: instanceId, lease_until_ms: until, lease_token: row.lease_token + 1 };
    return { ...row, ...lease, state: 'waiting', tries: 0, due_ms: now, seq: moved.seq };
  };

  return {
    list: ({ state, merchantId, sinceMs, limit, offset }) =>
      store.read((tx) =>
        tx.all(pages[state], { merchant: merchantId ?? '%', since: sinceMs, limit: limit + 1, offset }),
      ),
    async resend(id) {
      const resent = await store.unit(async (tx) => {
        const row = await tx.first(deliveryById, { id });
        if (row === undefined) return 'no_such';
        if (row.state === 'waiting') return 'waiting';
        if (row.kind !== 'webhook' && row.body === '') return 'not_kept';
        return (await again(tx, row)) ?? 'waiting';
      });
      if (typeof resent !== 'string') deliveries.wake([resent]);
      return resent;
    },
    async resendAll(merchantId, sinceMs) {
      const { rows, more } = await store.unit(async (tx) => {
        const args = { merchant: merchantId ?? '%', since: sinceMs, limit: resentAtOnceMax + 1, offset: 0 };
        const dead = await tx.all(oldestDead, args);
        const revived: DeliveryRow[] = [];
        for (const row of dead.slice(0, resentAtOnceMax)) {
          const waiting = await again(tx, row);
          if (waiting !== undefined) revived.push(waiting);
        }
        return { rows: revived, more: dead.length > resentAtOnceMax };
      });
      deliveries.wake(rows);
      return { resent: rows.length, more };
    },
  };
};
