/** Somebody at the console: a browser without script, as far as a test needs one. */
import { createHash } from 'node:crypto';
import type { GatewayDeps } from '../../../gateway/app.ts';
import { createGateway, GatewayConfig, openSqliteStore, type Policy } from '../../../gateway/app.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';
import { accountAt } from '../acquirers.ts';
import { createManualClock } from '../manual-clock.ts';

export const adminToken = 'admin-token-of-the-tests';
const key32 = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());

const policyOf = (name: string): Policy => {
  const loaded = loadPolicy(name);
  if (!loaded.ok) throw new Error('no such policy');
  return loaded.policy;
};

/** A gateway by itself: nothing it would call is there. */
export const openHouse = async (more: Partial<GatewayDeps> = {}) => {
  const clock = createManualClock(Date.parse('2026-11-22T10:00:00+09:00'));
  const store = openSqliteStore({ location: ':memory:' });
  let drawn = 0;
  const gateway = createGateway({
    clock,
    random: createRandom('console', 'tests'),
    entropy: {
      bytes: (length) => {
        drawn += 1;
        return new Uint8Array(createHash('sha512').update(`drawn ${drawn}`).digest().subarray(0, length));
      },
    },
    fetch: () => Promise.reject(Object.assign(new Error('nobody is there'), { code: 'ECONNREFUSED' })),
    resolve: () => ['203.0.113.1'],
    store,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    policy: policyOf('sandbox'),
    config: GatewayConfig.parse({
      instanceId: 'gateway-1',
      acquirers: [{ ...accountAt('escott'), contactUrl: 'http://escott.test/contact' }, accountAt('gmo')],
      adminToken,
      upstreamToken: 'upstream-token-of-the-tests',
      statusPage: null,
      masterKey: key32('master'),
      hashKey: key32('hash'),
    }),
    ...more,
  });
  await gateway.start();
  const admin = async (method: string, path: string, body?: object) => {
    const init = { method, headers: { Authorization: `Bearer ${adminToken}` } };
    const reply = await gateway.app.request(path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    return { status: reply.status, json: (await reply.json()) as Record<string, unknown> };
  };
  return { clock, store, gateway, app: gateway.app, admin };
};
export type House = Awaited<ReturnType<typeof openHouse>>;

export interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export const createVisitor = (house: House, language = 'en') => {
  let cookie = '';
  const ask = async (path: string, init: RequestInit = {}): Promise<Seen> => {
    const headers = { 'Accept-Language': language, Host: 'gateway.test', Cookie: cookie, ...(init.headers as object) };
    const reply = await house.app.request(path, { ...init, headers });
    const set = /breakwater_console=([0-9a-f]*)/.exec(reply.headers.get('Set-Cookie') ?? '')?.[1];
    if (set !== undefined) cookie = `breakwater_console=${set}`;
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  };
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Seen> =>
    ask(path, { method: 'POST', body: new URLSearchParams(form).toString(), headers });
  const csrf = async (): Promise<string> =>
    /name="csrf" value="([0-9a-f]+)"/.exec((await ask('/console')).text)?.[1] ?? '';
  return {
    get: (path: string) => ask(path),
    post,
    csrf,
    signIn: (token = adminToken, name = 'sato') => post('/console/sign-in', { name, token, next: '/console' }),
    /** Fills in the form of an action and sends it; the page after it. */
    async act(path: string, fields: Record<string, string>): Promise<Seen> {
      const sent = await post(path, { csrf: await csrf(), reason: 'because', ...fields });
      return sent.status === 303 ? ask(sent.headers.get('Location') ?? '') : sent;
    },
    cookie: () => cookie,
  };
};
