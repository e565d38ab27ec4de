/** Statements of the incidents room. */
import type { Query } from '../ports.ts';
import type { IncidentReportRow, IncidentRow, MaintenanceWindowRow } from '../store/database.ts';
import { leasesOn } from '../store/leases.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertIncident = insertQuery('incidents', [
  'id',
  'scope',
  'open',
  'public',
  'state',
  'record',
  'created_ms',
  'updated_ms',
  'lease_owner',
  'lease_until_ms',
  'lease_token',
]);

export const incidentLeases = leasesOn('incidents', 'id');

export const openIncidents: Query<object, IncidentRow> = query((db) =>
  db.selectFrom('incidents').selectAll().where('open', '=', 1).orderBy('created_ms').orderBy('id'),
);

export const incidentById: Query<{ id: string }, IncidentRow> = query((db, arg) =>
  db.selectFrom('incidents').selectAll().where('id', '=', arg.id),
);

export const latestIncidents: Query<{ limit: number }, IncidentRow> = query((db, arg) =>
  db.selectFrom('incidents').selectAll().orderBy('created_ms', 'desc').orderBy('id', 'desc').limit(arg.limit),
);

/** The holder's word: moves nothing when somebody else holds it. */
export const saveIncident: Query<
  Pick<IncidentRow, 'id' | 'open' | 'public' | 'state' | 'record' | 'updated_ms' | 'lease_until_ms'> & {
    token: number;
  },
  never
> = query((db, arg) =>
  db
    .updateTable('incidents')
    .set({
      open: arg.open,
      public: arg.public,
      state: arg.state,
      record: arg.record,
      updated_ms: arg.updated_ms,
      lease_until_ms: arg.lease_until_ms,
    })
    .where('id', '=', arg.id)
    .where('lease_token', '=', arg.token),
);

/** An operator's hand: takes the incident from whoever holds it. The former holder's writes move nothing. */
export const seizeIncident: Query<{ id: string; token: number; owner: string; until: number }, never> = query(
  (db, arg) =>
    db
      .updateTable('incidents')
      .set((set) => ({
        lease_owner: arg.owner,
        lease_until_ms: arg.until,
        lease_token: set('lease_token', '+', 1),
      }))
      .where('id', '=', arg.id)
      .where('lease_token', '=', arg.token),
);

/** After it is over: only the record changes. */
export const saveRecord: Query<{ id: string; record: string; updated_ms: number }, never> = query((db, arg) =>
  db
    .updateTable('incidents')
    .set({ record: arg.record, updated_ms: arg.updated_ms })
    .where('id', '=', arg.id)
    .where('open', '=', 0),
);

export const putReport: Query<IncidentReportRow, never> = query((db, arg) =>
  db
    .insertInto('incident_reports')
    .values({ incident_id: arg.incident_id, instance: arg.instance, report: arg.report, at_ms: arg.at_ms })
    .onConflict((conflict) =>
      conflict.columns(['incident_id', 'instance']).doUpdateSet({ report: arg.report, at_ms: arg.at_ms }),
    ),
);

export const reportsOf: Query<{ incident: string }, IncidentReportRow> = query((db, arg) =>
  db.selectFrom('incident_reports').selectAll().where('incident_id', '=', arg.incident).orderBy('instance'),
);

export const insertWindow = insertQuery('maintenance_windows', [
  'id',
  'acquirer',
  'components',
  'reason',
  'from_ms',
  'to_ms',
  'cancelled',
  'created_ms',
  'stops_api',
]);

export const windowsAfter: Query<{ now: number }, MaintenanceWindowRow> = query((db, arg) =>
  db
    .selectFrom('maintenance_windows')
    .selectAll()
    .where('to_ms', '>', arg.now)
    .where('cancelled', '=', 0)
    .orderBy('from_ms')
    .orderBy('id')
    .limit(200),
);

export const cancelWindow: Query<{ id: string }, never> = query((db, arg) =>
  db.updateTable('maintenance_windows').set({ cancelled: 1 }).where('id', '=', arg.id).where('cancelled', '=', 0),
);
