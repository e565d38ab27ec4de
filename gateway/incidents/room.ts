/** Builds detection: incidents with their store, synthetic probes, maintenance, and the people on call. */
import type { Hono } from 'hono';
import type { GatewayConfig } from '../config.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import { describe } from '../http/endpoint.ts';
import { createOnCall, type OnCall } from '../on-call/on-call.ts';
import { onCallRoutes } from '../on-call/routes.ts';
import { lineById, lineHeard } from '../on-call/store.ts';
import { createUpstreamMessages } from '../on-call/upstream-message.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Entropy, Fetch, Log, Store, Timer } from '../ports.ts';
import type { StatusFeed } from '../status-feed/status-feed.ts';
import type { IncidentView, StillWorks } from '../status-page/facts.ts';
import type { DeliveryRow } from '../store/database.ts';
import type { IncidentEvidence, Incidents, OperationOutcome } from './door.ts';
import { createWindows } from './maintenance.ts';
import { createProbes } from './probes.ts';
import { incidentRoutes } from './routes.ts';
import { createIncidents } from './service.ts';

export interface IncidentRoomDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly store: Store;
  readonly policy: Pick<Policy, 'incidents' | 'detector' | 'onCall'>;
  readonly config: GatewayConfig;
  readonly deliveries: Pick<Deliveries, 'send'>;
  readonly feed: Pick<StatusFeed, 'tell'> | null;
  /** Of an acquirer. */
  readonly evidence: (acquirer: string) => IncidentEvidence;
  /** What is still let through, while something is not. */
  readonly stillWorks: () => readonly StillWorks[];
  /** A synthetic probe of an acquirer. */
  readonly probe: (acquirer: string) => Promise<boolean>;
  /** Our requests to an acquirer within the last minute, by merchant. */
  readonly counts: (acquirer: string) => Readonly<Record<string, number>>;
  readonly notifyAffected: (view: IncidentView, merchantIds: readonly string[]) => Promise<readonly string[]>;
}

export interface IncidentRoom {
  readonly incidents: Incidents;
  readonly onCall: OnCall;
  /** An outcome at an acquirer: detection, and no probe for a while. */
  seen(outcome: OperationOutcome): void;
  /** A request to the API was served, or broke. */
  served(merchantId: string, broken: boolean): void;
  /** A delivery was tried. */
  tried(row: Pick<DeliveryRow, 'kind' | 'merchant_id' | 'subject'>, delivered: boolean): void;
  /** A charge of a subscription came to this. */
  charged(merchantId: string, acquirer: string | undefined, verdict: 'paid' | 'declined' | 'failed' | 'open'): void;
  /** End of the planned work that stops the API now; null: it is open. */
  apiStoppedUntilMs(): number | null;
  routes(app: Hono): void;
  start(): Promise<void>;
  stop(): void;
}

