/** Who still passes card numbers through their servers: never a number, only names from fixed lists. */
export const nonRetention: readonly string[] = [
  `create table passthrough_uses (
     id text primary key, merchant_id text not null, livemode integer not null, endpoint text not null,
     parameters text not null, integration text not null, accepted bigint not null, refused bigint not null,
     first_ms bigint not null, last_ms bigint not null)`,
  `create index passthrough_uses_by_merchant on passthrough_uses (merchant_id)`,
  `create table passthrough_notices (merchant_id text primary key, told_ms bigint not null, times integer not null)`,
];
