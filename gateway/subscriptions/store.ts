/** Statements about subscriptions. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { Flag, SubscriptionRow } from '../store/database.ts';
import { leasesOn } from '../store/leases.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertSubscription = insertQuery('subscriptions', [
  'id',
  'merchant_id',
  'livemode',
  'customer_id',
  'plan_id',
  'next_plan_id',
  'state',
  'prorate',
  'start_ms',
  'period_start_ms',
  'period_end_ms',
  'anchor_day',
  'trial_start_ms',
  'trial_end_ms',
  'paused_ms',
  'canceled_ms',
  'resumed_ms',
  'metadata',
  'created_ms',
  'deleted_ms',
  'cycle',
  'intent',
  'charge_id',
  'due_ms',
  'tries',
  'version',
]);

interface Owner {
  readonly merchant: string;
  readonly livemode: Flag;
}

export const subscriptionRow: Query<{ id: string }, SubscriptionRow> = query((db, arg) =>
  db.selectFrom('subscriptions').selectAll().where('id', '=', arg.id),
);

/** One that the merchant may see: its first payment is known, and it has not ended. */
export const subscriptionOf: Query<Owner & { id: string }, SubscriptionRow> = query((db, arg) =>
  db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', arg.id)
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('state', '<>', 'incomplete')
    .where('deleted_ms', 'is', null),
);

/** Everything that may change. 0 rows: somebody else wrote since it was read. */
export const saveSubscription: Query<SubscriptionRow, never> = query((db, arg) =>
  db
    .updateTable('subscriptions')
    .set((set) => ({
      plan_id: arg.plan_id,
      next_plan_id: arg.next_plan_id,
      state: arg.state,
      prorate: arg.prorate,
      period_start_ms: arg.period_start_ms,
      period_end_ms: arg.period_end_ms,
      anchor_day: arg.anchor_day,
      trial_start_ms: arg.trial_start_ms,
      trial_end_ms: arg.trial_end_ms,
      paused_ms: arg.paused_ms,
      canceled_ms: arg.canceled_ms,
      resumed_ms: arg.resumed_ms,
      metadata: arg.metadata,
      deleted_ms: arg.deleted_ms,
      cycle: arg.cycle,
      intent: arg.intent,
      charge_id: arg.charge_id,
      due_ms: arg.due_ms,
      tries: arg.tries,
      // Whatever is written ends the claim under which it was worked out.
      lease_until_ms: null,
      version: set('version', '+', 1),
    }))
    .where('id', '=', arg.id)
    .where('version', '=', arg.version),
);

export const subscriptionsOfCustomer: Query<Owner & { customer: string }, SubscriptionRow> = query((db, arg) =>
  db
    .selectFrom('subscriptions')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('customer_id', '=', arg.customer)
    .where('deleted_ms', 'is', null)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc'),
);

/** Those that a plan still has to serve. */
export const countSubscribers: Query<Owner & { plan: string }, { count: number }> = query((db, arg) =>
  db
    .selectFrom('subscriptions')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('deleted_ms', 'is', null)
    .where((where) => where.or([where('plan_id', '=', arg.plan), where('next_plan_id', '=', arg.plan)])),
);

/** `%` for any of the three. */
export interface SubscriptionFilter extends Owner {
  readonly since: number;
  readonly until: number;
  readonly customer: string;
  readonly plan: string;
  readonly state: string;
}

export const countSubscriptions: Query<SubscriptionFilter, { count: number }> = query((db, arg) =>
  db
    .selectFrom('subscriptions')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('deleted_ms', 'is', null)
    .where('state', '<>', 'incomplete')
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .where(sql<boolean>`(${arg.customer} = '%' or customer_id = ${arg.customer})`)
    .where(sql<boolean>`(${arg.plan} = '%' or plan_id = ${arg.plan})`)
    .where(sql<boolean>`(${arg.state} = '%' or state = ${arg.state})`),
);

export const listSubscriptions: Query<SubscriptionFilter & { limit: number; offset: number }, SubscriptionRow> = query(
  (db, arg) =>
    db
      .selectFrom('subscriptions')
      .selectAll()
      .where('merchant_id', '=', arg.merchant)
      .where('livemode', '=', arg.livemode)
      .where('deleted_ms', 'is', null)
      .where('state', '<>', 'incomplete')
      .where('created_ms', '>=', arg.since)
      .where('created_ms', '<=', arg.until)
      .where(sql<boolean>`(${arg.customer} = '%' or customer_id = ${arg.customer})`)
      .where(sql<boolean>`(${arg.plan} = '%' or plan_id = ${arg.plan})`)
      .where(sql<boolean>`(${arg.state} = '%' or state = ${arg.state})`)
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(arg.limit)
      .offset(arg.offset),
);

export const dueSubscriptions: Query<{ now: number; limit: number }, SubscriptionRow> = query((db, arg) =>
  db
    .selectFrom('subscriptions')
    .selectAll()
    .where('due_ms', 'is not', null)
    .where('due_ms', '<=', arg.now)
    .orderBy('due_ms')
    .orderBy('id')
    .limit(arg.limit),
);

export const nextDueSubscription: Query<Record<string, never>, { due: number | null }> = query((db) =>
  db
    .selectFrom('subscriptions')
    .select((select) => select.fn.min('due_ms').as('due'))
    .where('due_ms', 'is not', null),
);

/** A claim on a row for a renewal: until then no instance looks at it, whatever makes others due. */
export const subscriptionLeases = leasesOn('subscriptions', 'id');

/** After an outage: whatever had no answer, and nobody is at work on, is due now. */
export const retryNow: Query<{ now: number }, never> = query((db, arg) =>
  db
    .updateTable('subscriptions')
    .set({ due_ms: arg.now })
    .where('due_ms', 'is not', null)
    .where('due_ms', '>', arg.now)
    .where('tries', '>', 0)
    .where((where) => where.or([where('lease_until_ms', 'is', null), where('lease_until_ms', '<=', arg.now)])),
);

/** Not before that time. */
export const postponeSubscription: Query<{ id: string; due: number }, never> = query((db, arg) =>
  db
    .updateTable('subscriptions')
    .set({ due_ms: arg.due })
    .where('id', '=', arg.id)
    .where('due_ms', 'is not', null)
    .where('due_ms', '<', arg.due),
);
