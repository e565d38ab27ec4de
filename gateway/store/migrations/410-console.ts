/** The operator's page: who may sign in, who is signed in, and what was done there (only ever added to). */
export const console: readonly string[] = [
  `create table operators (
     id text primary key, name text not null, role text not null, token_hash text not null,
     created_ms bigint not null, removed_ms bigint)`,
  'create unique index operators_by_token on operators (token_hash)',
  `create table console_sessions (
     token_hash text primary key, operator text not null, role text not null, created_ms bigint not null,
     until_ms bigint not null)`,
  `create table audit_log (
     seq bigint primary key, at_ms bigint not null, instance text not null, operator text not null,
     kind text not null, action text not null, subject text not null, detail text not null, reason text not null,
     about_seq bigint, before_hash text not null, hash text not null)`,
  'create index audit_log_about on audit_log (about_seq) where about_seq is not null',
];
