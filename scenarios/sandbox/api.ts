/**
 * `/sandbox/*` on the gateway's port: worlds and their clocks. JSON both ways. A call that is not in
 * order answers `{error: {path, reason}}` and has changed nothing: everything is checked first.
 */
import { z } from 'zod';
import { policyNames } from '../play/policy-files.ts';
import { keyIn } from './choose.ts';
import type { Jump } from './clock.ts';
import { fault } from './fronts.ts';
import { defaultWorld } from './identity.ts';
import type { Addresses } from './ports.ts';
import { type World, WorldRefusedError } from './world.ts';
import { type Worlds, WorldsFullError } from './worlds.ts';

const receiver = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).max(500);
const policies = policyNames();

const NewMerchant = z.strictObject({
  name: z.string().min(1).max(100).optional(),
  /** Where PAY.JP's events are posted to. */
  webhookUrl: receiver.nullable().default(null),
  /** Where GMO-PG's results are posted to. */
  resultUrl: receiver.nullable().default(null),
  policy: z.enum(policies as [string, ...string[]], `must be one of ${policies.join(', ')}`).optional(),
});

const dayMs = 86_400_000;
/** One jump at most: ten years. */
const jumpMsMax = 3_653 * dayMs;
/** The last day a jump may arrive at; subscriptions and expiries beyond it mean nothing. */
const lastMs = Date.parse('2100-01-01T00:00:00Z');

const Advance = z
  .strictObject({
    ms: z.int('must be a whole number of milliseconds').min(0).max(jumpMsMax).optional(),
    /** A date with an offset, or milliseconds since the epoch. */
    to: z
      .union(
        [z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)), z.int().nonnegative()],
        'must be a date like 2027-01-31T12:00:00+09:00, or milliseconds since 1970',
      )
      .optional(),
  })
  .refine(({ ms, to }) => (ms === undefined) !== (to === undefined), 'needs exactly one of ms and to');

type Checked<T> = { readonly value: T } | { readonly fault: Response };

