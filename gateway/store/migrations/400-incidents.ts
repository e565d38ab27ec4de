/** Incidents that outlive an instance, what the others report to their holder, and maintenance windows. */
import { leaseColumns } from '../leases.ts';

export const incidents: readonly string[] = [
  `create table incidents (
     id text primary key, scope text not null, open integer not null, public integer not null,
     state text not null, record text, created_ms bigint not null, updated_ms bigint not null)`,
  ...leaseColumns('incidents'),
  // One open incident for one scope, whoever found it.
  'create unique index incidents_open on incidents (scope) where open = 1',
  'create index incidents_by_time on incidents (created_ms)',
  `create table incident_reports (
     incident_id text not null, instance text not null, report text not null, at_ms bigint not null,
     primary key (incident_id, instance))`,
  `create table maintenance_windows (
     id text primary key, acquirer text, components text not null, reason text not null,
     from_ms bigint not null, to_ms bigint not null, cancelled integer not null, created_ms bigint not null)`,
];
