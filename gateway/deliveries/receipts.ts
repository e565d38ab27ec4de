/**
 * That a delivery arrived, written down: one unit for all of a second.
 *
 * A receipt lost in a crash costs one more delivery, which receivers must expect anyway. While the
 * database is away receipts wait, and whoever asks it meanwhile is told of their rows as waiting.
 */
import { describe } from '../http/endpoint.ts';
import type { Clock, Log, Store, Timer } from '../ports.ts';
import type { DeliveryRow } from '../store/database.ts';
import { finish } from './store.ts';

export interface Receipts {
  /** Delivered: `tries`, `status` and `delivered_ms` say how and when. */
  add(row: DeliveryRow): void;
  /** Writes what there is; nothing is written by itself until the next `add`. @throws when the database is away: they are kept */
  close(): Promise<void>;
}

const everyMs = 1_000;

export const createReceipts = (deps: {
  readonly clock: Pick<Clock, 'after'>;
  readonly store: Store;
  readonly log: Log;
  /** The ends of these rows are about to be written. */
  readonly onWriting: (rows: readonly DeliveryRow[]) => void;
}): Receipts => {
  const { clock, store, log, onWriting } = deps;
  let waiting: DeliveryRow[] = [];
  let timer: Timer | null = null;
  let closed = false;

  const write = async (): Promise<void> => {
    const rows = waiting;
    waiting = [];
    if (rows.length === 0) return;
    onWriting(rows);
    let overtaken: readonly string[];
    try {
      overtaken = await store.unit(async (tx) => {
        const others: string[] = [];
        for (const { id, lease_token: token, tries, status, delivered_ms: at } of rows)
          if ((await tx.run(finish, { id, token, tries, status: status ?? 0, at: at ?? 0 })) === 0) others.push(id);
        return others;
      });
    } catch (reason) {
      waiting = [...rows, ...waiting];
      throw reason;
    }
    // It was delivered twice: the lease ran out while this instance slept.
    for (const delivery of overtaken) log.warn({ event: 'delivery.overtaken', delivery });
  };

  const later = (): void => {
    if (closed) return;
    timer ??= clock.after(everyMs, () => {
      timer = null;
      void write().catch((reason: unknown) => {
        log.error({ event: 'deliveries.broke', what: 'receipts', reason: describe(reason) });
        later();
      });
    });
  };

  return {
    add(row) {
      waiting.push(row);
      closed = false;
      later();
    },
    close() {
      closed = true;
      timer?.cancel();
      timer = null;
      return write();
    },
  };
};
