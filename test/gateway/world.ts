/**
 * A gateway on the virtual stage with two real acquirers, a store in memory, and shops that talk
 * to it over HTTP. Nothing of ours is replaced: time, network and crashes are the stage's.
 */
import { createHash } from 'node:crypto';
import { createThreeDSecure } from '../../acquirer-sim/app.ts';
import { createGateway, GatewayConfig, openSqliteStore, type Policy, type SqliteStore } from '../../gateway/app.ts';
import type { Clock, LogFields, Store } from '../../gateway/ports.ts';
import { createMemoryPageStore, createStatusPage } from '../../gateway/status-page/app.ts';
import { loadPolicy } from '../../scenarios/play/load-policy.ts';
import type { Instance } from '../../scenarios/stage/instances.ts';
import type { Link } from '../../scenarios/stage/link.ts';
import { createStage, type Stage } from '../../scenarios/stage/stage.ts';
import {
  type AcquirerId,
  accountAt,
  type StagedAcquirer,
  stageAcquirer,
  type UpstreamCall,
  upstreamToken,
} from './acquirers.ts';

export { upstreamToken } from './acquirers.ts';

/** What a JSON answer holds; tests say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
export type Json = any;

export const adminToken = 'admin-token-of-the-tests';
const feedSecret = 'the secret that facts are signed with';
const key32 = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());

/** 2017-07-12 12:00 JST: far from midnight and from the end of a month. */
export const noonMs = Date.parse('2017-07-12T12:00:00+09:00');

/** A reply of the gateway. */
export interface Told {
  readonly status: number;
  readonly json: Json;
  readonly text: string;
  readonly decidedBy: string | null;
  readonly outcome: string | null;
  readonly acquirer: string | null;
  readonly retryAfter: string | null;
  /** `Deprecation`, `Sunset` and `Breakwater-Deprecated`; null without them. */
  readonly warned: { readonly deprecation: string; readonly sunset: string | null; readonly parameters: string } | null;
}

const warningIn = (header: (name: string) => string | null): Told['warned'] => {
  const [deprecation, parameters] = [header('Deprecation'), header('Breakwater-Deprecated')];
  return deprecation === null || parameters === null ? null : { deprecation, sunset: header('Sunset'), parameters };
};

export type FormValue = string | number | boolean | { readonly [name: string]: FormValue } | readonly string[];
export type FormInput = Readonly<Record<string, FormValue>>;

export interface SendOptions {
  readonly key?: string;
  /** `sk` in live mode unless told. */
  readonly as?: 'sk' | 'pk';
  readonly mode?: 'live' | 'test';
  readonly headers?: Readonly<Record<string, string>>;
}

/** A merchant's hands. A path is the first instance's; another one is asked by a whole address. */
export interface Shop {
  readonly id: string;
  readonly keys: Readonly<Record<'live' | 'test', { readonly secret: string; readonly public: string }>>;
  post(path: string, form?: FormInput | string, options?: SendOptions): Promise<Told>;
  get(path: string, options?: SendOptions): Promise<Told>;
  delete(path: string, options?: SendOptions): Promise<Told>;
  /** Id of a new token of this card. */
  token(number?: string, options?: SendOptions): Promise<string>;
}

export interface World {
  readonly stage: Stage;
  readonly store: SqliteStore;
  readonly gateway: Instance;
  readonly acquirers: Readonly<Record<AcquirerId, StagedAcquirer>>;
  /** The way from the gateway to one acquirer. */
  readonly link: (acquirer: AcquirerId) => Link;
  /** What the public page published, and when on the stage's clock. */
  readonly pageSaid: { readonly atMs: number; readonly fields: LogFields }[];
  /** Log lines of all gateways so far. */
  readonly log: LogFields[];
  /** Plays until the script is done and gives its result. */
  play<T>(script: () => Promise<T>): Promise<T>;
  /** Lets time pass. */
  pass(durationMs: number): Promise<void>;
  /** A further instance on the same store, at a host of its own; `instanceId` makes it the same one to the gateway. */
  addGateway(name: string, instanceId?: string): Instance;
  /** A merchant and its keys. */
  enrol(id: string, more?: Readonly<Record<string, unknown>>): Promise<Shop>;
  /** One request of anybody. */
  send(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Told>;
  /** Rows of the gateway's store. */
  rows(sql: string): Json[];
  /** All requests that any acquirer got, oldest first. */
  calls(): UpstreamCall[];
}

export interface WorldOptions {
  readonly seed?: number;
  /** A file of `scenarios/policies`; `protected` without its limits unless told. */
  readonly policy?: string;
  readonly adjust?: (policy: Policy) => Policy;
  readonly skewMs?: number;
  readonly startWallMs?: number;
  /** Several instances on one store: how often each looks for what the others left. */
  readonly lookEveryMs?: number;
  /** Off unless told: most tests make many tokens and count what comes of them. */
  readonly tokenEvents?: boolean;
  /** The public page beside it, at status.test; `pageSaid` has what it published. Off unless told. */
  readonly statusPage?: boolean;
  /** Off unless told: its requests are nobody's business in other tests. */
  readonly dailyReconciliation?: boolean;
  /** With a directory server and issuers' ACS at `tds.test`; what is given stands in the gateway's settings for it. */
  readonly threeDSecure?: Readonly<Record<string, unknown>>;
  /** Stands between the first gateway and the store. */
  readonly between?: (store: Store, clock: Clock) => Store;
}

const policyOf = ({ policy: name, adjust }: WorldOptions): Policy => {
  const loaded = loadPolicy(name ?? 'protected');
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => JSON.stringify(fault)).join('\n'));
  // Tests ask faster than shops do; those about limits name a policy.
  const base =
    name === undefined
      ? {
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
          // They count what acquirers are asked.
          detector: { ...loaded.policy.detector, probes: { ...loaded.policy.detector.probes, enabled: false } },
          // They also use the same few cards again and again.
          fraud: { ...loaded.policy.fraud, mode: 'off' as const },
        }
      : loaded.policy;
  return adjust === undefined ? base : adjust(base);
};

