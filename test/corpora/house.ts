/**
 * A gateway in this process, called directly, with one shop that has one of everything. Its
 * acquirers say yes to whatever they are asked, and are counted: bad input must not reach them.
 */
import { createHash } from 'node:crypto';
import { createGateway, GatewayConfig, openSqliteStore } from '../../gateway/app.ts';
import { createLiveClock } from '../../gateway/clock.ts';
import type { LogFields } from '../../gateway/ports.ts';
import { createLiveEntropy, createLiveRandom } from '../../gateway/random.ts';
import { accountAt } from '../gateway/acquirers.ts';
import { protectedPolicy, scripted } from '../gateway/upstream/scripted.ts';
import { adminToken, basic, cardOf, formOf, type Json, upstreamToken } from '../gateway/world.ts';

export interface House {
  fetch(request: Request): Promise<Response>;
  /** Method and pattern of every route. */
  readonly routes: readonly { readonly method: string; readonly path: string }[];
  /** Objects of the shop, by what a path calls them. */
  readonly ids: Readonly<
    Record<
      | 'charge'
      | 'held'
      | 'refunded'
      | 'cancelled'
      | 'token'
      | 'usedToken'
      | 'customer'
      | 'card'
      | 'gone'
      | 'plan'
      | 'subscription'
      | 'paused'
      | 'ended'
      | 'event',
      string
    >
  >;
  /** A key under which 500 yen were paid with `usedToken`. */
  readonly usedKey: string;
  readonly keys: Readonly<Record<'live' | 'test', { readonly secret: string; readonly public: string }>>;
  /** Another merchant's keys, and objects. */
  readonly other: {
    readonly keys: Readonly<Record<'live' | 'test', { readonly secret: string; readonly public: string }>>;
    readonly charge: string;
    readonly customer: string;
  };
  /** A new token that nobody has used. */
  token(): Promise<string>;
  /** Requests that any acquirer got so far. */
  upstreamCalls(): number;
  /** Rows written, changed or deleted so far: cheap enough to ask after every case. */
  rowsChanged(): number;
  /** A digest of every row of every table. */
  digest(): string;
  /** Lines of the log that say something broke. */
  readonly broken: readonly LogFields[];
  /** How many lines were logged, and those from one on. */
  logged(): number;
  logFrom(line: number): string;
}

const handle = `&ProcessId=${'p'.repeat(32)}&ProcessPass=${'w'.repeat(32)}`;

