/** Disputes of buyers, and what they take from merchants. */
export const disputes: readonly string[] = [
  `alter table charges add column dispute_id text`,
  `alter table charges add column disputed_amount bigint not null default 0`,
  `create table disputes (
     id text primary key, merchant_id text not null, livemode integer not null, charge_id text not null unique,
     acquirer text not null, reference text not null, reason text not null, reason_code text, amount bigint not null,
     debited bigint not null, borne_by text not null, rule text not null, created_ms bigint not null,
     unique (acquirer, reference))`,
  `create index disputes_by_merchant on disputes (merchant_id, created_ms)`,
];
