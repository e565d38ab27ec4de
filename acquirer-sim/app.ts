/**
 * The door: one acquirer, one dialect, as a function of what it is given.
 *
 * Nothing here opens a socket or reads a clock of its own; the same program runs on the virtual
 * stage and behind a real port (`main.ts`).
 */
import { Hono } from 'hono';
import { createFront } from './capacity/front.ts';
import { createStation, type SavedStation } from './capacity/station.ts';
import { AcquirerConfig, type AcquirerConfigInput } from './config.ts';
import { createContact } from './contact/routes.ts';
import { createChanges } from './control/changes.ts';
import { SIMULATOR } from './control/operation.ts';
import { BASE, createControl } from './control/routes.ts';
import { createSnapshots } from './control/snapshot.ts';
import { createDisputes } from './disputes/disputes.ts';
import { createEscott } from './escott/routes.ts';
import { ofOrder, ofTransaction } from './faults/acquaintance.ts';
import { readAsked, type SocketEnvironment } from './faults/asked.ts';
import { createFaults, type Faults, type Serve } from './faults/faults.ts';
import { createFaultRoutes } from './faults/routes.ts';
import { isAcquirers } from './faults/subject.ts';
import { createGmoPg } from './gmo-pg/routes.ts';
import { createDoors } from './injections/doors.ts';
import { createInjections, tenantOf } from './injections/engine.ts';
import { announce, createKinds } from './injections/kinds.ts';
import { createLevels } from './injections/levels.ts';
import { createIssuers } from './issuers/issuers.ts';
import { createEntrance } from './journal/entrance.ts';
import { createJournal } from './journal/journal.ts';
import { createLedger } from './ledger/ledger.ts';
import type { NoticeTarget } from './operators/notices.ts';
import { createOperators } from './operators/office.ts';
import type { Clock, Fetch, Log, Random } from './ports.ts';
import { type StatePart, type StateParts, TakenBack } from './state.ts';
import { createBlocklist } from './tenants/addresses.ts';
import { createBackground } from './tenants/background.ts';
import { createTenants, type Tenant } from './tenants/tenant.ts';

export { AcquirerConfig, type AcquirerConfigInput } from './config.ts';
export {
  type EncryptKeys,
  encryptKeysOf,
  opened as openedValue,
  sealed as sealedValue,
} from './escott/encrypt-value.ts';
export { type Departure, departureOf } from './faults/departure.ts';
export { kinds as acquirerFaultKinds } from './faults/kinds/index.ts';
export { FaultRule, type FaultRuleInput } from './faults/rule.ts';
export { onSockets } from './faults/sockets.ts';
export { type TestAmount, type TestCard, testAmounts, testCards } from './issuers/test-cards.ts';
export type { LedgerRow } from './ledger/ledger.ts';
export { threeDSecureCards } from './three-d-secure/cards.ts';
export { ThreeDSecureConfig, type ThreeDSecureConfigInput } from './three-d-secure/config.ts';
export { TdsFaultRule, type TdsFaultRuleInput, tdsFaultKinds } from './three-d-secure/faults/fault.ts';
export { createThreeDSecure, type ThreeDSecure } from './three-d-secure/three-d-secure.ts';

export interface AcquirerDependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** For the operators' notices and the results of trades. */
  readonly fetch: Fetch;
  readonly log: Log;
  /** Checked again here; throws a `ZodError` that names the place. */
  readonly config: AcquirerConfigInput;
  /** Moves the clock and runs what falls due, in order: a sandbox has one (`POST /sim/v1/clock/advance`). */
  readonly clockControl?: { advance(ms: number): Promise<void> } | undefined;
}

export interface Acquirer {
  readonly app: Hono;
  /** The rules that are set, with their counts. */
  readonly faults: Pick<Faults, 'set' | 'list' | 'clear' | 'totals' | 'state'>;
  /** Whether this AccessID was handed out here (GMO-PG): some calls name nothing else. */
  hasAccess(accessId: string): boolean;
  /** Lets the background traffic and the operators begin. */
  start(): Promise<void>;
  /** Ends them. Jobs in service still finish, as an acquirer's do. */
  stop(): Promise<void>;
}

type Account = AcquirerConfig['tenants'][number];

