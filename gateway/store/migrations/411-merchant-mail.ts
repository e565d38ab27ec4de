/** Merchants that have their notices by mail too, and when each delivery arrived. */
export const merchantMail: readonly string[] = [
  'alter table merchants add column notice_mail text',
  `alter table merchants add column notice_language text not null default 'ja'`,
  'alter table deliveries add column delivered_ms bigint',
  `create index deliveries_by_kind on deliveries (kind, created_ms) where kind <> 'webhook'`,
];
