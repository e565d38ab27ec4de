/**
 * A gateway and two acquirers on loopback sockets, for clients that only know HTTP. Everything is
 * live but the date, which a test may move.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createAcquirer, createThreeDSecure } from '../../acquirer-sim/app.ts';
import { createLiveRandom as createAcquirerRandom } from '../../acquirer-sim/random.ts';
import { createGateway, GatewayConfig, openSqliteStore, type Policy } from '../../gateway/app.ts';
import { createLiveClock } from '../../gateway/clock.ts';
import { createLiveFetch } from '../../gateway/fetch.ts';
import type { Clock, Log, Store } from '../../gateway/ports.ts';
import { createLiveEntropy, createLiveRandom } from '../../gateway/random.ts';
import { createLiveResolve } from '../../gateway/resolve.ts';
import { loadPolicy } from '../../scenarios/play/load-policy.ts';

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const accounts = {
  escott: { dialect: 'escott', merchantId: 'BREAKWATER01', merchantPass: 'stagepass01', tenantId: '0001' },
  gmo: { dialect: 'gmo-pg', shopId: 'tshop00000001', shopPass: 'stagepas' },
} as const;

const capacity = {
  workers: 10,
  queueMax: 100,
  serviceMs: Object.fromEntries(
    ['check', 'authorise', 'capture', 'change', 'void', 'search'].map((kind) => [kind, { mean: 1, sigma: 0 }]),
  ),
};

/** Far from the end of a term, so that what a test does falls into one. */
const startsAt = '2026-11-05T12:00:00+09:00';

export interface Keys {
  readonly secret: string;
  readonly public: string;
}

export interface LiveShop {
  /** `http://127.0.0.1:<port>`, without `/v1`. */
  readonly origin: string;
  readonly keys: { readonly live: Keys; readonly test: Keys };
  /** The date moves on at once; nothing that was due in between is waited for. */
  moveDate(byMs: number): void;
  close(): Promise<void>;
}

interface Settings {
  /** With a directory server and issuers' ACS. */
  readonly threeDSecure?: true;
  readonly testCardsInLive?: boolean;
  readonly directTokens?: 'relaxed' | 'required';
}

/** What is wrong with the world of a shop in trouble. */
interface Trouble {
  /** Changes the policy, which is `protected` without its limits. */
  readonly adjust?: (policy: Policy) => Policy;
  /** Stands before an acquirer: what it answers, or never answers, instead of `carryOut`. */
  readonly before?: (acquirer: string, path: string, carryOut: () => Promise<Response>) => Promise<Response>;
  /** In memory unless told. */
  readonly store?: Store;
}

type Listen = (app: { fetch: (request: Request) => Response | Promise<Response> }) => Promise<string>;

/** The directory server and ACS at a port of their own. */
const listenTds = async (clock: Clock, listen: Listen, closing: (() => Promise<void>)[]): Promise<string> => {
  let answer = (_request: Request): Response | Promise<Response> => new Response('not yet', { status: 503 });
  const publicUrl = await listen({ fetch: (request) => answer(request) });
  const tds = createThreeDSecure({
    clock,
    random: createAcquirerRandom(1),
    fetch: createLiveFetch(),
    log: silent,
    config: { publicUrl, serviceMs: { mean: 1, sigma: 0 } },
  });
  await tds.start();
  closing.push(() => tds.stop());
  answer = (request) => tds.app.fetch(request);
  return publicUrl;
};

export const openLiveShop = async (
  { threeDSecure, ...settings }: Settings = {},
  { adjust = (policy) => policy, before = (_acquirer, _path, carryOut) => carryOut(), store }: Trouble = {},
): Promise<LiveShop> => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new Error('no policy `protected`');
  // SDKs of servers make their tokens themselves here: there is no browser.
  const policy = adjust({
    ...loaded.policy,
    limits: {
      ...loaded.policy.limits,
      enabled: false,
      outbound: { ...loaded.policy.limits.outbound, enabled: false },
    },
    upstream: {
      ...loaded.policy.upstream,
      concurrency: { ...loaded.policy.upstream.concurrency, enabled: false },
    },
    nonRetention: { ...loaded.policy.nonRetention, enabled: false },
    // A shop that tries every test card looks like a card tester.
    fraud: { ...loaded.policy.fraud, mode: 'off' },
  });
  const live = createLiveClock();
  let movedMs = Date.parse(startsAt) - live.wallMs();
  /** A program that slept: its walls and its stop watch both went on. A wall that jumps alone is not believed. */
  let sleptMs = 0;
  const clock: Clock = {
    ...live,
    wallMs: () => live.wallMs() + movedMs,
    monotonicMs: () => live.monotonicMs() + sleptMs,
  };
  const closing: (() => Promise<void>)[] = [];

  const listen = async (app: { fetch: (request: Request) => Response | Promise<Response> }): Promise<string> => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    if (!server.listening) await once(server, 'listening');
    closing.push(async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const acquirers = [];
  for (const [id, { dialect, ...credentials }] of Object.entries(accounts)) {
    const acquirer = createAcquirer({
      clock,
      random: createAcquirerRandom(1),
      fetch: createLiveFetch(),
      log: silent,
      config: { dialect, id, capacity, tenants: [{ id: 'ours', ...credentials }] } as never,
    });
    await acquirer.start();
    closing.push(() => acquirer.stop());
    const heard = (request: Request): Promise<Response> =>
      before(id, new URL(request.url).pathname, async () => acquirer.app.fetch(request));
    acquirers.push({ id, dialect, ...credentials, baseUrl: await listen({ fetch: heard }) });
  }

  const adminToken = 'admin-token-of-the-tests';
  // Its own address is known before it is built: issuers send browsers back to it.
  let answer = (_request: Request): Response | Promise<Response> => new Response('not yet', { status: 503 });
  const origin = await listen({ fetch: (request) => answer(request) });
  const directory = threeDSecure === true ? await listenTds(clock, listen, closing) : null;
  const gateway = createGateway({
    clock,
    random: createLiveRandom(1),
    entropy: createLiveEntropy(),
    fetch: createLiveFetch(),
    resolve: createLiveResolve(),
    log: silent,
    store: store ?? openSqliteStore({ location: ':memory:' }),
    policy,
    config: GatewayConfig.parse({
      instanceId: 'gateway-1',
      acquirers,
      adminToken,
      upstreamToken: 'operators-token-of-the-tests',
      statusPage: null,
      masterKey: new Uint8Array(32).fill(1),
      hashKey: new Uint8Array(32).fill(2),
      threeDSecure: directory === null ? null : { directoryServerUrl: directory, publicUrl: origin },
      ...settings,
    }),
  });
  await gateway.start();
  closing.push(() => gateway.stop());
  answer = (request) => gateway.app.fetch(request);
  const made = await fetch(`${origin}/admin/v1/merchants`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ id: 'shop-1', name: 'shop-1' }),
  });
  const { keys } = (await made.json()) as Pick<LiveShop, 'keys'>;
  return {
    origin,
    keys,
    moveDate: (byMs) => {
      movedMs += byMs;
      sleptMs += byMs;
    },
    async close() {
      for (const close of closing.toReversed()) await close();
    },
  };
};
