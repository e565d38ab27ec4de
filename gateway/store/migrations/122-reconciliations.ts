/** Runs of the three-way reconciliation, and their reports. */
import { leaseColumns } from '../leases.ts';

export const reconciliations: readonly string[] = [
  `create table reconciliations (
     id text primary key, acquirer text not null, date text not null, cause text not null, state text not null,
     tries integer not null, due_ms bigint, reason text, report text, discrepancies integer, created_ms bigint not null,
     finished_ms bigint)`,
  ...leaseColumns('reconciliations'),
  `create index reconciliations_by_date on reconciliations (acquirer, date)`,
];
