/** Incidents, planned work, and lines to people. */
import type { LeaseColumns } from '../leases.ts';
import type { Flag } from './flag.ts';

/** An incident, open or over (`incidents/README.md`). */
export interface IncidentRow extends LeaseColumns {
  id: string;
  /** What it is about: an acquirer, or a part of ours. One open incident for one scope. */
  scope: string;
  open: Flag;
  public: Flag;
  /** `incidents/open-incident.ts`, as JSON. */
  state: string;
  /** The record after it, as JSON; null while it is open. */
  record: string | null;
  created_ms: number;
  updated_ms: number;
}

/** What an instance that does not hold the incident knows of it. */
export interface IncidentReportRow {
  incident_id: string;
  instance: string;
  /** `incidents/keeper.ts`, as JSON. */
  report: string;
  at_ms: number;
}

/** Planned work: nothing that fails because of it is published as an incident. */
export interface MaintenanceWindowRow {
  id: string;
  /** Null: our own. */
  acquirer: string | null;
  /** JSON array; empty: all. */
  components: string;
  reason: string;
  from_ms: number;
  to_ms: number;
  cancelled: Flag;
  created_ms: number;
  /** The API answers "under maintenance" while it lasts. */
  stops_api: Flag;
}

/** A line to people, and when it was last heard. */
export interface OnCallLineRow {
  line: string;
  heard_ms: number;
}
