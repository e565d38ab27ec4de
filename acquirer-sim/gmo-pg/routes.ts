/**
 * `POST /payment/<Api>.idPass` and `.json` (gmo-pg-protocol.md sections 1 and 2). Business errors are
 * HTTP 200 in both.
 */
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Front, TurnedAway } from '../capacity/front.ts';
import type { GmoPgConfig } from '../config.ts';
import { frontPages } from '../decided-by.ts';
import type { Issuers } from '../issuers/issuers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock, Fetch, Log, Random } from '../ports.ts';
import type { StateParts } from '../state.ts';
import { createStreams } from '../streams.ts';
import type { Tenants } from '../tenants/tenant.ts';
import { createTokenRoutes } from '../tokens/routes.ts';
import { createTokenVault } from '../tokens/vault.ts';
import type { Call, Calls } from './call.ts';
import { createDirectory } from './directory.ts';
import { forcedError } from './magic.ts';
import { createMemberCalls } from './member-calls.ts';
import { createOrders, type Order } from './orders.ts';
import { createResults } from './results.ts';
import { createGmoPgService } from './service.ts';
import { createSettlement } from './settlement.ts';
import { createGmoThreeDSecure } from './three-d-secure.ts';
import { createTradeCalls } from './trade-calls.ts';
import { idPass, json, type Wire } from './wire.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  /** For results told to shops. */
  readonly fetch: Fetch;
  readonly log: Log;
  readonly front: Front;
  readonly ledger: Ledger;
  readonly issuers: Issuers;
  readonly tenants: Tenants;
  readonly config: GmoPgConfig;
}

/** E92: a shop's own contract, or what the whole service takes at a time (section 5). */
const turnedAway = (wire: Wire, c: Context, why: TurnedAway): Response => {
  switch (why) {
    case 'capped':
      return wire.refuse(c, ['E92000001'], 'acquirer-cap');
    case 'sessions':
      return wire.refuse(c, ['E92000001'], 'acquirer-connections');
    case 'connections':
      return wire.refuse(c, ['E92000002'], 'acquirer-connections');
    case 'overflow':
    case 'maintenance': {
      const { body, status, headers } = frontPages[why];
      return c.body(body, status, headers);
    }
  }
};

export interface GmoPg {
  readonly app: Hono;
  readonly state: StateParts;
  /** Whether this AccessID was handed out here. */
  hasAccess(accessId: string): boolean;
  /** The order that a request names, by its keys or its OrderID. */
  orderOf(fields: ReadonlyMap<string, string>): Order | undefined;
  forgetOrder(tenant: string, orderId: string): void;
  /** Ends what is sent by itself: repeated results. */
  stop(): void;
}

export const createGmoPg = (deps: Dependencies): GmoPg => {
  const { clock, random, front, tenants, config } = deps;
  const orders = createOrders(deps.ledger);
  const streams = createStreams(random);
  const vault = createTokenVault();
  const directory = createDirectory(config, tenants);
  const results = createResults({ ...deps, acquirer: config.id, settings: config.results });
  const { validity, strictCancelDates } = config;
  const settlement = createSettlement({ clock, streams, front, directory });
  const service = createGmoPgService({ ...deps, orders, vault, results, settlement, validity, strictCancelDates });
  const threeDSecure = createGmoThreeDSecure({ clock, random, orders, service });
  const calls: Calls = {
    ...createTradeCalls({ clock, directory, orders, vault, service, threeDSecure }),
    ...createMemberCalls({ clock, streams, front, directory, orders, vault }),
  };

  /** What a call is about, for errors on demand. AlterTran and ChangeTran name an order by its keys only. */
  const referenceOf = (fields: ReadonlyMap<string, string>): string | undefined => {
    const named = fields.get('OrderID') ?? fields.get('MemberID');
    if (named !== undefined) return named;
    const [accessId, accessPass] = [fields.get('AccessID'), fields.get('AccessPass')];
    if (accessId === undefined || accessPass === undefined) return undefined;
    return orders.byAccess({ accessId, accessPass })?.orderId;
  };

  const handle = (wire: Wire, api: string, call: Call) => async (c: Context) => {
    const message = await wire.read(c);
    if (typeof message === 'string') return wire.refuse(c, [message], 'acquirer');
    const forced = forcedError(api, referenceOf(message.fields));
    if (forced !== undefined) return wire.refuse(c, [forced], 'magic');
    const passed = call(message.fields, () => new URL(c.req.url).origin);
    if (typeof passed === 'object' && 'faults' in passed) return wire.refuse(c, passed.faults, 'acquirer');
    if (typeof passed === 'string') return turnedAway(wire, c, passed);
    const answer = await passed;
    return 'pairs' in answer
      ? wire.answer(c, answer.pairs, answer.decidedBy, message.charset)
      : wire.refuse(c, answer.errInfos, answer.decidedBy);
  };

  const wireOf = (c: Context): Wire => (c.req.path.endsWith('.json') ? json : idPass);

  const app = new Hono();
  for (const [api, call] of Object.entries(calls)) {
    app.post(`/payment/${api}.idPass`, handle(idPass, api, call));
    app.post(`/payment/${api}.json`, handle(json, api, call));
  }
  app.post('/payment/SettlementFile.idPass', settlement.call);
  app.post('/payment/*', (c) => wireOf(c).refuse(c, ['E91099997'], 'acquirer'));
  app.all('/payment/*', (c) => wireOf(c).refuse(c, ['E31500014'], 'acquirer'));
  const tenantOf = (shopId: string) => directory.shopById(shopId)?.tenant;
  app.route('/', threeDSecure.app);
  app.route('/', createTokenRoutes({ clock, streams, front, vault, tenantOf, lifeMs: config.tokenLifeMs }));
  const state = {
    orders: orders.state,
    settlement: settlement.state,
    tokens: vault.state,
    members: directory.members,
    streams: streams.state,
    results: results.state,
    // Authentications under way are not kept: their browsers are somewhere else.
    threeDSecure: { save: () => null, load: () => threeDSecure.reset(null), reset: threeDSecure.reset },
  };
  const orderOf: GmoPg['orderOf'] = (fields) => {
    const [accessId = '', accessPass = ''] = [fields.get('AccessID'), fields.get('AccessPass')];
    const tenant = tenantOf(fields.get('ShopID') ?? '')?.id ?? '';
    return orders.byAccess({ accessId, accessPass }) ?? orders.byOrderId(tenant, fields.get('OrderID') ?? '');
  };
  const { forget: forgetOrder } = orders;
  // A browser that was sent here names nothing but its authentication.
  const hasAccess = (id: string): boolean => orders.hasAccess(id) || threeDSecure.has(id);
  return { app, state, hasAccess, orderOf, forgetOrder, stop: results.stop };
};
