/**
 * `POST /payment/<Api>.idPass` (gmo-pg-protocol.md sections 1 and 2). Business errors are HTTP 200.
 */
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Front } from '../capacity/front.ts';
import type { GmoPgConfig } from '../config.ts';
import { busyPage, headersFor } from '../decided-by.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenants } from '../tenants/tenant.ts';
import {
  checkTdFlag,
  type Faults,
  type Fields,
  readAccess,
  readAlterJob,
  readAmounts,
  readCard,
  readChangeJob,
  readClientFields,
  readEntryJob,
  readMethod,
  readOrderId,
} from './fields.ts';
import { BODY_LENGTH_MAX, formatErrors, formatSuccess, parseIdPass } from './form.ts';
import { createOrders } from './orders.ts';
import { createGmoPgService, type Passed, type Shop } from './service.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly front: Front;
  readonly ledger: Ledger;
  readonly tenants: Tenants;
  readonly config: GmoPgConfig;
}

/** Windows-31J, as the real host says; every reply is ASCII, where it equals UTF-8. */
const headers = headersFor('text/plain;charset=Windows-31J');

/** What a call makes of its fields: what the acquirer said, or the faults found before it was asked. */
type Call = (fields: Fields) => Passed | { readonly faults: readonly string[] };

export const createGmoPg = (deps: Dependencies): Hono => {
  const orders = createOrders();
  const service = createGmoPgService({ ...deps, orders, validity: deps.config.validity });
  const shops = new Map<string, Shop>();
  const shopsByTenant = new Map<string, Shop>();
  for (const credentials of deps.config.tenants) {
    const shop = { tenant: deps.tenants.ensure(credentials.id), credentials };
    shops.set(credentials.shopId, shop);
    shopsByTenant.set(credentials.id, shop);
  }

  /** The shop of the credentials; otherwise undefined and the reason among the faults. */
  const readShop = (fields: Fields, faults: Faults): Shop | undefined => {
    const shopId = fields.get('ShopID') ?? '';
    const shopPass = fields.get('ShopPass') ?? '';
    const before = faults.length;
    if (shopId === '') faults.push('E01010001');
    else if (!/^[0-9A-Za-z]{1,13}$/.test(shopId)) faults.push('E01010008');
    if (shopPass === '') faults.push('E01020001');
    else if (!/^[0-9A-Za-z]{1,10}$/.test(shopPass)) faults.push('E01020008');
    if (faults.length > before) return undefined;
    const shop = shops.get(shopId);
    if (shop?.credentials.shopPass === shopPass) return shop;
    faults.push('E01030002');
    return undefined;
  };

  const entryTran: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const orderId = readOrderId(fields, faults);
    const job = readEntryJob(fields, faults);
    const amounts = job === 'CHECK' ? { amountYen: 0, taxYen: 0 } : readAmounts(fields, faults);
    checkTdFlag(fields, faults);
    if (shop === undefined || job === undefined || faults.length > 0) return { faults };
    return service.entry(shop, orderId, job, amounts);
  };

  const execTran: Call = (fields) => {
    const faults: Faults = [];
    const keys = readAccess(fields, faults);
    if (faults.length > 0) return { faults };
    const order = orders.byAccess(keys);
    const shop = order === undefined ? undefined : shopsByTenant.get(order.tenant);
    const named = fields.get('OrderID');
    const isAnother = named !== undefined && named !== '' && named !== order?.orderId;
    if (order === undefined || shop === undefined || isAnother) return { faults: ['E01110002'] };
    const method = readMethod(fields, order.job, faults);
    const card = readCard(fields, faults);
    if (faults.length > 0) return { faults };
    const clientFields = readClientFields(fields);
    const echoClientFields = fields.get('ClientFieldFlag') === '1';
    return service.exec(shop, { order, card, clientFields, echoClientFields, ...method });
  };

  const alterTran: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const keys = readAccess(fields, faults);
    const job = readAlterJob(fields, faults);
    const amounts = job === 'SALES' ? readAmounts(fields, faults) : null;
    if (shop === undefined || job === undefined || faults.length > 0) return { faults };
    return service.alter(shop, keys, job, amounts === null ? null : amounts.amountYen + amounts.taxYen);
  };

  const changeTran: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const keys = readAccess(fields, faults);
    const job = readChangeJob(fields, faults);
    const amounts = readAmounts(fields, faults);
    if (shop === undefined || job === undefined || faults.length > 0) return { faults };
    return service.change(shop, keys, job, amounts);
  };

  const searchTrade: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const orderId = readOrderId(fields, faults);
    if (shop === undefined || faults.length > 0) return { faults };
    return service.search(shop, orderId);
  };

  const calls: Readonly<Record<string, Call>> = {
    EntryTran: entryTran,
    ExecTran: execTran,
    AlterTran: alterTran,
    ChangeTran: changeTran,
    SearchTrade: searchTrade,
  };

  const say = (c: Context, errInfos: readonly string[]) => c.body(formatErrors(errInfos), 200, headers.acquirer);

  const handle = (call: Call) => async (c: Context) => {
    const body = await c.req.text();
    if (body.length > BODY_LENGTH_MAX) return say(c, ['E00000010']);
    const passed = call(parseIdPass(body, c.req.header('user-agent')));
    if (typeof passed === 'object' && 'faults' in passed) return say(c, passed.faults);
    if (passed === 'overflow') return c.body(busyPage.body, busyPage.status, busyPage.headers);
    if (passed === 'capped') return c.body(formatErrors(['E92000001']), 200, headers['acquirer-cap']);
    const answer = await passed;
    const text = 'pairs' in answer ? formatSuccess(answer.pairs) : formatErrors(answer.errInfos);
    return c.body(text, 200, headers[answer.decidedBy]);
  };

  const app = new Hono();
  for (const [name, call] of Object.entries(calls)) app.post(`/payment/${name}.idPass`, handle(call));
  app.post('/payment/*', (c) => say(c, ['E91099997']));
  app.all('/payment/*', (c) => say(c, ['E31500014']));
  return app;
};
