/** Statements about plans. */
import type { Query } from '../ports.ts';
import type { Flag, PlanRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertPlan = insertQuery('plans', [
  'id',
  'merchant_id',
  'livemode',
  'amount',
  'interval',
  'name',
  'trial_days',
  'billing_day',
  'metadata',
  'created_ms',
  'deleted_ms',
]);

export interface PlanKey {
  readonly id: string;
  readonly merchant: string;
  readonly livemode: Flag;
}

/** A plan even after its deletion: its id stays taken, and a subscription shows the plan it has. */
export const planEver: Query<PlanKey, PlanRow> = query((db, arg) =>
  db
    .selectFrom('plans')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('id', '=', arg.id),
);

export const planById: Query<PlanKey, PlanRow> = query((db, arg) =>
  db
    .selectFrom('plans')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('id', '=', arg.id)
    .where('deleted_ms', 'is', null),
);

export const savePlan: Query<PlanKey & { name: string | null; metadata: string; deleted: number | null }, never> =
  query((db, arg) =>
    db
      .updateTable('plans')
      .set({ name: arg.name, metadata: arg.metadata, deleted_ms: arg.deleted })
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

export const countPlans: Query<ListOf, { count: number }> = query((db, arg) =>
  db
    .selectFrom('plans')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('deleted_ms', 'is', null)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until),
);

export const listPlans: Query<ListOf & { limit: number; offset: number }, PlanRow> = query((db, arg) =>
  db
    .selectFrom('plans')
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
