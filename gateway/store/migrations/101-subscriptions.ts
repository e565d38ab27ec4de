/** Plans and subscriptions, what charges and cards say about them, and lists of events. */
export const subscriptions: readonly string[] = [
  `create table plans (
     id text not null, merchant_id text not null, livemode integer not null, amount integer not null,
     interval text not null, name text, trial_days integer not null, billing_day integer, metadata text not null,
     created_ms bigint not null, deleted_ms bigint, primary key (merchant_id, livemode, id))`,
  `create table subscriptions (
     id text primary key, merchant_id text not null, livemode integer not null, customer_id text not null,
     plan_id text not null, next_plan_id text, state text not null, prorate integer not null, start_ms bigint not null,
     period_start_ms bigint not null, period_end_ms bigint not null, anchor_day integer not null, trial_start_ms bigint,
     trial_end_ms bigint, paused_ms bigint, canceled_ms bigint, resumed_ms bigint, metadata text not null,
     created_ms bigint not null, deleted_ms bigint, cycle integer not null, intent text, charge_id text, due_ms bigint,
     tries integer not null, version integer not null)`,
  `create index subscriptions_by_customer on subscriptions (merchant_id, livemode, customer_id)`,
  // The scheduler reads nothing else.
  `create index subscriptions_due on subscriptions (due_ms) where due_ms is not null`,
  `alter table charges add column subscription_id text`,
  `alter table charges add column reauth_of text`,
  `create index charges_by_subscription on charges (subscription_id) where subscription_id is not null`,
  `alter table cards add column is_jp integer not null default 1`,
  `create index events_by_merchant on events (merchant_id, livemode, created_ms)`,
  // What merchants are paid by: two kinds of entries out of six, appended in the order of time.
  `create index transfers_settled on transfers (at_ms) where kind in ('capture', 'refund')`,
];
