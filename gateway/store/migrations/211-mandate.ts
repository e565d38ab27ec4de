/** What merchants say about 3-D Secure, and what was asked for and missing. */
export const mandate: readonly string[] = [
  `create table mandate_profiles (
     merchant_id text primary key, enforcement text, profile text not null, updated_ms bigint not null)`,
  `create table mandate_findings (
     id text primary key, merchant_id text not null, livemode integer not null, day text not null, moment text not null,
     rule text not null, passed bigint not null, refused bigint not null, first_ms bigint not null,
     last_ms bigint not null)`,
  `create index mandate_findings_by_merchant on mandate_findings (merchant_id, day)`,
];
