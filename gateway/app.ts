/**
 * The gateway's door: one program instance as a function of its ports.
 *
 * `createGateway(deps)` opens nothing by itself. It returns the Hono app and `start`/`stop` for
 * the work that goes on without a request: deliveries, settling, probes, the status feed. Rooms that
 * tell each other are named before they are built (`() => incidents`): nothing is asked before `start`.
 * What merchants call is composed in `merchant-calls.ts`.
 */
import { Hono } from 'hono';
import { createAbuse } from './abuse/abuse.ts';
import { createHolds } from './abuse/holds.ts';
import { abuseRoutes } from './abuse/routes.ts';
import { createOverrides } from './breaker/overrides.ts';
import { browserRoutes } from './browser/routes.ts';
import { testCards } from './cards/test-cards.ts';
import { createBook } from './charges/book.ts';
import { createComplianceRoom } from './compliance/room.ts';
import type { GatewayConfig } from './config.ts';
import { createContactLog } from './console/contact-log.ts';
import { consoleRoom } from './console/room.ts';
import { createVolume } from './console/volume.ts';
import { createDeadLetters } from './deliveries/dead-letters.ts';
import { createDeliveries } from './deliveries/deliveries.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import { createTargets, hostAndPort } from './deliveries/targets.ts';
import { docsRoutes } from './docs/routes.ts';
import { createEvents } from './events/events.ts';
import { createFraud } from './fraud/fraud.ts';
import { fraudRoutes } from './fraud/routes.ts';
import { createAddresses } from './http/address.ts';
import { createEndpoint, describe, refused } from './http/endpoint.ts';
import { createNotFound } from './http/not-found.ts';
import { createRequests } from './http/requests.ts';
import { createIdempotency } from './idempotency/idempotency.ts';
import { createKeyedWrite } from './idempotency/keyed-write.ts';
import { createKeyPurge } from './idempotency/purge.ts';
import { createIncidentRoom } from './incidents/room.ts';
import { createLimits } from './limits/limits.ts';
import { createMerchantCalls } from './merchant-calls.ts';
import { createMerchants } from './merchants/merchants.ts';
import { merchantRoutes } from './merchants/routes.ts';
import { createCounts } from './metrics/counts.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { createNonRetention } from './non-retention/non-retention.ts';
import { nonRetentionRoutes } from './non-retention/routes.ts';
import { createNotices } from './notices/notices.ts';
import { createMailOutbox } from './notices/outbox.ts';
import { upstreamNoticeRoutes } from './notices/routes.ts';
import { createRunningPolicy, type PolicyRead, type Reloaded } from './policy/reload.ts';
import { policyRoutes } from './policy/routes.ts';
import type { Policy } from './policy/schema.ts';
import type { Clock, Entropy, Fetch, Log, Mail, Random, Resolve, Secrets, Shared, Store } from './ports.ts';
import { createEscottFile } from './reconciliation/escott-file.ts';
import { createGmoPgFile } from './reconciliation/gmo-pg-file.ts';
import { reconciliationRoutes } from './reconciliation/routes.ts';
import { createReconciliations } from './reconciliation/service.ts';
import { inFlightMs } from './settling/attempt.ts';
import { createSettler } from './settling/settler.ts';
import { createStatusFeed } from './status-feed/status-feed.ts';
import { createSteadyClock } from './steady-clock.ts';
import { createThreeDSecureRoom } from './three-d-secure/room.ts';
import { createUpstreamRoom } from './upstream/room.ts';
import { stillWorks } from './upstream/still-works.ts';
import { createRotations } from './vault/rotation.ts';
import { vaultRoutes } from './vault/routes.ts';
import { createVault } from './vault/vault.ts';

export { GatewayConfig } from './config.ts';
export { createFraud, type FraudRoom, readRules } from './fraud/fraud.ts';
export { createDetector } from './incidents/detector.ts';
export { leastDelayMs } from './incidents/thresholds.ts';
export { Policy } from './policy/schema.ts';
export { createLiveResolve } from './resolve.ts';
export { createInProcessShared, type InProcessShared } from './shared/in-process.ts';
export { openSqliteStore, type SqliteStore } from './store/sqlite.ts';

/** The live fetch, for whoever hosts a gateway: loaded when it is asked for, because it brings a client along. */
export const loadLiveFetch = async (): Promise<Fetch> => (await import('./fetch.ts')).createLiveFetch();

