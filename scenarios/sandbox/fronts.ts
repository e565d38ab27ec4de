/**
 * What answers on the sandbox's ports: finds the world a request is for and hands it over.
 */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { keyIn, namesOnWire, worldCookie, worldNamed } from './choose.ts';
import type { AcquirerId, World } from './world.ts';
import type { Worlds } from './worlds.ts';

/** More than any part of a world takes. */
const bodyBytesMax = 1024 * 1024;

export type Answer = (request: Request, env: unknown) => Promise<Response>;

/** What is wrong with a call to the sandbox itself; never an acquirer's or the gateway's own words. */
export const fault = (status: number, path: string, reason: string): Response =>
  Response.json({ error: { path, reason } }, { status, headers: { 'Breakwater-Decided-By': 'sandbox' } });

/** A port's app: bodies are bounded, and what breaks is a fault of the sandbox with a name. */
export const port = (answer: Answer): Hono => {
  const app = new Hono();
  app.use(
    bodyLimit({
      maxSize: bodyBytesMax,
      onError: () => {
        const refused = fault(413, 'body', `more than ${bodyBytesMax} bytes`);
        // The rest of the body is still under way: nobody may send another request behind it.
        refused.headers.set('Connection', 'close');
        return refused;
      },
    }),
  );
  app.all('*', (c) => answer(c.req.raw, c.env));
  app.onError((error) => fault(500, 'sandbox', error.message));
  return app;
};

const changes = (request: Request): boolean => request.method !== 'GET' && request.method !== 'HEAD';

/** Hands a request to a program of a world, and has what it did kept. */
const handOver = async (
  worlds: Worlds,
  world: World,
  program: { fetch(request: Request, env?: unknown): Response | Promise<Response> },
  request: Request,
  env: unknown,
): Promise<Response> => {
  try {
    return await program.fetch(request, env);
  } finally {
    if (changes(request)) worlds.touched(world);
  }
};

/** Card numbers from a server were deprecated when card data had to leave merchants' servers (NONRET-11). */
const directTokenHeaders = {
  Deprecation: `@${Date.parse('2017-11-01T00:00:00+09:00') / 1000}`,
  'Breakwater-Deprecated':
    'card numbers from a server: make tokens in the browser, or say X-Payjp-Direct-Token-Generate: true',
};

/** A secret key that sends a card number, without saying that it means to. */
const isDirectToken = (request: Request, path: string, key: string | undefined): boolean =>
  request.method === 'POST' &&
  path === '/v1/tokens' &&
  key?.startsWith('sk_') === true &&
  request.headers.get('x-payjp-direct-token-generate')?.toLowerCase() !== 'true';

/** Port N. `own` answers what is the sandbox's and not the gateway's, or null. */
export const gatewayFront =
  (worlds: Worlds, own: (request: Request, url: URL) => Promise<Response | null>): Answer =>
  async (request, env) => {
    const url = new URL(request.url);
    const answered = await own(request, url);
    if (answered !== null) return answered;
    const key = keyIn(request.headers.get('authorization'));
    // A statement's address names the merchant under a signature, the first page of 3-D Secure a public key.
    const query = url.searchParams;
    const named = key ?? query.get('merchant') ?? query.get('publickey') ?? worldNamed(request, url);
    const world = await (worlds.find(named) ?? worlds.default());
    const response = await handOver(worlds, world, world.gateway.app, request, env);
    if (!isDirectToken(request, url.pathname, key)) return response;
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(directTokenHeaders)) headers.set(name, value);
    return new Response(response.body, { status: response.status, headers });
  };

/** The world's acquirer behind one of the ports N+1 and N+2. */
export const acquirerFront =
  (worlds: Worlds, which: AcquirerId): Answer =>
  async (request, env) => {
    const url = new URL(request.url);
    const named = worldNamed(request, url);
    const isControl = url.pathname.startsWith('/sim/v1');
    if (isControl && named !== undefined && worlds.find(named) === undefined)
      return fault(404, 'world', `there is no world ${JSON.stringify(named)}`);
    const bytes = changes(request) ? new Uint8Array(await request.arrayBuffer()) : null;
    const world = await worldOnWire(worlds, request, url, bytes, named);
    const passed =
      bytes === null
        ? request
        : new Request(request.url, { method: request.method, headers: request.headers, body: bytes });
    return handOver(worlds, world, world.acquirers[which].app, passed, env);
  };

/** The world's directory server and ACS, port N+3; `own` answers what is the sandbox's, or null. */
export const threeDSecureFront =
  (worlds: Worlds, own: (request: Request, url: URL) => Promise<Response | null>): Answer =>
  async (request, env) => {
    const url = new URL(request.url);
    const answered = await own(request, url);
    if (answered !== null) return answered;
    const named = worldNamed(request, url);
    const world = worlds.find(named);
    if (url.pathname.startsWith('/sim/v1') && named !== undefined && world === undefined)
      return fault(404, 'world', `there is no world ${JSON.stringify(named)}`);
    const found = await (world ?? worlds.default());
    return handOver(worlds, found, found.threeDSecure.app, request, env);
  };

const worldOnWire = async (
  worlds: Worlds,
  request: Request,
  url: URL,
  bytes: Uint8Array | null,
  named: string | undefined,
): Promise<World> => {
  if (named !== undefined) return worlds.find(named) ?? worlds.default();
  const text = bytes === null ? '' : Buffer.from(bytes).toString('latin1');
  const { accounts, accessId } = namesOnWire(text, request.headers.get('content-type') ?? '', url);
  for (const account of accounts) {
    const world = worlds.find(account);
    if (world !== undefined) return world;
  }
  const holder = accessId === undefined ? undefined : await worlds.holding(accessId);
  return holder ?? worlds.default();
};

/** A page's world: what it names, remembered in a cookie so that links need not. */
export const withWorld = async (
  worlds: Worlds,
  request: Request,
  url: URL,
  answer: (world: World) => Promise<Response>,
): Promise<Response> => {
  const named = worldNamed(request, url);
  const asked = url.searchParams.get('world');
  const found = worlds.find(named);
  if (found === undefined && asked !== null) return fault(404, 'world', `there is no world ${JSON.stringify(asked)}`);
  const world = await (found ?? worlds.default());
  const response = await answer(world);
  if (asked === null) return response;
  const headers = new Headers(response.headers);
  headers.append('Set-Cookie', `${worldCookie}=${world.id}; Path=/; SameSite=Lax; HttpOnly`);
  return new Response(response.body, { status: response.status, headers });
};

/** Port N+4. */
export const statusFront =
  (worlds: Worlds): Answer =>
  (request, env) =>
    withWorld(worlds, request, new URL(request.url), (world) =>
      handOver(worlds, world, world.statusPage.app, request, env),
    );
