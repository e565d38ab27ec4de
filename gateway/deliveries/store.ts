/**
 * Statements about deliveries.
 *
 * `state = 'waiting'` is spelled out rather than passed as a value: the indexes hold only the rows
 * that wait, and a statement that does not say so cannot use them.
 */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { DeliveryRow, EventRow } from '../store/database.ts';
import { leasesOn } from '../store/leases.ts';
import { query } from '../store/query.ts';

export const deliveryLeases = leasesOn('deliveries', 'id');

const insertColumns = [
  'id',
  'merchant_id',
  'kind',
  'subject',
  'url',
  'token',
  'body',
  'state',
  'tries',
  'due_ms',
  'created_ms',
  'lease_owner',
  'lease_until_ms',
  'lease_token',
  'endpoint_id',
  'object_id',
] as const satisfies readonly (keyof DeliveryRow)[];

/**
 * A webhook. Its body is its event's, so none is written; its place is behind whatever waits for the
 * same endpoint and object, whoever wrote that.
 */
export const insertWebhook: Query<DeliveryRow, { seq: number }> = {
  sql:
    `insert into deliveries (${insertColumns.join(', ')}, seq) values (${insertColumns.map(() => '?').join(', ')}, ` +
    `(select coalesce(max(seq), 0) + 1 from deliveries where endpoint_id = ? and object_id = ? and state = 'waiting')) ` +
    'returning seq',
  parameters: [
    ...insertColumns.map((column) => (column === 'body' ? { constant: '' } : { arg: column })),
    { arg: 'endpoint_id' },
    { arg: 'object_id' },
  ],
};

/** A notice, or a message to an acquirer: it carries its body and waits for nothing. */
export const insertNotice: Query<DeliveryRow, never> = {
  sql: `insert into deliveries (${insertColumns.join(', ')}) values (${insertColumns.map(() => '?').join(', ')})`,
  parameters: insertColumns.map((column) => ({ arg: column })),
};

/** One that went out unwritten, as it stands; also when its first writing was in doubt, and had been done. */
export const upsertNotice: Query<DeliveryRow, never> = query((db, arg) => {
  const { id, merchant_id, kind, subject, url, token, created_ms, lease_owner, lease_token } = arg;
  const { state, tries, due_ms, lease_until_ms, reason, status, delivered_ms, body } = arg;
  const first = { id, merchant_id, kind, subject, url, token, created_ms, lease_owner, lease_token };
  const now = { state, tries, due_ms, lease_until_ms, reason, status, delivered_ms, body };
  return db
    .insertInto('deliveries')
    .values({ ...first, ...now, endpoint_id: null, object_id: null, seq: 1 })
    .onConflict((same) =>
      same.column('id').doUpdateSet(now).whereRef('deliveries.lease_token', '=', 'excluded.lease_token'),
    );
});

interface Held {
  readonly id: string;
  /** The lease under which the row is held. */
  readonly token: number;
}

/** The body goes with the delivery: a delivered row only says that it was. */
export const finish: Query<Held & { tries: number; status: number; at: number }, never> = query((db, arg) =>
  db
    .updateTable('deliveries')
    .set({ state: 'delivered', tries: arg.tries, status: arg.status, delivered_ms: arg.at, body: '' })
    .where('id', '=', arg.id)
    .where('lease_token', '=', arg.token),
);
export const giveUp: Query<Held & { tries: number; reason: string; status: number | null }, never> = query((db, arg) =>
  db
    .updateTable('deliveries')
    .set({ state: 'dead', tries: arg.tries, reason: arg.reason, status: arg.status })
    .where('id', '=', arg.id)
    .where('lease_token', '=', arg.token),
);
/** The lease reaches beyond the next try: its holder keeps it until then. */
export const postpone: Query<
  Held & { tries: number; due: number; until: number; reason: string; status: number | null },
  never
> = query((db, arg) =>
  db
    .updateTable('deliveries')
    .set({ tries: arg.tries, due_ms: arg.due, lease_until_ms: arg.until, reason: arg.reason, status: arg.status })
    .where('id', '=', arg.id)
    .where('lease_token', '=', arg.token),
);
/** 0 rather than null: a row that waits is found by one index, in the order in which leases end. */
export const letGo: Query<Held, never> = query((db, arg) =>
  db.updateTable('deliveries').set({ lease_until_ms: 0 }).where('id', '=', arg.id).where('lease_token', '=', arg.token),
);

