/** Statements about events. */
import { sql } from 'kysely';
import { deliveryOf } from '../deliveries/webhook.ts';
import { endpointsMax } from '../merchants/webhook-endpoints.ts';
import type { Query } from '../ports.ts';
import type { EventRow, Flag } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertEvent = insertQuery('events', [
  'id',
  'merchant_id',
  'livemode',
  'type',
  'object_id',
  'data',
  'created_ms',
]);

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

/** `nth0`, `nth1`, … */
type Deliveries = Readonly<Record<`nth${number}`, string>>;
const names = Array.from({ length: endpointsMax }, (_, nth): keyof Deliveries => `nth${nth}`);

/** Of an event's deliveries those that have not arrived: an event has at most as many as a mode has endpoints. */
export const pendingDeliveries: Query<Deliveries, { pending: number }> = query((db, arg) =>
  db
    .selectFrom('deliveries')
    .select((select) => select.fn.countAll<number>().as('pending'))
    .where(
      'id',
      'in',
      names.map((name) => arg[name] as string),
    )
    .where('state', '<>', 'delivered'),
);

export const deliveriesOf = (eventId: string): Deliveries =>
  Object.fromEntries(names.map((name, nth) => [name, deliveryOf(eventId, nth)]));
