/** Rows of held merchants. A merchant that is clear again keeps its row, so that other instances hear of it. */
import type { Query } from '../ports.ts';
import type { AbuseHoldRow } from '../store/database.ts';
import { query } from '../store/query.ts';

export const allHolds: Query<Record<string, never>, AbuseHoldRow> = query((db) =>
  db.selectFrom('abuse_holds').selectAll().orderBy('merchant_id'),
);

/** What others moved since then; this instance's own moves are known here. */
export const holdsMovedSince: Query<{ instance: string; sinceMs: number }, AbuseHoldRow> = query((db, arg) =>
  db
    .selectFrom('abuse_holds')
    .selectAll()
    .where('instance', '!=', arg.instance)
    .where('moved_ms', '>=', arg.sinceMs)
    .orderBy('merchant_id'),
);

export const saveHold: Query<AbuseHoldRow, never> = query((db, arg) =>
  db
    .insertInto('abuse_holds')
    .values({
      merchant_id: arg.merchant_id,
      level: arg.level,
      since_ms: arg.since_ms,
      step: arg.step,
      pauses: arg.pauses,
      instance: arg.instance,
      moved_ms: arg.moved_ms,
    })
    .onConflict((conflict) =>
      conflict.column('merchant_id').doUpdateSet({
        level: (eb) => eb.ref('excluded.level'),
        since_ms: (eb) => eb.ref('excluded.since_ms'),
        step: (eb) => eb.ref('excluded.step'),
        pauses: (eb) => eb.ref('excluded.pauses'),
        instance: (eb) => eb.ref('excluded.instance'),
        moved_ms: (eb) => eb.ref('excluded.moved_ms'),
      }),
    ),
);
