/** 3-D Secure: authentications and their results, what the directory server said, and the settings of merchants. */
export const threeDSecure: readonly string[] = [
  `alter table merchants add column three_d_secure text`,
  `alter table api_keys add column sealed text`,
  `alter table cards add column three_d_secure_status text`,
  `alter table tokens add column three_d_secure text`,
  `alter table charges add column three_d_secure_status text`,
  `create table three_d_secure_flows (
     id text primary key, merchant_id text not null, livemode integer not null, kind text not null,
     card_id text not null, fingerprint text not null, amount bigint, state text not null, status text not null,
     return_url text, server_trans_id text unique, ds_trans_id text, acs_trans_id text, message_version text,
     acs_url text, method_done integer not null, result text, result_hash text, expiry_days integer,
     created_ms bigint not null, started_ms bigint, asked_ms bigint, result_ms bigint, finished_ms bigint,
     expires_ms bigint not null, version integer not null)`,
  `create index three_d_secure_flows_by_merchant
     on three_d_secure_flows (merchant_id, livemode, kind, created_ms)`,
  // After a crash: results that were stored and not finished. Nearly none at any time.
  `create index three_d_secure_flows_decided on three_d_secure_flows (state) where state = 'decided'`,
  `create table three_d_secure_directory (
     id text primary key, serial text, ranges text not null, asked_ms bigint not null)`,
];
