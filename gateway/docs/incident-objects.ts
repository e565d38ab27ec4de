/** What operators see of incidents, maintenance and calls, as zod schemas. The home of the shapes is `status-page/facts.ts`. */
import { z } from 'zod';
import { components, incidentStages } from '../status-page/facts.ts';

const both = z.strictObject({ en: z.string(), ja: z.string() });
const wallMs = z.int().meta({ description: 'Unix milliseconds.' });
const component = z.enum(components);
const stage = z.enum(incidentStages);
const cause = z.enum(['upstream_down', 'upstream_restricts_us', 'merchant_flood', 'our_own_fault', 'unknown']);

const Operator = z.strictObject({
  id: z.string(),
  name: z.string(),
  role: z.enum(['operator', 'viewer']),
  createdMs: wallMs,
});
const OperatorList = z.strictObject({ data: z.array(Operator) });
const OperatorAdded = Operator.extend({ token: z.string() });
const OperatorRemoved = z.strictObject({ id: z.string(), deleted: z.literal(true) });

const Incident = z.looseObject({
  id: z.string(),
  title: both,
  stage,
  cause,
  components: z.array(component),
  startedAtMs: wallMs,
  updates: z.array(z.strictObject({ stage, atMs: wallMs, text: both, correctedAtMs: wallMs.optional() })),
  public: z.boolean().optional().meta({ description: 'Whether readers of the status page see it.' }),
});

export const IncidentAnswer = z.strictObject({ incident: Incident });
export const IncidentList = z.strictObject({ open: z.array(Incident), past: z.array(Incident) });
export const IncidentRecord = z.strictObject({
  record: z.looseObject({ incident: z.string(), measures: both.nullable() }),
});

const Window = z.strictObject({
  id: z.string(),
  acquirer: z.string().nullable().meta({ description: 'Null: our own work.' }),
  components: z.array(component).meta({ description: 'Empty: every component.' }),
  reason: z.string(),
  fromMs: wallMs,
  toMs: wallMs,
  stopsApi: z.boolean().meta({ description: 'Every call is answered 503 `under_maintenance` meanwhile.' }),
});
export const MaintenancePlanned = z.strictObject({ window: Window });
export const MaintenanceList = z.strictObject({ windows: z.array(Window) });
export const MaintenanceCancelled = z.strictObject({ id: z.string(), cancelled: z.literal(true) });

export const OnCallState = z.strictObject({
  calls: z.array(
    z.strictObject({
      incident: z.string(),
      sinceMs: wallMs,
      level: z.int().meta({ description: 'Highest level that was called; -1: none yet.' }),
      acknowledgedBy: z.string().nullable(),
    }),
  ),
  lines: z.array(z.strictObject({ id: z.string(), heardMs: wallMs, silent: z.boolean() })),
});
export const CallAcknowledged = z.strictObject({ incident: z.string(), acknowledgedBy: z.string() });
export const BeatReceived = z.strictObject({ received: z.literal(true) });
export const UpstreamMailReceived = z.strictObject({ received: z.literal(true), understood: z.string() });

export const incidentObjects = {
  OperatorAdded,
  OperatorList,
  OperatorRemoved,
  BeatReceived,
  CallAcknowledged,
  IncidentAnswer,
  IncidentList,
  IncidentRecord,
  MaintenanceCancelled,
  MaintenanceList,
  MaintenancePlanned,
  OnCallState,
  UpstreamMailReceived,
} as const;
