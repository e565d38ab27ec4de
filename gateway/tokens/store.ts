/** Statements about card tokens. */
import type { Query } from '../ports.ts';
import type { Flag, TokenRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertToken = insertQuery('tokens', [
  'id',
  'merchant_id',
  'livemode',
  'card_id',
  'used_ms',
  'created_ms',
  'three_d_secure',
]);

export const tokenById: Query<{ id: string; merchant: string; livemode: Flag }, TokenRow> = query((db, arg) =>
  db
    .selectFrom('tokens')
    .selectAll()
    .where('id', '=', arg.id)
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode),
);

/** A token is good for one use: 0 rows changed means that somebody used it first. */
export const useToken: Query<{ id: string; at: number }, never> = query((db, arg) =>
  db.updateTable('tokens').set({ used_ms: arg.at }).where('id', '=', arg.id).where('used_ms', 'is', null),
);

/** 0 rows changed means that it does not wait for 3-D Secure, or not any more. */
export const finishToken: Query<{ id: string }, never> = query((db, arg) =>
  db
    .updateTable('tokens')
    .set({ three_d_secure: 'finished' })
    .where('id', '=', arg.id)
    .where('three_d_secure', '=', 'pending'),
);
