/**
 * Notices that go out while the database is away: the word that it is away must not wait for it.
 *
 * Their rows are kept here, changed in place like all others, and written as they stand once the database takes them. A
 * crash before that loses their records, and whatever of them had not gone. Nobody else can have taken one up meanwhile.
 */
import { describe } from '../http/endpoint.ts';
import type { Clock, Log, Store, Timer } from '../ports.ts';
import type { DeliveryRow } from '../store/database.ts';
import { upsertNotice } from './store.ts';

export interface Unwritten {
  add(row: DeliveryRow): void;
  /** Its changes are to be made in memory: they are written with it. */
  has(row: DeliveryRow): boolean;
  /** Writes what there is. @throws when the database is away */
  close(): Promise<void>;
}

const againMs = 5_000;
/** One unit holds up payments for no longer than this many take. */
const atOnceMax = 200;

export const createUnwritten = (deps: {
  readonly clock: Pick<Clock, 'after'>;
  readonly store: Store;
  readonly log: Log;
}): Unwritten => {
  const { clock, store, log } = deps;
  const rows = new Set<DeliveryRow>();
  let timer: Timer | null = null;

  const write = async (): Promise<void> => {
    while (rows.size > 0) {
      const some = [...rows].slice(0, atOnceMax);
      const as = some.map((row) => ({ ...row }));
      await store.unit(async (tx) => {
        for (const row of as) await tx.run(upsertNotice, row);
      });
      // What changed meanwhile is written again.
      for (const [index, row] of some.entries()) {
        const { tries, state, due_ms } = as[index]!;
        if (row.tries === tries && row.state === state && row.due_ms === due_ms) rows.delete(row);
      }
    }
  };

  const later = (): void => {
    timer ??= clock.after(againMs, () => {
      timer = null;
      void write().catch((reason: unknown) => {
        log.error({ event: 'deliveries.broke', what: 'unwritten', reason: describe(reason) });
        later();
      });
    });
  };

  return {
    add(row) {
      rows.add(row);
      later();
    },
    has: (row) => rows.has(row),
    close() {
      timer?.cancel();
      timer = null;
      return write();
    },
  };
};
