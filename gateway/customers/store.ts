/** Statements about customers. */
import type { Query } from '../ports.ts';
import type { CustomerRow, Flag } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertCustomer = insertQuery('customers', [
  'id',
  'merchant_id',
  'livemode',
  'email',
  'description',
  'default_card',
  'metadata',
  'created_ms',
  'deleted_ms',
]);

interface Key {
  readonly id: string;
  readonly merchant: string;
  readonly livemode: Flag;
}

export const customerById: Query<Key, CustomerRow> = query((db, arg) =>
  db
    .selectFrom('customers')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('id', '=', arg.id)
    .where('deleted_ms', 'is', null),
);

/** Even a deleted customer keeps its id (payjp-api section 2: `already_exist_id`). */
export const customerEver: Query<Key, { id: string }> = query((db, arg) =>
  db
    .selectFrom('customers')
    .select('id')
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('id', '=', arg.id),
);

export const saveCustomer: Query<
  Key & {
    email: string | null;
    description: string | null;
    card: string | null;
    metadata: string;
    deleted: number | null;
  },
  never
> = query((db, arg) =>
  db
    .updateTable('customers')
    .set({
      email: arg.email,
      description: arg.description,
      default_card: arg.card,
      metadata: arg.metadata,
      deleted_ms: arg.deleted,
    })
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('id', '=', arg.id),
);

interface ListOf {
  readonly merchant: string;
  readonly livemode: Flag;
  readonly since: number;
  readonly until: number;
}

export const countCustomers: Query<ListOf, { count: number }> = query((db, arg) =>
  db
    .selectFrom('customers')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('deleted_ms', 'is', null)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until),
);

export const listCustomers: Query<ListOf & { limit: number; offset: number }, CustomerRow> = query((db, arg) =>
  db
    .selectFrom('customers')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('deleted_ms', 'is', null)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit)
    .offset(arg.offset),
);
