/** Statements about decisions and lists. */
import type { Query } from '../ports.ts';
import type { FraudDecisionRow, FraudListRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertDecision = insertQuery('fraud_decisions', [
  'id',
  'at_ms',
  'merchant_id',
  'livemode',
  'kind',
  'card',
  'address',
  'email',
  'amount',
  'object_id',
  'decision',
  'note',
  'score',
  'rules',
  'features',
  'review',
  'reviewed_ms',
  'review_note',
]);

export const decisionById: Query<{ id: string }, FraudDecisionRow> = query((db, arg) =>
  db.selectFrom('fraud_decisions').selectAll().where('id', '=', arg.id),
);

/** The newest first, older than a moment. */
export const listDecisions: Query<{ before: number; limit: number }, FraudDecisionRow> = query((db, arg) =>
  db
    .selectFrom('fraud_decisions')
    .selectAll()
    .where('at_ms', '<=', arg.before)
    .orderBy('at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit),
);

export const decisionsOf: Query<{ merchant: string; before: number; limit: number }, FraudDecisionRow> = query(
  (db, arg) =>
    db
      .selectFrom('fraud_decisions')
      .selectAll()
      .where('merchant_id', '=', arg.merchant)
      .where('at_ms', '<=', arg.before)
      .orderBy('at_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(arg.limit),
);

export const decisionsAbout: Query<{ object: string }, FraudDecisionRow> = query((db, arg) =>
  db.selectFrom('fraud_decisions').selectAll().where('object_id', '=', arg.object).orderBy('at_ms', 'desc'),
);

/** The queue: the oldest first. */
export const listReviews: Query<{ state: string; limit: number }, FraudDecisionRow> = query((db, arg) =>
  db
    .selectFrom('fraud_decisions')
    .selectAll()
    .where('review', '=', arg.state)
    .orderBy('at_ms')
    .orderBy('id')
    .limit(arg.limit),
);

/** 0 rows: it is not open (any more). */
export const closeReview: Query<{ id: string; state: string; at: number; note: string | null }, never> = query(
  (db, arg) =>
    db
      .updateTable('fraud_decisions')
      .set({ review: arg.state, reviewed_ms: arg.at, review_note: arg.note })
      .where('id', '=', arg.id)
      .where('review', '=', 'open'),
);

export const openReviews: Query<{ limit: number }, Pick<FraudDecisionRow, 'card'>> = query((db, arg) =>
  db.selectFrom('fraud_decisions').select('card').where('review', '=', 'open').orderBy('at_ms').limit(arg.limit),
);

export const countDecisions: Query<object, { count: number }> = query((db) =>
  db.selectFrom('fraud_decisions').select((select) => select.fn.countAll<number>().as('count')),
);

/** The oldest go; what waits for a person stays. */
export const forgetDecisions: Query<{ count: number }, never> = query((db, arg) =>
  db.deleteFrom('fraud_decisions').where('id', 'in', (inner) =>
    inner
      .selectFrom('fraud_decisions')
      .select('id')
      .where((where) => where.or([where('review', 'is', null), where('review', '!=', 'open')]))
      .orderBy('at_ms')
      .orderBy('id')
      .limit(arg.count),
  ),
);

export const insertListed = insertQuery('fraud_lists', [
  'id',
  'list',
  'kind',
  'value',
  'reason',
  'created_ms',
  'until_ms',
]);

export const allListed: Query<object, FraudListRow> = query((db) =>
  db.selectFrom('fraud_lists').selectAll().orderBy('created_ms').orderBy('id'),
);

export const removeListed: Query<{ id: string }, never> = query((db, arg) =>
  db.deleteFrom('fraud_lists').where('id', '=', arg.id),
);
