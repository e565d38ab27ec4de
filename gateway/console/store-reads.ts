/** What tabs read from other rooms' tables and nobody else asks for: newest first, bounded. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { AttemptRow, DeliveryRow } from '../store/database.ts';
import { query } from '../store/query.ts';

export type UnknownAttempt = Pick<
  AttemptRow,
  | 'reference'
  | 'charge_id'
  | 'merchant_id'
  | 'acquirer'
  | 'kind'
  | 'amount'
  | 'state'
  | 'sent_ms'
  | 'due_ms'
  | 'tries'
  | 'not_found'
>;

/** Requests whose outcome nobody knows, the oldest first. */
export const unknownAttempts: Query<{ limit: number }, UnknownAttempt> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .select([
      'reference',
      'charge_id',
      'merchant_id',
      'acquirer',
      'kind',
      'amount',
      'state',
      'sent_ms',
      'due_ms',
      'tries',
      'not_found',
    ])
    .where('due_ms', 'is not', null)
    .where('state', 'in', ['unknown', 'doubtful'])
    .orderBy('sent_ms')
    .orderBy('reference')
    .limit(arg.limit),
);

export const unknownsByAcquirer: Query<object, { acquirer: string; state: string; count: number; amount: number }> =
  query((db) =>
    db
      .selectFrom('attempts')
      .select((select) => [
        'acquirer',
        'state',
        select.fn.countAll<number>().as('count'),
        select.fn.sum<number>('amount').as('amount'),
      ])
      .where('due_ms', 'is not', null)
      .where('state', 'in', ['unknown', 'doubtful'])
      .groupBy(['acquirer', 'state'])
      .orderBy('acquirer')
      .orderBy('state'),
  );

/** Notices, letters and messages to acquirers' operators, the newest first. */
export const latestNotices: Query<{ kinds: string; limit: number }, DeliveryRow> = query((db, arg) =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where(sql<boolean>`kind <> 'webhook'`)
    .where(sql<boolean>`(${arg.kinds} = '%' or kind = ${arg.kinds})`)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit),
);

export const countDeliveries: Query<object, { kind: string; state: string; count: number }> = query((db) =>
  db
    .selectFrom('deliveries')
    .select((select) => ['kind', 'state', select.fn.countAll<number>().as('count')])
    .where(sql<boolean>`(state = 'waiting' or state = 'dead')`)
    .groupBy(['kind', 'state'])
    .orderBy('kind')
    .orderBy('state'),
);

export const deadWebhooks: Query<{ limit: number }, DeliveryRow> = query((db, arg) =>
  db
    .selectFrom('deliveries')
    .selectAll()
    .where(sql<boolean>`state = 'dead'`)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit),
);
