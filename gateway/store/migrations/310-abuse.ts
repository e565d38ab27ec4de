/** Merchants that are held back, and how far: known to every instance and after a restart. */
export const abuse: readonly string[] = [
  `create table abuse_holds (
     merchant_id text primary key, level text not null, since_ms bigint not null, step integer not null,
     pauses integer not null, instance text not null, moved_ms bigint not null)`,
];
