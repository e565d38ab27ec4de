/** Statements that read events. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { EventRow, Flag } from '../store/database.ts';
import { query } from '../store/query.ts';

interface Owner {
  readonly merchant: string;
  readonly livemode: Flag;
}

export const eventOf: Query<Owner & { id: string }, EventRow> = query((db, arg) =>
  db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', arg.id)
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode),
);

export interface EventFilter extends Owner {
  readonly since: number;
  readonly until: number;
  /** `%` for any. */
  readonly resource: string;
  readonly type: string;
  /** Types that begin so, and do not begin so: what the event is about. */
  readonly about: string;
  readonly notAbout: string;
}

export const countEvents: Query<EventFilter, { count: number }> = query((db, arg) =>
  db
    .selectFrom('events')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .where(sql<boolean>`(${arg.resource} = '%' or object_id = ${arg.resource})`)
    .where(sql<boolean>`(${arg.type} = '%' or type = ${arg.type})`)
    .where('type', 'like', arg.about)
    .where('type', 'not like', arg.notAbout),
);

export const listEvents: Query<EventFilter & { limit: number; offset: number }, EventRow> = query((db, arg) =>
  db
    .selectFrom('events')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .where(sql<boolean>`(${arg.resource} = '%' or object_id = ${arg.resource})`)
    .where(sql<boolean>`(${arg.type} = '%' or type = ${arg.type})`)
    .where('type', 'like', arg.about)
    .where('type', 'not like', arg.notAbout)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit)
    .offset(arg.offset),
);

export const deliveryState: Query<{ id: string }, { state: string }> = query((db, arg) =>
  db.selectFrom('deliveries').select('state').where('id', '=', arg.id),
);
