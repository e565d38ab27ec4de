/**
 * One world: a gateway, two acquirers and a status page of its own, on a clock of its own, wired up
 * inside the process. It opens no port; the fronts bring requests to it.
 */
import { createHash } from 'node:crypto';
import { createAcquirer, createThreeDSecure } from '../../acquirer-sim/app.ts';
import { createGateway, createLiveResolve, GatewayConfig, openSqliteStore, type Policy } from '../../gateway/app.ts';
import type { Entropy, Fetch, Log } from '../../gateway/ports.ts';
import { createMemoryPageStore, createStatusPage, type PageStore } from '../../gateway/status-page/app.ts';
import { createRandom } from '../stage/random.ts';
import { SandboxClock } from './clock.ts';
import { defaultWorld, type Identity, keyedEntropy } from './identity.ts';
import type { Addresses } from './ports.ts';
import type { RealTime } from './real-world.ts';
import { createWires, hosts, type Served } from './wires.ts';

export const acquirerIds = ['escott', 'gmo'] as const;
export type AcquirerId = (typeof acquirerIds)[number];

/** Where a world's merchant and shop hear of things, if anywhere. */
export interface Receivers {
  readonly webhookUrl: string | null;
  /** GMO-PG's result notifications. */
  readonly resultUrl: string | null;
}

/** What a world is beside the programs: kept when the sandbox keeps state. */
export interface WorldFacts {
  readonly identity: Identity;
  /** Name or file of its policy. */
  readonly policy: string;
  readonly receivers: Receivers;
}

/** What a world remembers across a restart. Absent: it is new, or forgets with the process. */
export interface WorldMemory {
  readonly aheadMs: number;
  /** What each acquirer's `GET /sim/v1/snapshot` said. */
  readonly snapshots: Readonly<Partial<Record<AcquirerId, string>>>;
}

export interface WorldDeps {
  readonly real: RealTime;
  readonly entropy: Entropy;
  readonly outside: Fetch;
  readonly log: Log;
  /** Keys of the vault and of fingerprints follow from it; the same after a restart. */
  readonly secret: Uint8Array;
  readonly policy: Policy;
  /** SQLite location of the gateway's store. */
  readonly location: string;
  readonly pageStore?: PageStore;
  readonly memory?: WorldMemory;
  /** Where browsers reach the ports. */
  readonly addresses: Addresses;
}

/**
 * Where a browser reaches a world's own program. It comes back to these addresses by itself and can name no
 * world, so theirs has a name of its own: `w12345678.localhost`, which browsers take for this machine.
 */
const addressOf = (world: string, address: string): string =>
  world === defaultWorld ? address : address.replace('//127.0.0.1', `//${world}.localhost`);

/** What operators present to the gateway, and the status page's writers to it: loopback only, and printed. */
export const adminToken = 'sandbox-admin-token';
const upstreamToken = 'sandbox-upstream-token';
const feedSecret = 'sandbox-feed-secret';

const dayMs = 86_400_000;
/**
 * A process that dies takes its status page with it, so beats and probes have little to find here, and
 * a jump of a year would be 6 million of them. Facts and incidents are told at once all the same.
 */
const beatEveryMs = 7 * dayMs;

/** Quick, but not nothing: an answer that comes before its request has left hides races. */
const service = { mean: 2, sigma: 0.3 };
const capacity = {
  workers: 64,
  queueMax: 500,
  serviceMs: { check: service, authorise: service, capture: service, change: service, void: service, search: service },
  listingLagMaxMs: 500,
};

/** The tenant of either acquirer that the gateway is, and the one that a developer's own client is. */
export const tenants = { gateway: 'gateway', direct: 'direct' } as const;
const gatewayAt = {
  escott: { merchantId: 'GATEWAY01', merchantPass: 'gatewaypass', tenantId: '0001' },
  gmo: { shopId: 'tshopgateway1', shopPass: 'gateway001' },
} as const;

export interface World extends WorldFacts {
  readonly id: string;
  readonly clock: SandboxClock;
  readonly gateway: Served;
  readonly statusPage: Served;
  readonly acquirers: Readonly<Record<AcquirerId, Served>>;
  /** The directory server and the issuers' ACS. */
  readonly threeDSecure: Served;
  /** A call inside: path and what `fetch` takes. */
  ask(host: keyof typeof hosts, path: string, init?: RequestInit): Promise<Response>;
  /** Whether its GMO-PG handed out this AccessID: some calls name nothing else. */
  hasAccess(accessId: string): boolean;
  /** What must be kept of it, now. */
  remember(): Promise<WorldMemory>;
  close(): Promise<void>;
}

/** The gateway does not take such a merchant: an address it would not post to. */
export class WorldRefusedError extends Error {
  override readonly name = 'WorldRefusedError';
}

const keyFrom = (secret: Uint8Array, ...names: readonly string[]): Uint8Array =>
  new Uint8Array(createHash('sha256').update(secret).update(JSON.stringify(names)).digest());

