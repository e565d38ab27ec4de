/** Planned work during which the API itself answers "under maintenance". */
export const plannedStops: readonly string[] = [
  'alter table maintenance_windows add column stops_api integer not null default 0',
];
