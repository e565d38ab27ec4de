/** When each line to people was last heard, by whichever instance. */
export const onCall: readonly string[] = [
  'create table on_call_lines (line text primary key, heard_ms bigint not null)',
];
