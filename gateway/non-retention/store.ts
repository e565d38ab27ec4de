/** Statements about passthrough calls and the notices about them. */
import type { Query } from '../ports.ts';
import type { PassthroughNoticeRow, PassthroughUseRow } from '../store/database.ts';
import { query } from '../store/query.ts';

/** Adds to what other instances, and this one before, have seen of the same kind of call. */
export const addUse: Query<PassthroughUseRow, never> = query((db, arg) =>
  db
    .insertInto('passthrough_uses')
    .values({
      id: arg.id,
      merchant_id: arg.merchant_id,
      livemode: arg.livemode,
      endpoint: arg.endpoint,
      parameters: arg.parameters,
      integration: arg.integration,
      accepted: arg.accepted,
      refused: arg.refused,
      first_ms: arg.first_ms,
      last_ms: arg.last_ms,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        accepted: set('passthrough_uses.accepted', '+', set.ref('excluded.accepted')),
        refused: set('passthrough_uses.refused', '+', set.ref('excluded.refused')),
        last_ms: set.ref('excluded.last_ms'),
      })),
    ),
);

export type UseOfMerchant = PassthroughUseRow & { readonly name: string; readonly notice_url: string | null };

export const usesSince: Query<{ since: number }, UseOfMerchant> = query((db, arg) =>
  db
    .selectFrom('passthrough_uses')
    .innerJoin('merchants', 'merchants.id', 'passthrough_uses.merchant_id')
    .selectAll('passthrough_uses')
    .select(['merchants.name', 'merchants.notice_url'])
    .where('passthrough_uses.last_ms', '>=', arg.since)
    .orderBy('passthrough_uses.merchant_id')
    .orderBy('passthrough_uses.last_ms', 'desc')
    .orderBy('passthrough_uses.id'),
);

export const noticesTold: Query<object, PassthroughNoticeRow> = query((db) =>
  db.selectFrom('passthrough_notices').selectAll(),
);

export const noteTold: Query<{ merchant: string; at: number }, never> = query((db, arg) =>
  db
    .insertInto('passthrough_notices')
    .values({ merchant_id: arg.merchant, told_ms: arg.at, times: 1 })
    .onConflict((conflict) =>
      conflict.column('merchant_id').doUpdateSet((set) => ({
        told_ms: set.ref('excluded.told_ms'),
        times: set('passthrough_notices.times', '+', 1),
      })),
    ),
);