/** The fields by which a tenant says who it is. */
const credentialsOf = (account: Account | undefined): Record<string, string> => {
  if (account === undefined) return {};
  if ('shopId' in account) return { ShopID: account.shopId, ShopPass: account.shopPass };
  return { MerchantId: account.merchantId, MerchantPass: account.merchantPass };
};

export const createAcquirer = (deps: AcquirerDependencies): Acquirer => {
  const { clock, random, log } = deps;
  const config = AcquirerConfig.parse(deps.config);
  const { capacity } = config;

  const issuers = createIssuers();
  const ledger = createLedger(issuers.booked);
  const tenants = createTenants(
    clock,
    config.tenants.map((tenant) => tenant.id),
  );
  const station = createStation(clock, capacity, {
    overflowing: () => log.info({ event: 'queue.overflowing', acquirer: config.id }),
    calm: () => log.info({ event: 'queue.calm', acquirer: config.id }),
  });
  const listingStation = createStation(clock, {
    workers: capacity.listingWorkers,
    queueMax: capacity.listingQueueMax,
    slowdown: capacity.slowdown,
  });
  const blocklist = createBlocklist();
  const doors = createDoors(station, blocklist);
  const front = createFront(clock, station, capacity.serviceMs, doors);
  const background = createBackground(clock, random, front, capacity.serviceMs.authorise, tenants);
  const traffic = config.background.map(
    ({ id, ratePerSecond, sources }) => [id, { ratePerSecond, sources: sources ?? null }] as const,
  );
  const levels = createLevels({
    station,
    listingStation,
    tenants,
    background,
    initial: { capacity: station.settings, traffic: new Map(traffic) },
  });

  const noticeTarget = (id: string): NoticeTarget | undefined => {
    const account = config.tenants.find((tenant) => tenant.id === id);
    if (account?.noticeUrl === undefined) return undefined;
    return { tenant: id, url: account.noticeUrl, token: account.noticeToken ?? null };
  };
  const disputes = createDisputes({
    acquirer: config.id,
    clock,
    fetch: deps.fetch,
    log,
    ledger,
    targetOf(id) {
      const account = config.tenants.find((tenant) => tenant.id === id);
      if (account?.disputeUrl === undefined) return undefined;
      return { url: account.disputeUrl, token: account.noticeToken ?? null };
    },
  });
  const operators = createOperators({
    acquirer: config.id,
    clock,
    fetch: deps.fetch,
    log,
    tenants: {
      ...tenants,
      cap: (tenant, ratePerSecond) => levels.setCap(tenant, ratePerSecond),
      lift: (tenant) => levels.setCap(tenant, null),
    },
    settings: config.operators,
    noticeTarget,
    block: (tenant, addresses) => blocklist.blockSources(tenant.id, addresses),
  });
  const injections = createInjections(clock, createKinds({ clock, levels, doors, blocklist, tenants }), (id, kind) =>
    log.info({ event: 'injection.ended', acquirer: config.id, id, kind }),
  );
  /** By its id here, or by the id it has on the wire. */
  const findTenant = (name: string): Tenant | undefined => {
    const account = config.tenants.find((tenant) => ('shopId' in tenant ? tenant.shopId : tenant.merchantId) === name);
    return tenants.get(account?.id ?? name);
  };

  const app = new Hono();
  const journal = createJournal(config.journal);
  const entrance = createEntrance({
    clock,
    journal,
    blocklist,
    tenantOf: findTenant,
    orderOf: (fields) => gmoPg?.orderOf(fields)?.orderId,
    isWatchedOutside: () => !faults.isIdle,
  });
  app.use(entrance.middleware);
  app.route('/', createContact(findTenant, operators));
  const faults = createFaults({
    clock,
    random,
    capacity: () => station.settings,
    layCapacity: levels.layCapacity,
    liftCapacity: levels.liftCapacity,
    queued: () => station.queued,
    tenantOf: (wireId) => findTenant(wireId)?.id,
    credentialsOf: (id) => credentialsOf(config.tenants.find((tenant) => tenant.id === id)),
  });
  const control = new Hono();
  control.route('/', createFaultRoutes(faults, config.controlToken));
  const gmoPg =
    config.dialect === 'gmo-pg'
      ? createGmoPg({ clock, random, fetch: deps.fetch, log, front, ledger, issuers, tenants, config })
      : null;
  if (gmoPg !== null) app.route('/', gmoPg.app);
  const escott =
    config.dialect === 'escott'
      ? createEscott({
          clock,
          random,
          fetch: deps.fetch,
          log,
          front,
          station,
          listingStation,
          ledger,
          issuers,
          tenants,
          config,
        })
      : null;
  if (escott !== null) app.route('/', escott.app);
  faults.acquaint(
    (fields) => ofOrder(gmoPg?.orderOf(fields)) ?? ofTransaction(escott?.transactionOf(fields)),
    gmoPg?.forgetOrder,
  );
  const parts: StateParts = {
    levels: levels.state,
    tenants: tenants.state,
    queue: {
      save: station.save,
      load: (saved: SavedStation) => station.load(saved, (job) => front.revive(tenants.ensure(job.tenant), job)),
      reset: station.takeBack,
    } satisfies StatePart<SavedStation>,
    traffic: background.state,
    addresses: blocklist.state,
    operators: operators.state,
    issuers: issuers.state,
    ledger: ledger.state,
    disputes: disputes.state,
    ...gmoPg?.state,
    ...escott?.state,
    faults: faults.state,
    injections: injections.state,
  };
  const inject = (tenant: string | null): void => {
    for (const { id, ...injection } of config.injections) {
      if (tenant === null || tenantOf(injection) === tenant) injections.put(id, injection);
    }
  };
  /** The rules of the file act from the start: what is restored before it has rules of its own. */
  const setRules = (tenant: string | null): void => {
    for (const rule of config.faults) {
      const { tenants: named } = rule.select;
      if (tenant === null || (named?.length === 1 && named[0] === tenant)) faults.set(rule);
    }
  };
  let wasRestored = false;
  inject(null);
  control.route(
    '/',
    createControl({
      acquirer: config.id,
      clock,
      clockControl: deps.clockControl,
      station,
      tenants,
      background,
      levels,
      injections,
      faults,
      ledger,
      journal,
      operators,
      disputes,
      changes: createChanges(),
      snapshots: createSnapshots({
        acquirer: config.id,
        dialect: config.dialect,
        parts,
        wallMs: () => clock.wallMs(),
        awaited: () => station.awaited(),
        together(load) {
          levels.together(load);
          wasRestored = true;
        },
      }),
      reset(tenant) {
        levels.together(() => {
          for (const part of Object.values(parts)) part.reset(tenant);
        });
        journal.reset(tenant);
        inject(tenant);
        setRules(tenant);
      },
      controlToken: config.controlToken,
    }),
  );
  app.route(BASE, control);
  app.notFound((c) => c.text('404 Not Found\n', 404, { 'breakwater-decided-by': 'acquirer' }));
  app.onError((error, c) => {
    // Neither may pass for an acquirer's answer: they have statuses and a header of their own.
    if (error instanceof TakenBack) {
      return c.json({ error: { path: c.req.path, reason: error.message } }, 503, { [SIMULATOR]: 'taken-back' });
    }
    log.error({ event: 'simulator.failed', acquirer: config.id, path: c.req.path, reason: error.message });
    const fault = { path: c.req.path, reason: 'the simulator itself failed' };
    return c.json({ error: fault }, 500, { [SIMULATOR]: 'failed' });
  });

  // Around the routes rather than among them: a run without rules passes one comparison.
  const unhindered = app.fetch;
  app.fetch = (request, ...rest) =>
    faults.isIdle || !isAcquirers(request.url)
      ? unhindered(request, ...rest)
      : readAsked(request, rest[0] as SocketEnvironment).then((asked) =>
          entrance.around(asked, rest[0], () => faults.serve(unhindered as Serve, asked, rest)),
        );

  return {
    app,
    faults,
    hasAccess: (accessId) => gmoPg?.hasAccess(accessId) ?? false,
    async start() {
      operators.start();
      background.start();
      injections.start();
      if (!wasRestored) {
        setRules(null);
        for (const view of injections.list()) announce(operators, tenants.all(), view);
      }
    },
    async stop() {
      faults.stop();
      injections.stop();
      background.stop();
      operators.stop();
      disputes.stop();
      gmoPg?.stop();
    },
  };
};