/** `card[number]=…` of nested values. */
export const formOf = (form: FormInput): string => {
  const pairs: string[] = [];
  const add = (name: string, value: FormValue): void => {
    if (Array.isArray(value)) for (const one of value) add(`${name}[]`, one);
    else if (typeof value === 'object') for (const [key, one] of Object.entries(value)) add(`${name}[${key}]`, one);
    else pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  };
  for (const [name, value] of Object.entries(form)) add(name, value);
  return pairs.join('&');
};

export const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

export const visa = '4242424242424242';

export const cardOf = (number = visa): FormInput => ({
  card: { number, exp_month: 12, exp_year: 2030, cvc: '123', name: 'TARO YAMADA' },
});

export const createWorld = (options: WorldOptions = {}): World => {
  const stage = createStage({ seed: options.seed ?? 1, startWallMs: options.startWallMs ?? noonMs });
  const store = openSqliteStore({ location: ':memory:' });
  const acquirers = { escott: stageAcquirer('escott'), gmo: stageAcquirer('gmo') };
  for (const { spec } of Object.values(acquirers)) stage.addProgram(spec);
  if (options.threeDSecure !== undefined)
    stage.addProgram({
      program: 'tds',
      host: 'tds.test',
      create: ({ clock, random, fetch, log: own }) =>
        createThreeDSecure({
          clock,
          random,
          fetch,
          log: own,
          config: { publicUrl: 'http://tds.test', serviceMs: { mean: 50, sigma: 0 } },
        }),
    });
  const policy = policyOf(options);
  const config = GatewayConfig.parse({
    instanceId: 'gateway-1',
    lookEveryMs: options.lookEveryMs ?? null,
    acquirers: [accountAt('escott'), accountAt('gmo')],
    adminToken,
    upstreamToken,
    statusPage: options.statusPage === true ? { url: 'http://status.test', secret: feedSecret } : null,
    masterKey: key32('master'),
    hashKey: key32('hash'),
    tokenEvents: options.tokenEvents ?? false,
    dailyReconciliation: options.dailyReconciliation ?? false,
    threeDSecure:
      options.threeDSecure === undefined
        ? null
        : { directoryServerUrl: 'http://tds.test', publicUrl: 'http://gateway.test', ...options.threeDSecure },
  });
  const between = options.between ?? ((inner: Store) => inner);
  const addGateway = (name: string, host: string, instanceId = name): Instance =>
    stage.addProgram({
      program: 'gateway',
      name,
      host,
      ...(options.skewMs === undefined ? {} : { skewMs: options.skewMs }),
      create: ({ clock, random, entropy, fetch, resolve, log: own, revocable }) =>
        createGateway({
          clock,
          random,
          entropy,
          fetch,
          resolve,
          policy,
          log: own,
          store: name === 'gateway-1' ? between(revocable(store), clock) : revocable(store),
          config: { ...config, instanceId },
        }),
    });
  const gateway = addGateway('gateway-1', 'gateway.test');
  const pageStore = createMemoryPageStore();
  if (options.statusPage === true)
    stage.addProgram({
      program: 'status-page',
      host: 'status.test',
      create: ({ clock, fetch, log: own }) =>
        createStatusPage({
          clock,
          fetch,
          log: own,
          store: pageStore,
          config: { title: 'Test', feedSecret, adminToken, probeUrl: 'http://gateway.test/healthz' },
        }),
    });
  const pageSaid: { readonly atMs: number; readonly fields: LogFields }[] = [];
  const log: LogFields[] = [];
  /** A bug of the simulator is no misbehaviour of an acquirer: it fails the test. */
  const broken: string[] = [];
  stage.onLog(({ program, fields }) => {
    if (program.startsWith('gateway')) log.push(fields);
    if (fields.event === 'page.published' || fields.event === 'page.machine-published')
      pageSaid.push({ atMs: stage.nowMs(), fields });
    if (fields.event === 'simulator.failed') broken.push(JSON.stringify(fields));
  });
  const { fetch } = stage.castMember('shops');

  const play = async <T>(script: () => Promise<T>): Promise<T> => {
    let ended: { value: T } | { reason: unknown } | null = null;
    stage.spawnTask('the script of the test', async () => {
      ended = await script().then(
        (value) => ({ value }),
        (reason: unknown) => ({ reason }),
      );
      stage.stop();
    });
    await stage.run({ untilMs: stage.nowMs() + 7 * 86_400_000, mustFinish: false });
    if (broken.length > 0) throw new Error(broken.join('\n'));
    const end = ended as { value: T } | { reason: unknown } | null;
    if (end === null) throw new Error('the script never ended');
    if ('reason' in end) throw end.reason;
    return end.value;
  };

  const send: World['send'] = async (method, path, headers = {}, body) => {
    const reply = await fetch(path.startsWith('http:') ? path : `http://gateway.test${path}`, {
      method: method as 'GET',
      headers,
      timeoutMs: 120_000,
      ...(body === undefined ? {} : { body }),
    });
    const text = await reply.text();
    return {
      status: reply.status,
      text,
      json: JSON.parse(text) as Json,
      decidedBy: reply.headers.get('Breakwater-Decided-By'),
      outcome: reply.headers.get('Breakwater-Outcome'),
      acquirer: reply.headers.get('Breakwater-Acquirer'),
      retryAfter: reply.headers.get('Retry-After'),
      warned: warningIn((name) => reply.headers.get(name)),
    };
  };

  const shopOf = ({ id, keys }: Pick<Shop, 'id' | 'keys'>): Shop => {
    const headersOf = ({ key, as = 'sk', mode = 'live', headers }: SendOptions = {}): Record<string, string> => ({
      Authorization: basic(as === 'sk' ? keys[mode].secret : keys[mode].public),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      ...headers,
    });
    const shop: Shop = {
      id,
      keys,
      post: (path, form = '', sent) =>
        send(
          'POST',
          path,
          { 'Content-Type': 'application/x-www-form-urlencoded', ...headersOf(sent) },
          typeof form === 'string' ? form : formOf(form),
        ),
      get: (path, sent) => send('GET', path, headersOf(sent)),
      delete: (path, sent) => send('DELETE', path, headersOf(sent)),
      async token(number, sent) {
        const made = await shop.post('/v1/tokens', cardOf(number), { as: 'pk', ...sent });
        if (made.status !== 200) throw new Error(`no token: ${made.text}`);
        return made.json.id as string;
      },
    };
    return shop;
  };

  return {
    stage,
    store,
    gateway,
    acquirers,
    link: (acquirer) => stage.network.link('gateway', acquirer),
    pageSaid,
    log,
    play,
    pass: async (durationMs) => {
      await stage.run({ untilMs: stage.nowMs() + durationMs, mustFinish: false });
    },
    addGateway: (name, instanceId) => addGateway(name, `${name}.test`, instanceId),
    enrol: (id, more = {}) =>
      play(async () => {
        while (gateway.state !== 'up') await stage.clock.sleep(1);
        const made = await send(
          'POST',
          '/admin/v1/merchants',
          { Authorization: `Bearer ${adminToken}` },
          JSON.stringify({ id, name: id, ...more }),
        );
        if (made.status !== 200) throw new Error(`no merchant: ${made.text}`);
        return shopOf(made.json as Shop);
      }),
    send,
    rows: (sql) => [...store.inspect(sql)],
    calls: () => [...acquirers.escott.calls, ...acquirers.gmo.calls].toSorted((a, b) => a.atMs - b.atMs),
  };
};

/** A world with one shop. */
export const openShop = async (
  options: WorldOptions = {},
  merchant: Readonly<Record<string, unknown>> = {},
): Promise<World & { readonly shop: Shop }> => {
  const world = createWorld(options);
  return { ...world, shop: await world.enrol('shop-1', merchant) };
};
