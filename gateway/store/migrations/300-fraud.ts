/** Decisions of the fraud rules other than "allow", what people made of them, and who is always let through or never. */
export const fraud: readonly string[] = [
  `create table fraud_decisions (
     id text primary key, at_ms bigint not null, merchant_id text not null, livemode integer not null, kind text not null,
     card text not null, address text, email text, amount integer not null, object_id text, decision text not null,
     note text, score integer not null, rules text not null, features text not null, review text, reviewed_ms bigint,
     review_note text)`,
  `create index fraud_decisions_by_time on fraud_decisions (at_ms)`,
  `create index fraud_decisions_by_review on fraud_decisions (review, at_ms)`,
  `create table fraud_lists (
     id text primary key, list text not null, kind text not null, value text not null, reason text not null,
     created_ms bigint not null, until_ms bigint)`,
];