/** A body of the right shape; an empty one is `{}`. */
const readBody = async <Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<Checked<z.output<Schema>>> => {
  const text = await request.text();
  let json: unknown;
  try {
    json = text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    return { fault: fault(400, 'body', 'is not JSON') };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  const issue = parsed.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
  const path = [...(issue?.path ?? []), ...unknown].join('.');
  const reason = unknown.length > 0 ? 'is not known here' : (issue?.message ?? 'is not valid');
  return { fault: fault(400, path === '' ? 'body' : path, reason) };
};

/** `2026-11-21T23:05:09.120+09:00`: the days that matter here are Japan's. */
export const jstText = (wallMs: number): string =>
  `${new Date(wallMs + 9 * 3_600_000).toISOString().slice(0, -1)}+09:00`;

const clockView = ({ id, clock }: World) => ({
  world: id,
  nowMs: clock.wallMs(),
  now: jstText(clock.wallMs()),
  aheadMs: clock.aheadMs(),
});

/** Everything a client has to be told to use a world. */
export const worldView = (world: World, addresses: Addresses) => {
  const { identity, policy, receivers } = world;
  return {
    id: identity.id,
    name: identity.name,
    merchant: identity.merchantId,
    policy,
    keys: identity.keys,
    payjp: { apiBase: `${addresses.gateway}/v1` },
    escott: { baseUrl: addresses.escott, ...identity.escott },
    gmoPg: { baseUrl: addresses.gmo, ...identity.gmoPg },
    statusPage: `${addresses.status}/?world=${identity.id}`,
    pages: `${addresses.pages}/?world=${identity.id}`,
    receivers,
    clock: clockView(world),
  };
};

/** A jump that had to stop on its way is told as one that was refused: a test must not go on from there. */
const jumped = (world: World, { atMs, fired, complete }: Jump): Response =>
  complete
    ? Response.json({ ...clockView(world), fired })
    : fault(503, 'clock', `took too long and stopped at ${jstText(atMs)}; ask again to go on`);

interface Deps {
  readonly worlds: Worlds;
  readonly addresses: Addresses;
}

type Handler = (deps: Deps, request: Request, key: string | undefined) => Promise<Response>;

/** For calls that are about the world of a key. */
const withKey =
  (act: (deps: Deps, request: Request, world: World) => Promise<Response>): Handler =>
  async (deps, request, key) => {
    if (key === undefined || key === '')
      return fault(401, 'Authorization', "needs the world's key: curl -u sk_test_…:");
    const world = await deps.worlds.find(key);
    return world === undefined
      ? fault(401, 'Authorization', 'is not the key of a world here')
      : act(deps, request, world);
  };

const create: Handler = async ({ worlds, addresses }, request) => {
  const read = await readBody(request, NewMerchant);
  if ('fault' in read) return read.fault;
  const { name, policy, webhookUrl, resultUrl } = read.value;
  try {
    const world = await worlds.create({ name, policy, receivers: { webhookUrl, resultUrl } });
    return Response.json(worldView(world, addresses), { status: 201 });
  } catch (error) {
    if (error instanceof WorldsFullError) return fault(503, 'worlds', error.message);
    if (error instanceof WorldRefusedError) return fault(400, 'webhookUrl', error.message);
    throw error;
  }
};

const remove = withKey(async ({ worlds }, _request, { id }) =>
  (await worlds.remove(id)) ? Response.json({ id, deleted: true }) : fault(409, 'world', 'the default world stays'),
);

const advance = withKey(async ({ worlds }, request, world) => {
  const read = await readBody(request, Advance);
  if ('fault' in read) return read.fault;
  const { ms, to } = read.value;
  const now = world.clock.wallMs();
  if (to !== undefined && to < now) return fault(400, 'to', `has passed: it is ${jstText(now)} there`);
  if ((to ?? now + (ms ?? 0)) > lastMs) return fault(400, to === undefined ? 'ms' : 'to', 'goes beyond the year 2099');
  const jump = await (to === undefined ? world.clock.advance(ms ?? 0) : world.clock.advanceTo(to));
  worlds.touched(world);
  return jumped(world, jump);
});

const list: Handler = async ({ worlds }) =>
  Response.json({
    worlds: worlds.places().map(({ facts, createdMs, usedMs, isAwake }) => ({
      id: facts.identity.id,
      name: facts.identity.name,
      policy: facts.policy,
      createdMs,
      usedMs,
      awake: isAwake,
      default: facts.identity.id === defaultWorld,
    })),
  });

const routes: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/sandbox/merchants': { POST: create },
  '/sandbox/merchant': {
    GET: withKey(async ({ addresses }, _request, world) => Response.json(worldView(world, addresses))),
    DELETE: remove,
  },
  '/sandbox/worlds': { GET: list },
  '/sandbox/clock': { GET: withKey(async (_deps, _request, world) => Response.json(clockView(world))) },
  '/sandbox/clock/advance': { POST: advance },
};

/** Answers `/sandbox/*`; null for any other path. */
export const sandboxApi = async (deps: Deps, request: Request, url: URL): Promise<Response | null> => {
  const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
  if (path !== '/sandbox' && !path.startsWith('/sandbox/')) return null;
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) return fault(404, path, `there is no such call; known: ${Object.keys(routes).join(', ')}`);
  const handler = Object.hasOwn(route, request.method) ? route[request.method] : undefined;
  if (handler === undefined) return fault(405, request.method, `${path} takes ${Object.keys(route).join(', ')}`);
  // A page of somebody else's, open in the same browser, is not who this is for.
  if (request.method !== 'GET' && request.headers.get('sec-fetch-site') === 'cross-site')
    return fault(403, 'Sec-Fetch-Site', 'calls from other sites change nothing here');
  return handler(deps, request, keyIn(request.headers.get('authorization')));
};
