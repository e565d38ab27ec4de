/** Statements about disputes. */
import type { Query } from '../ports.ts';
import type { AttemptRow, DisputeRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertDispute = insertQuery('disputes', [
  'id',
  'merchant_id',
  'livemode',
  'charge_id',
  'acquirer',
  'reference',
  'reason',
  'reason_code',
  'amount',
  'debited',
  'borne_by',
  'rule',
  'created_ms',
]);

export const disputeById: Query<{ id: string }, DisputeRow> = query((db, arg) =>
  db.selectFrom('disputes').selectAll().where('id', '=', arg.id),
);

export const disputeOfReference: Query<{ acquirer: string; reference: string }, DisputeRow> = query((db, arg) =>
  db.selectFrom('disputes').selectAll().where('acquirer', '=', arg.acquirer).where('reference', '=', arg.reference),
);

/** Newest first; `%` for any merchant. */
export const latestDisputes: Query<{ merchant: string; limit: number }, DisputeRow> = query((db, arg) =>
  db
    .selectFrom('disputes')
    .selectAll()
    .where('merchant_id', 'like', arg.merchant)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit),
);

/** The payment that an acquirer knows by our reference. */
export const authorisationBy: Query<{ acquirer: string; reference: string }, AttemptRow> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('reference', '=', arg.reference)
    .where('acquirer', '=', arg.acquirer)
    .where('kind', '=', 'authorise'),
);

/** 0 rows changed: it is disputed already. */
export const markDisputed: Query<{ id: string; dispute: string; amount: number }, never> = query((db, arg) =>
  db
    .updateTable('charges')
    .set({ dispute_id: arg.dispute, disputed_amount: arg.amount })
    .where('id', '=', arg.id)
    .where('dispute_id', 'is', null),
);