/** At start: what this instance held before it died, and what nobody holds. */
export const takeUp: Query<{ owner: string; now: number; ttl: number }, never> = {
  sql:
    'update deliveries set lease_owner = ?, lease_token = lease_token + 1, ' +
    'lease_until_ms = case when due_ms > ? then due_ms else ? end + ? ' +
    `where state = 'waiting' and (lease_owner = ? or lease_until_ms <= ?)`,
  parameters: ['owner', 'now', 'now', 'ttl', 'owner', 'now'].map((arg) => ({ arg })),
};
export const mine: Query<{ owner: string }, DeliveryRow> = query((db, arg) =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where(sql<boolean>`state = 'waiting'`)
    .where('lease_owner', '=', arg.owner)
    .orderBy('created_ms')
    .orderBy('seq')
    .orderBy('id'),
);
/** When the first lease of another instance ends, if any waits. */
export const nextForeign: Query<{ owner: string }, { until: number }> = query((db, arg) =>
  db
    .selectFrom('deliveries')
    .select('lease_until_ms as until')
    .where(sql<boolean>`state = 'waiting'`)
    .where('lease_owner', '<>', arg.owner)
    .orderBy('lease_until_ms')
    .limit(1),
);
/** Rows that nobody holds any more, without those behind one that somebody holds. */
export const abandoned: Query<{ now: number; limit: number }, DeliveryRow> = query((db, arg) =>
  db
    .selectFrom('deliveries as row')
    .selectAll()
    .where(sql<boolean>`"row".state = 'waiting'`)
    .where('row.lease_until_ms', '<=', arg.now)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('deliveries as before')
            .select('before.id')
            .where(sql<boolean>`"before".state = 'waiting'`)
            .whereRef('before.endpoint_id', '=', 'row.endpoint_id')
            .whereRef('before.object_id', '=', 'row.object_id')
            .whereRef('before.seq', '<', 'row.seq')
            .where('before.lease_until_ms', '>', arg.now),
        ),
      ),
    )
    .orderBy('row.lease_until_ms')
    .orderBy('row.seq')
    .orderBy('row.id')
    .limit(arg.limit),
);

/** Is there a row that has to go before this one? */
export const earlier: Query<{ endpoint: string; object: string; seq: number }, { id: string }> = query((db, arg) =>
  db
    .selectFrom('deliveries')
    .select('id')
    .where(sql<boolean>`state = 'waiting'`)
    .where('endpoint_id', '=', arg.endpoint)
    .where('object_id', '=', arg.object)
    .where('seq', '<', arg.seq)
    .limit(1),
);

export const eventById: Query<{ id: string }, EventRow> = query((db, arg) =>
  db.selectFrom('events').selectAll().where('id', '=', arg.id),
);
export const deliveryById: Query<{ id: string }, DeliveryRow> = query((db, arg) =>
  db.selectFrom('deliveries').selectAll().where('id', '=', arg.id),
);

export interface Listed {
  /** `%` for any. */
  readonly merchant: string;
  readonly since: number;
  readonly limit: number;
  readonly offset: number;
}

const listed = (state: 'dead' | 'waiting', newestFirst: boolean): Query<Listed, DeliveryRow> =>
  query((db, arg) => {
    const rows = db
      .selectFrom('deliveries')
      .selectAll()
      .where(sql<boolean>`state = ${sql.lit(state)}`)
      .where('created_ms', '>=', arg.since)
      .where(sql<boolean>`(${arg.merchant} = '%' or merchant_id = ${arg.merchant})`)
      .limit(arg.limit)
      .offset(arg.offset);
    return newestFirst
      ? rows.orderBy('created_ms', 'desc').orderBy('id', 'desc')
      : rows.orderBy('created_ms').orderBy('seq').orderBy('id');
  });

export const listDead = listed('dead', true);
export const listWaiting = listed('waiting', true);
/** In the order in which they are to be sent again. */
export const oldestDead = listed('dead', false);

/** Sent again from the beginning, behind what waits for the same endpoint and object. */
export const revive: Query<Held & { owner: string; now: number; until: number }, { seq: number }> = {
  sql:
    `update deliveries set state = 'waiting', tries = 0, due_ms = ?, lease_owner = ?, lease_until_ms = ?, ` +
    'lease_token = lease_token + 1, seq = (select coalesce(max(before.seq), 0) + 1 from deliveries before ' +
    `where before.endpoint_id = deliveries.endpoint_id and before.object_id = deliveries.object_id and before.state = 'waiting') ` +
    `where id = ? and lease_token = ? and state <> 'waiting' returning seq`,
  parameters: ['now', 'owner', 'until', 'id', 'token'].map((arg) => ({ arg })),
};