/** Builds and starts a world. Takes milliseconds once the programs are loaded. */
export const openWorld = async (facts: WorldFacts, deps: WorldDeps): Promise<World> => {
  const { identity, receivers } = facts;
  const { id } = identity;
  const { log, memory } = deps;
  const clock = new SandboxClock(deps.real, {
    aheadMs: memory?.aheadMs ?? 0,
    onError: (error) => log.error({ event: 'sandbox.timer-broke', world: id, reason: String(error) }),
  });
  const served = new Map<string, Served>();
  const fetch = createWires({ clock, find: (host) => served.get(host), outside: deps.outside });
  const random = createRandom(Buffer.from(deps.secret).toString('hex'), id);
  const acquirer = (which: AcquirerId, config: Parameters<typeof createAcquirer>[0]['config']) => {
    const clockControl = { advance: async (ms: number) => void (await clock.advance(ms)) };
    const made = { clock, random: random.fork(which), fetch, log, config, clockControl };
    return createAcquirer(made);
  };

  const notices = {
    noticeUrl: `http://${hosts.gateway}/upstream/notices`,
    disputeUrl: `http://${hosts.gateway}/upstream/disputes`,
    noticeToken: upstreamToken,
  };
  const escott = acquirer('escott', {
    id: 'escott',
    dialect: 'escott',
    capacity,
    tenants: [
      { id: tenants.gateway, ...gatewayAt.escott, ...notices },
      { id: tenants.direct, ...identity.escott },
    ],
  });
  const { siteId, sitePass, ...shop } = identity.gmoPg;
  const gmo = acquirer('gmo', {
    id: 'gmo',
    dialect: 'gmo-pg',
    capacity,
    tenants: [
      { id: tenants.gateway, ...gatewayAt.gmo, ...notices },
      {
        id: tenants.direct,
        ...shop,
        site: { siteId, sitePass },
        ...(receivers.resultUrl === null ? {} : { resultUrl: receivers.resultUrl }),
      },
    ],
  });

  const publicUrl = addressOf(id, deps.addresses.gateway);
  const threeDSecure = createThreeDSecure({
    clock,
    random: random.fork('tds'),
    fetch,
    log,
    config: { publicUrl: addressOf(id, deps.addresses.acs), serviceMs: service },
  });

  const store = openSqliteStore({ location: deps.location });
  const gateway = createGateway({
    clock,
    random: random.fork('gateway'),
    entropy: keyedEntropy(deps.entropy, identity),
    fetch,
    resolve: createLiveResolve(),
    store,
    log,
    policy: deps.policy,
    config: GatewayConfig.parse({
      instanceId: 'sandbox',
      acquirers: [
        { id: 'escott', dialect: 'escott', baseUrl: `http://${hosts.escott}`, ...gatewayAt.escott },
        { id: 'gmo', dialect: 'gmo-pg', baseUrl: `http://${hosts.gmo}`, ...gatewayAt.gmo },
      ],
      adminToken,
      upstreamToken,
      statusPage: { url: `http://${hosts.status}`, secret: feedSecret, beatEveryMs },
      masterKey: keyFrom(deps.secret, 'vault', id),
      hashKey: keyFrom(deps.secret, 'fingerprints', id),
      directTokens: 'relaxed',
      // A developer's receiver is on this machine, whichever keys its events are about.
      webhookTargets: 'stage',
      threeDSecure: { directoryServerUrl: `http://${hosts.acs}`, publicUrl },
    }),
  });
  const statusPage = createStatusPage({
    clock,
    fetch,
    log,
    store: deps.pageStore ?? createMemoryPageStore(),
    config: {
      title: identity.name,
      feedSecret,
      adminToken,
      probeUrl: `http://${hosts.gateway}/healthz`,
      probeEveryMs: beatEveryMs,
      beatEveryMs,
    },
  });
  served.set(hosts.gateway, gateway).set(hosts.escott, escott).set(hosts.gmo, gmo).set(hosts.status, statusPage);
  served.set(hosts.acs, threeDSecure).set(new URL(publicUrl).host, gateway);

  const ask: World['ask'] = async (host, path, init) => {
    const program = served.get(hosts[host]);
    if (program === undefined) throw new Error(`nobody answers at ${host}`);
    return program.app.fetch(new Request(`http://${hosts[host]}${path}`, init ?? {}));
  };

  const close = async (): Promise<void> => {
    await gateway.stop();
    await statusPage.stop();
    await Promise.all([escott.stop(), gmo.stop(), threeDSecure.stop()]);
    clock.close();
    store.close();
  };

  for (const which of acquirerIds) {
    const body = memory?.snapshots[which];
    if (body === undefined) continue;
    const reply = await ask(which, '/sim/v1/snapshot', { method: 'PUT', body });
    if (!reply.ok) throw new Error(`world ${id}: ${which} does not take its snapshot back: ${await reply.text()}`);
  }
  await Promise.all([escott.start(), gmo.start(), statusPage.start(), threeDSecure.start()]);
  await gateway.start();
  const made = await ask('gateway', '/admin/v1/merchants', {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ id: identity.merchantId, name: identity.name, webhookUrl: receivers.webhookUrl }),
  });
  if (!made.ok) {
    const { error } = (await made.json()) as { error: { code?: string; message: string } };
    if (error.code !== 'already_exist_id') {
      await close();
      throw new WorldRefusedError(error.message);
    }
  }

  return {
    ...facts,
    id,
    clock,
    gateway,
    statusPage,
    acquirers: { escott, gmo },
    threeDSecure,
    ask,
    hasAccess: (accessId) => gmo.hasAccess?.(accessId) ?? false,
    async remember() {
      const snapshots: Partial<Record<AcquirerId, string>> = {};
      for (const which of acquirerIds) {
        const reply = await ask(which, '/sim/v1/snapshot');
        if (reply.ok) snapshots[which] = await reply.text();
      }
      return { aheadMs: clock.aheadMs(), snapshots };
    },
    close,
  };
};
