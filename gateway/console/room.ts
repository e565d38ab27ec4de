/** Builds the operator's page from what the rooms offer. A new tab is one file in `tabs/` and one line here. */
import type { Hono } from 'hono';
import type { Abuse } from '../abuse/abuse.ts';
import type { BreakerBoard } from '../breaker/board.ts';
import type { Overrides } from '../breaker/overrides.ts';
import type { ComplianceRoom } from '../compliance/room.ts';
import type { GatewayConfig } from '../config.ts';
import type { DeadLetters } from '../deliveries/dead-letters.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { FraudRoom } from '../fraud/fraud.ts';
import { createAddresses } from '../http/address.ts';
import type { IncidentRoom } from '../incidents/room.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { NonRetention } from '../non-retention/non-retention.ts';
import { passthroughReport } from '../non-retention/routes.ts';
import type { MailOutbox } from '../notices/outbox.ts';
import type { Clock, Entropy, Log, Store } from '../ports.ts';
import type { Settler } from '../settling/settler.ts';
import { accountRoutes } from './accounts.ts';
import { createAttempts } from './attempts.ts';
import { createAudit } from './audit.ts';
import type { ContactLog } from './contact-log.ts';
import { consoleRoutes } from './routes.ts';
import { createSessions } from './sessions.ts';
import type { Tab } from './tab.ts';
import { createAbuseTab } from './tabs/abuse.ts';
import { createAuditTab } from './tabs/audit.ts';
import { createBreakersTab } from './tabs/breakers.ts';
import { createIncidentsTab } from './tabs/incidents.ts';
import { createMandateTab } from './tabs/mandate.ts';
import { createMerchantsTab } from './tabs/merchants.ts';
import { createNoticesTab } from './tabs/notices.ts';
import { createReviewsTab } from './tabs/reviews.ts';
import { createUnknownsTab } from './tabs/unknowns.ts';
import { createUpstreamTab } from './tabs/upstream.ts';
import type { Volume } from './volume.ts';

export interface ConsoleDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly config: GatewayConfig;
  readonly merchants: Merchants;
  readonly incidentRoom: IncidentRoom;
  readonly board: BreakerBoard;
  readonly overrides: Overrides;
  readonly abuse: Abuse;
  readonly fraud: FraudRoom;
  readonly settler: Settler;
  readonly deliveries: Deliveries;
  readonly deadLetters: DeadLetters;
  readonly compliance: ComplianceRoom;
  readonly nonRetention: NonRetention;
  readonly volume: Volume;
  readonly contact: ContactLog;
  readonly outbox: MailOutbox | null;
}

export const consoleRoom = (app: Hono, deps: ConsoleDeps): void => {
  const { clock, entropy, log, store, config, merchants, abuse, fraud, settler } = deps;
  const { incidents, onCall } = deps.incidentRoom;
  const ids = config.acquirers.map(({ id }) => id);
  const audit = createAudit({ clock, store, instanceId: config.instanceId, key: config.hashKey });
  const sessions = createSessions({ clock, entropy, log, store, adminToken: config.adminToken });
  const tabs: readonly Tab[] = [
    createIncidentsTab({ clock, store, incidents, onCall }),
    createBreakersTab({ clock, board: deps.board, overrides: deps.overrides, acquirers: ids }),
    createMerchantsTab({ merchants, abuse, incidents, volume: deps.volume }),
    createAbuseTab({ abuse, merchants }),
    createReviewsTab({ fraud, store, clock }),
    createUnknownsTab({ store, settler, acquirers: ids }),
    createNoticesTab({ store, deadLetters: deps.deadLetters, outbox: deps.outbox }),
    createUpstreamTab({
      clock,
      store,
      onCall,
      contact: deps.contact,
      deliveries: deps.deliveries,
      acquirers: config.acquirers,
      counts: (acquirer) => abuse.counts(acquirer),
    }),
    createMandateTab({
      merchants,
      compliance: deps.compliance,
      passthrough: (days) => passthroughReport({ store, clock, nonRetention: deps.nonRetention }, days),
    }),
    createAuditTab(audit),
  ];
  accountRoutes(app, { clock, entropy, store, sessions, adminToken: config.adminToken });
  consoleRoutes(app, {
    clock,
    log,
    tabs,
    sessions,
    attempts: createAttempts(),
    audit,
    addresses: createAddresses(config.trustedProxies),
    instanceId: config.instanceId,
  });
};