export const openHouse = async (): Promise<House> => {
  const { fetch, sent } = scripted(({ fields }) => `MerchantFree1=${fields.MerchantFree1}&ResponseCd=OK${handle}`);
  const policy = protectedPolicy();
  const store = openSqliteStore({ location: ':memory:' });
  const broken: LogFields[] = [];
  const lines: string[] = [];
  const say = (fields: LogFields): void => void lines.push(JSON.stringify(fields));
  const { app } = createGateway({
    clock: createLiveClock(),
    random: createLiveRandom(1),
    entropy: createLiveEntropy(),
    fetch,
    resolve: () => Promise.reject(new Error('nobody is asked for names here')),
    store,
    log: {
      debug: say,
      info: say,
      warn: say,
      error(fields) {
        say(fields);
        broken.push(fields);
      },
    },
    policy: {
      ...policy,
      limits: { ...policy.limits, enabled: false },
      // Its calls are a server's, and it is 2026: what becomes of numbers from servers is tested elsewhere.
      nonRetention: { ...policy.nonRetention, enabled: false },
      // Thousands of mistakes in a row are what it looks for; here each is looked at alone.
      abuse: { ...policy.abuse, enabled: false },
      fraud: { ...policy.fraud, mode: 'off' },
    },
    config: GatewayConfig.parse({
      instanceId: 'gateway-1',
      acquirers: [accountAt('escott'), accountAt('gmo')],
      adminToken,
      upstreamToken,
      statusPage: null,
      masterKey: new Uint8Array(32).fill(1),
      hashKey: new Uint8Array(32).fill(2),
      logRequests: true,
      // Nobody is there: what needs an issuer's answer is told in other tests.
      threeDSecure: { directoryServerUrl: 'http://tds.test', publicUrl: 'http://gateway.test' },
    }),
  });
  const request = async (
    method: string,
    path: string,
    authorization: string,
    body?: string,
    key?: string,
  ): Promise<Json> => {
    const reply = await app.fetch(
      new Request(`http://gateway.test${path}`, {
        method,
        headers: {
          Authorization: authorization,
          'Content-Type': 'application/x-www-form-urlencoded',
          ...(key === undefined ? {} : { 'Idempotency-Key': key }),
        },
        ...(body === undefined ? {} : { body }),
      }),
    );
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${method} ${path}: ${text}`);
    return JSON.parse(text) as Json;
  };
  const enrol = async (id: string): Promise<House['keys']> =>
    (await request('POST', '/admin/v1/merchants', `Bearer ${adminToken}`, JSON.stringify({ id, name: id }))).keys;

  const keys = await enrol('shop');
  const secret = basic(keys.live.secret);
  const post = (path: string, form: Record<string, string>, as = secret): Promise<Json> =>
    request('POST', path, as, formOf(form));
  const token = async (as = secret): Promise<string> =>
    (await request('POST', '/v1/tokens', as, formOf(cardOf()))).id as string;
  const pay = async (form: Record<string, string>, as = secret): Promise<string> =>
    (await post('/v1/charges', { amount: '500', currency: 'jpy', card: await token(as), ...form }, as)).id as string;

  const customer = (await post('/v1/customers', { id: 'shop-customer', card: await token() })) as Json;
  const plan = await post('/v1/plans', { id: 'shop-plan', amount: '1000', currency: 'jpy', interval: 'month' });
  const subscribe = async (): Promise<string> => {
    const own = await post('/v1/plans', { amount: '1000', currency: 'jpy', interval: 'month' });
    return (await post('/v1/subscriptions', { customer: customer.id, plan: own.id })).id as string;
  };
  const usedKey = 'a-key-that-was-used';
  const usedToken = await token();
  await request('POST', '/v1/charges', secret, formOf({ amount: '500', currency: 'jpy', card: usedToken }), usedKey);
  const ids = {
    charge: await pay({}),
    held: await pay({ capture: 'false' }),
    refunded: await pay({}),
    cancelled: await pay({ capture: 'false' }),
    token: await token(),
    usedToken,
    customer: customer.id as string,
    card: customer.cards.data[0].id as string,
    gone: (await post('/v1/customers', { id: 'gone-customer' })).id as string,
    plan: plan.id as string,
    subscription: (await post('/v1/subscriptions', { customer: customer.id, plan: plan.id })).id as string,
    paused: await subscribe(),
    ended: await subscribe(),
    event: (await request('GET', '/v1/events', secret)).data[0].id as string,
  };
  for (const id of [ids.refunded, ids.cancelled]) await post(`/v1/charges/${id}/refund`, {});
  await request('DELETE', `/v1/customers/${ids.gone}`, secret);
  await post(`/v1/subscriptions/${ids.paused}/pause`, {});
  await request('DELETE', `/v1/subscriptions/${ids.ended}`, secret);
  const others = await enrol('other-shop');
  const theirs = basic(others.live.secret);
  const other = {
    keys: others,
    charge: await pay({}, theirs),
    customer: (await post('/v1/customers', { id: 'their-customer' }, theirs)).id as string,
  };

  const tables = [...store.inspect("select name from sqlite_master where type = 'table' order by name")].map(
    ({ name }) => String(name),
  );
  return {
    fetch: async (sentIn) => app.fetch(sentIn),
    routes: app.routes.map(({ method, path }) => ({ method, path })),
    ids,
    usedKey,
    keys,
    other,
    token: () => token(),
    upstreamCalls: () => sent.length,
    rowsChanged: () => Number([...store.inspect('select total_changes() as changes')][0]?.changes),
    digest() {
      const hash = createHash('sha256');
      for (const table of tables)
        for (const row of store.inspect(`select * from "${table}"`)) hash.update(`${table}${JSON.stringify(row)}\n`);
      return hash.digest('hex');
    },
    broken,
    logged: () => lines.length,
    logFrom: (line) => lines.slice(line).join('\n'),
  };
};