export interface GatewayDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly resolve: Resolve;
  readonly store: Store;
  readonly log: Log;
  readonly policy: Policy;
  readonly config: GatewayConfig;
  /** What several instances count together; absent: this one counts for itself. */
  readonly shared?: Shared;
  /** Letters to merchants; absent: they stay in memory, and the operator's page shows them. */
  readonly mail?: Mail;
  /** Reads the policy again from where it came from; absent: it stays what it is. */
  readonly readPolicy?: () => PolicyRead;
  /** Data of the fraud rules' file when it has changed since the last look; absent: the policy's rules run. */
  readonly fraudRules?: () => { readonly data: unknown } | null;
  /** Where master keys are read from while it runs; `config` when absent. */
  readonly secrets?: Secrets;
}

/** What we call ourselves, as far as we are told: no merchant may point us there. */
const ownHosts = ({ acquirers, statusPage, threeDSecure }: GatewayConfig): string[] =>
  [
    ...acquirers.flatMap(({ baseUrl, contactUrl }) => [baseUrl, contactUrl]),
    statusPage === null ? null : statusPage.url,
    threeDSecure === null ? null : threeDSecure.publicUrl,
  ].flatMap((url) => (url === null ? [] : [hostAndPort(url)]));

export interface Gateway {
  readonly app: Hono;
  /** Takes the policy as it is written now, or refuses it and stays as it is (`policy/reload.ts`). */
  reloadPolicy(): Reloaded;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const createGateway = (deps: GatewayDeps): Gateway => {
  const { random, entropy, fetch, store, log, config } = deps;
  const clock = createSteadyClock(deps.clock, log);
  const runningPolicy = createRunningPolicy({
    policy: deps.policy,
    read: deps.readPolicy,
    log,
    onApplied: (applied) => limits.apply(applied.limits),
    readRules: () => fraud.faultsOfFile(),
    onRules: (rules) => fraud.policyRules(rules),
  });
  const { policy } = runningPolicy;
  const { instanceId } = config;
  const wallMs = (): number => clock.wallMs();

  const counts = createCounts();
  const requests = createRequests({ clock, entropy, log, counts, instanceId, logRequests: config.logRequests });
  /** Between `start` and `stop`. */
  let running = false;
  const merchants = createMerchants({ store, clock, entropy, sealingKey: config.hashKey });
  const limits = createLimits({
    clock,
    log,
    policy,
    shared: deps.shared,
    instances: config.instances,
    instanceId,
    standing: {
      shareOf: (merchantId) => abuse.shareOf(merchantId),
      mayBorrow: (merchantId) => abuse.mayBorrow(merchantId),
    },
  });
  const targets = createTargets({ resolve: deps.resolve, targets: config.webhookTargets, own: ownHosts(config) });
  const outbox = deps.mail === undefined ? createMailOutbox(clock) : null;
  const deliveries = createDeliveries({
    mail: deps.mail ?? outbox?.mail,
    mailFrom: config.mailFrom,
    clock,
    entropy,
    fetch,
    log,
    store,
    instanceId,
    lookEveryMs: config.lookEveryMs,
    targets,
    webhook: (id) => merchants.webhook(id),
    onTried: (row, delivered) => incidentRoom.tried(row, delivered),
  });
  const events = createEvents({ clock, entropy, deliveries });
  const secrets = deps.secrets ?? {
    masterKeys: () => ({ current: config.masterKey, old: config.masterKeysOld }),
  };
  const vault = createVault({ secrets, fingerprintKey: config.hashKey, entropy });
  const rotations = createRotations({ clock, entropy, log, store, vault, instanceId });
  const idempotency = createIdempotency({
    owner: instanceId,
    hashKey: config.hashKey,
    wallMs,
    leaseMs: inFlightMs(policy.upstream),
  });
  const keyPurge = createKeyPurge({ clock, log, store, retentionMs: config.keyRetentionMs });
  const book = createBook({ clock, log, events, instanceId, inFlightMs: inFlightMs(policy.upstream) });

  const {
    board,
    upstreams,
    probe,
    close: closeRoutes,
  } = createUpstreamRoom({
    clock,
    random,
    fetch,
    log,
    policy,
    config,
    shared: deps.shared,
    pace: limits.outbound.take,
    isAbuser: (merchantId) => abuse.isAbuser(merchantId),
    outcome: (seen) => incidentRoom.seen(seen),
    ended: counts.asked,
    counted: (merchantId, acquirer) => abuse.attempted(merchantId, acquirer),
    onChange(change) {
      incidents.breakerChanged(change);
      if (change.to === 'open' && board.isAway(change.acquirer)) settler.rest(change.acquirer);
    },
    overrideOf: (acquirer) => overrides.of(acquirer),
    onFirstGoodProbe(acquirer) {
      void settler.wake(acquirer);
      void scheduler.retry();
    },
  });
  const overrides = createOverrides({
    clock,
    log,
    store,
    lookEveryMs: config.lookEveryMs,
    onChange(acquirer, state) {
      incidents.reconsider(acquirer);
      if (state !== 'open') void settler.wake(acquirer);
    },
  });
  const settler = createSettler({
    clock,
    log,
    store,
    policy,
    book,
    upstreams,
    merchants,
    idempotency,
    deliveries,
    instanceId,
    lookEveryMs: config.lookEveryMs,
    onSettled: (acquirer) => incidents.reconsider(acquirer),
  });
  const reconciliations = createReconciliations({
    clock,
    entropy,
    log,
    store,
    upstreams,
    files: new Map(
      config.acquirers.map((account) => {
        const over = { fetch, timeoutMs: policy.upstream.timeoutMs.inquiry };
        const file = account.dialect === 'escott' ? createEscottFile(account, over) : createGmoPgFile(account, over);
        return [account.id, file];
      }),
    ),
    instanceId,
    daily: config.dailyReconciliation,
  });
  const feed =
    config.statusPage === null
      ? null
      : createStatusFeed({ clock, fetch, log, instanceId, settings: config.statusPage });

  const notices = createNotices({
    clock,
    entropy,
    merchants,
    deliveries,
    acquirers: config.acquirers,
    statusPageUrl: config.publicStatusUrl,
  });
  /** A notice that cannot even be stored is a fault of ours; it must not take the incident with it. */
  const send = (what: string, sending: Promise<void>): void => {
    sending.catch((reason: unknown) => log.error({ event: 'notice.broke', what, reason: describe(reason) }));
  };
  const known = new Set(config.acquirers.map(({ id }) => id));
  const incidentRoom = createIncidentRoom({
    clock,
    entropy,
    fetch,
    log,
    store,
    policy,
    config,
    deliveries,
    feed,
    evidence: (acquirer) => ({ breakers: board.worst(acquirer), unknownsOpen: settler.unknownsOpen(acquirer) }),
    stillWorks: () => stillWorks(board.snapshot(), [...known]),
    probe: (acquirer) => probe(acquirer, '-'),
    counts: (acquirer) => abuse.counts(acquirer),
    async notifyAffected(view, merchantIds) {
      const missed = await notices.incident(view, merchantIds);
      if (missed.length > 0) log.error({ event: 'notice.broke', what: 'incident', merchants: missed.length });
      return missed;
    },
  });
  const { incidents } = incidentRoom;
  const abuse = createAbuse({
    clock,
    log,
    policy,
    tellMerchant: (merchantId, facts) => send('abuse', notices.abuse(merchantId, facts)),
    tellUpstream: (counts) => send('upstream', notices.upstream(counts)),
    instances: config.instances,
    onMoved: (held, from) => holds.moved(held, from),
    onFound: (merchantId) => incidents.abuser(merchantId, true),
    onQuiet: (merchantId) => incidents.abuser(merchantId, false),
  });
  const holds = createHolds({
    clock,
    log,
    store,
    merchants,
    events,
    deliveries,
    abuse: () => abuse,
    instanceId,
    lookEveryMs: config.lookEveryMs,
  });

  const app = new Hono();
  // What is asked seldom; the calls of the API mark themselves, without a chain of handlers.
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs/*', '/statements'])
    app.use(path, requests.marked);
  for (const path of ['/v2/pay.js', '/v1/pay.js', '/checkout.js', '/browser/*']) app.use(path, requests.marked);
  for (const path of ['/admin/*', '/upstream/*', '/console', '/console/*']) app.use(path, requests.marked);
  const compliance = createComplianceRoom({
    clock,
    entropy,
    log,
    store,
    policy,
    merchants,
    events,
    deliveries,
    notices,
    send,
    config,
    acquirers: [...known],
  });
  const nonRetention = createNonRetention({
    clock,
    log,
    store,
    policy: policy.nonRetention,
    directTokens: config.directTokens,
    createToken: (call) => calls.tokens.create(call),
  });
  const volume = createVolume(clock);
  const contact = createContactLog();
  const endpoint = createEndpoint({
    log,
    merchants,
    limiter: limits.limiter,
    requests,
    addresses: createAddresses(config.trustedProxies),
    onRefused(merchantId, by, mode) {
      counts.turnedAway(by);
      if (merchantId === null) return;
      abuse.refused(merchantId, mode);
      volume.limited(merchantId, mode);
    },
    onAnswered(merchantId, mode, method, status) {
      abuse.answered(merchantId, mode, method, status);
      volume.answered(merchantId, mode, status);
    },
    stoppedForMs() {
      const untilMs = incidentRoom.apiStoppedUntilMs();
      return untilMs === null ? null : untilMs - clock.wallMs();
    },
    onServed(merchantId, broken) {
      if (broken) settler.broke();
      incidentRoom.served(merchantId, broken);
    },
    heldBecause: abuse.heldBecause,
    cardNumbers: nonRetention,
    clock,
    deadline: policy.upstream.deadline,
  });
  const fraud = createFraud({
    clock,
    random,
    entropy,
    log,
    store,
    numbers: policy.fraud,
    fingerprint: (pan) => vault.fingerprint(pan),
    testCards: testCards.keys(),
    dialectOf: (acquirer) => config.acquirers.find(({ id }) => id === acquirer)?.dialect ?? 'escott',
    rulesFile: deps.fraudRules,
    shared: config.lookEveryMs !== null,
  });
  const threeDSecure = createThreeDSecureRoom({
    clock,
    entropy,
    fetch,
    log,
    store,
    merchants,
    vault,
    requests,
    write: createKeyedWrite({ store, deliveries, idempotency }),
    config: config.threeDSecure,
    hashKey: config.hashKey,
    addressOf: createAddresses(config.trustedProxies).of,
    incidents: () => incidents,
  });
  const calls = createMerchantCalls({
    clock,
    entropy,
    log,
    store,
    policy,
    config,
    merchants,
    vault,
    idempotency,
    events,
    deliveries,
    book,
    upstreams,
    settler,
    fraud,
    compliance,
    threeDSecure,
    incidentRoom,
  });
  const { scheduler, closings } = calls;
  metricsRoutes(app, {
    counts,
    store,
    clock,
    running: () => running,
    tokens: [config.adminToken, ...(config.metricsToken === null ? [] : [config.metricsToken])],
    acquirers: config.acquirers.map(({ id }) => id),
    breaker: (acquirer) => board.worst(acquirer),
    unknownsOpen: (acquirer) => settler.unknownsOpen(acquirer),
    shared: limits.sharing.state,
    held: abuse.held,
  });
  calls.routes(app, endpoint);
  reconciliationRoutes(app, { reconciliations, acquirers: [...known], wallMs, adminToken: config.adminToken });
  fraudRoutes(app, { fraud, store, wallMs, adminToken: config.adminToken });
  vaultRoutes(app, { rotations, vault, adminToken: config.adminToken });
  policyRoutes(app, { running: runningPolicy, adminToken: config.adminToken });
  abuseRoutes(app, { abuse, merchants, log, adminToken: config.adminToken });
  merchantRoutes(app, {
    merchants,
    targets,
    adminToken: config.adminToken,
    onPaused: (merchantId) => incidents.blocked(merchantId, true),
    onResumed(merchantId, how) {
      abuse.override(merchantId, how === 'by_ramp' ? 'ramping' : 'clear');
      incidents.blocked(merchantId, false);
    },
  });
  const deadLetters = createDeadLetters({ store, clock, instanceId, deliveries });
  deliveryRoutes(app, { deadLetters, adminToken: config.adminToken });
  incidentRoom.routes(app);
  upstreamNoticeRoutes(app, {
    incidents,
    log,
    token: config.upstreamToken,
    acquirers: [...known],
    onNoticed: contact.heard,
  });
  compliance.routes(app);
  nonRetentionRoutes(app, { store, clock, adminToken: config.adminToken, nonRetention, notices });
  consoleRoom(app, {
    clock,
    entropy,
    log,
    store,
    config,
    merchants,
    incidentRoom,
    board,
    overrides,
    abuse,
    fraud,
    settler,
    deliveries,
    deadLetters,
    compliance,
    nonRetention,
    volume,
    contact,
    outbox,
  });
  docsRoutes(app);
  browserRoutes(app, { entropy });
  const notFound = createNotFound(app.routes);
  app.notFound((context) => requests.unrouted(context, refused(notFound(context.req.method, context.req.path))));

  return {
    app,
    reloadPolicy: runningPolicy.reload,
    async start() {
      await deliveries.start();
      await overrides.start();
      await settler.start();
      await scheduler.start();
      await closings.start();
      await fraud.start();
      await threeDSecure?.start();
      await keyPurge.start();
      await rotations.start();
      await reconciliations.start();
      await holds.start();
      feed?.start();
      await incidentRoom.start();
      running = true;
    },
    async stop() {
      running = false;
      feed?.stop();
      incidentRoom.stop();
      abuse.close();
      limits.close();
      board.close();
      overrides.stop();
      closeRoutes();
      upstreams.close();
      keyPurge.stop();
      scheduler.stop();
      closings.stop();
      await rotations.stop();
      await reconciliations.stop();
      await holds.stop();
      await nonRetention.records.flush();
      await compliance.flush();
      await fraud.stop();
      await settler.stop();
      await deliveries.stop();
    },
  };
};