export const createIncidentRoom = (deps: IncidentRoomDeps): IncidentRoom => {
  const { clock, log, store, policy, config, feed } = deps;
  const known = new Set(config.acquirers.map(({ id }) => id));
  const wallMs = (): number => clock.wallMs();
  const windows = createWindows({ clock, entropy: deps.entropy, log, store });
  const messages = createUpstreamMessages({
    deliveries: deps.deliveries,
    fetch: deps.fetch,
    acquirers: config.acquirers,
    wallMs,
    counts: deps.counts,
  });
  /** What cannot even be written down is a fault of ours, and must not take the incident with it. */
  const tellUpstream = (incident: Parameters<typeof messages.trouble>[0], route: 'first' | 'alternate'): void => {
    messages
      .trouble(incident, route)
      .catch((reason: unknown) => log.error({ event: 'notice.broke', what: 'upstream', reason: describe(reason) }));
  };
  const incidents = createIncidents({
    clock,
    log,
    policy,
    evidence: (scope) => (known.has(scope) ? deps.evidence(scope) : { breakers: 'closed', unknownsOpen: 0 }),
    publish: (incident) => feed?.tell({ kind: 'incident', incident }),
    publishRecord: (record) => feed?.tell({ kind: 'after_action', record }),
    publishLevels: (levels, works) =>
      feed?.tell({ kind: 'components', levels, ...(works.length === 0 ? {} : { works }) }),
    stillWorks: deps.stillWorks,
    notifyAffected: deps.notifyAffected,
    onTrouble: (incident) => onCall.trouble(incident),
    onOver: (incident) => onCall.over(incident),
    onPublic: (incident) => {
      if (policy.onCall.tellUpstream) tellUpstream(incident, 'first');
    },
    maintenance: windows,
    keep: { store, instanceId: config.instanceId, lookEveryMs: config.lookEveryMs },
  });
  const onCall = createOnCall({
    clock,
    fetch: deps.fetch,
    log,
    policy: policy.onCall,
    instanceId: config.instanceId,
    channels: config.onCall?.channels ?? [],
    upstreamBeats: config.onCall?.upstreamBeats ?? [],
    lastBeatMs: (acquirer) =>
      store
        .read((tx) => tx.first(lineById, { line: `upstream-${acquirer}` }))
        .then((row) => row?.heard_ms ?? null)
        .catch(() => null),
    onSilent: (line, silent) => incidents.channel(line, silent),
    onRemark: (incident, text) => incidents.remark(incident, text),
    testLine: (acquirer) => messages.test(acquirer),
    tellUpstream: (incident) => tellUpstream(incident, 'alternate'),
  });
  const probes = createProbes({
    clock,
    policy: policy.detector,
    acquirers: [...known],
    isClosed: (acquirer) => deps.evidence(acquirer).breakers === 'closed',
    probe: deps.probe,
    onProbe: (acquirer, good) => incidents.probed(acquirer, good),
  });

  let windowTimer: Timer | null = null;
  /** Work that was planned at another instance. */
  const lookAgain = (everyMs: number): void => {
    windowTimer = clock.after(everyMs, () => void windows.load().then(() => lookAgain(everyMs)));
  };

  return {
    incidents,
    onCall,
    seen: (outcome) => {
      if (outcome.result === 'ok') probes.heard(outcome.acquirer);
      incidents.outcome(outcome);
    },
    served: (merchantId, broken) =>
      incidents.outcome({ component: 'api', acquirer: '-', merchantId, result: broken ? 'failure' : 'ok' }),
    tried: ({ kind, merchant_id: merchantId, subject }, delivered) => {
      if (kind === 'webhook' && merchantId !== null) {
        const result = delivered ? 'ok' : 'failure';
        incidents.outcome({ component: 'webhooks', acquirer: '-', merchantId, result });
      } else if (kind === 'upstream') {
        if (delivered) onCall.contactReached(subject);
        else onCall.contactFailed(subject);
      }
    },
    charged: (merchantId, acquirer = '-', verdict) => {
      const result = verdict === 'paid' || verdict === 'declined' ? 'ok' : 'failure';
      incidents.outcome({ component: 'subscriptions', acquirer, merchantId, result });
    },
    apiStoppedUntilMs: () => windows.apiStoppedUntilMs(wallMs()),
    routes: (app) => {
      incidentRoutes(app, {
        incidents,
        windows,
        store,
        wallMs,
        adminToken: config.adminToken,
        acquirers: [...known],
        publishRecord: (record) => feed?.tell({ kind: 'after_action', record }),
      });
      onCallRoutes(app, {
        onCall,
        log,
        adminToken: config.adminToken,
        upstreamToken: config.upstreamToken,
        acquirers: [...known],
        senders: config.acquirers.map(({ id, mailFrom }) => ({ acquirer: id, addresses: mailFrom ?? [] })),
        beat: async (acquirer) => {
          onCall.upstreamHeard(acquirer);
          await store
            .unit((tx) => tx.run(lineHeard, { line: `upstream-${acquirer}`, heard_ms: clock.wallMs() }))
            .catch((reason: unknown) => log.error({ event: 'contact.unsaved', reason: describe(reason) }));
        },
        noticed: (notice) => incidents.upstreamNotice(notice),
      });
    },
    start: async () => {
      await windows.load();
      if (config.lookEveryMs !== null) lookAgain(config.lookEveryMs);
      await incidents.start();
      probes.start();
      onCall.start();
    },
    stop: () => {
      windowTimer?.cancel();
      probes.stop();
      onCall.stop();
      incidents.close();
    },
  };
};
