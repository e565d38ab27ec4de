/**
 * GMO-PG's own 3-D Secure (gmo-pg-protocol.md section 7): ExecTran answers `ACS=2&RedirectUrl=`, the browser goes
 * there and comes back to RetUrl, and SecureTran2 carries the payment out.
 *
 * Nothing that a browser brings is believed: the callback names the trade, the result is asked for here.
 */
import { type Context, Hono } from 'hono';
import type { Clock, Random } from '../ports.ts';
import { createHostedRoom, type Hosted, type HostedRoom } from '../three-d-secure/hosted.ts';
import { headersOf } from '../three-d-secure/pages/layout.ts';
import { leavePage } from '../three-d-secure/pages/leave.ts';
import { formPolicy, leavePolicy } from '../three-d-secure/pages/style.ts';
import type { Call, Calls } from './call.ts';
import type { Shop } from './directory.ts';
import { type Faults, type Fields, readAccess } from './fields.ts';
import { parseForm } from './form.ts';
import type { Order, Orders } from './orders.ts';
import type { Answer, ExecRequest, GmoPgService, Passed } from './service.ts';

/** 1: one callback by POST. 2: two steps. 3: one callback by GET. */
export type CallbackType = '1' | '2' | '3';

export interface ReturnTo {
  readonly retUrl: string;
  readonly callbackType: CallbackType;
}

interface Owner extends ReturnTo {
  readonly shop: Shop;
  readonly request: ExecRequest;
  /** Of this acquirer, as the browser sees it. */
  readonly origin: string;
  /** Given out with the first callback of type 2; null before it. */
  param: string | null;
  /** Tds2Auth was called with it. */
  asked: boolean;
}

const PARAM_MAX = 2_000;
const NO_SUCH_TRADE = 'E01110002';
/** "Auth state wrong for this call". */
const WRONG_STATE = 'E01E50004';
const AUTHENTICATION_FAILED = 'E21030007';

export const readReturn = (fields: Fields, faults: Faults): ReturnTo => {
  const retUrl = fields.get('RetUrl') ?? '';
  if (retUrl === '') faults.push('E01E30001');
  else if (retUrl.length > 1_024) faults.push('E01E30005');
  else if (!/^https?:\/\//.test(retUrl) || !URL.canParse(retUrl)) faults.push('E01E30008');
  const type = fields.get('CallbackType') ?? '';
  if (!/^[123]?$/.test(type)) faults.push('E01EA0007');
  return { retUrl, callbackType: type === '2' || type === '3' ? type : '1' };
};

const readParam = (fields: Fields, faults: Faults): string => {
  const param = fields.get('Tds2Param') ?? '';
  if (param === '') faults.push('E01EB0001');
  else if (param.length > PARAM_MAX) faults.push('E01EB0005');
  return param;
};

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly orders: Orders;
  readonly service: GmoPgService;
}

export interface GmoThreeDSecure {
  readonly calls: Calls;
  readonly app: Hono;
  /** ExecTran of an order that asks for it. @param origin of the address this acquirer was reached by */
  exec(shop: Shop, request: ExecRequest, back: ReturnTo, origin: string): Passed;
  /** Whether a browser was sent here for it. */
  has(transId: string): boolean;
  reset(tenant: string | null): void;
}

const headers = { 'breakwater-decided-by': 'acquirer' };
const formHeaders = { ...headersOf(formPolicy), ...headers };
const leaveHeaders = { ...headersOf(leavePolicy), ...headers };
const BASE = '/api/v2/brw';

const errors = (...errInfos: string[]): Answer => ({ decidedBy: 'acquirer', errInfos });

export const createGmoThreeDSecure = ({ clock, random, orders, service }: Dependencies): GmoThreeDSecure => {
  const room: HostedRoom<Owner> = createHostedRoom({ clock, random });
  /** The latest authentication of each order, by its AccessID. */
  const latest = new Map<string, Hosted<Owner>>();

  const app = new Hono();
  const notFound = (c: Context): Response => c.text('404 Not Found\n', 404, headers);
  const queryOf = ({ id, secret }: Hosted<Owner>): string => `?transId=${id}&t=${secret}`;

  /** Back to the shop. The fields that public clients read; of others nothing is known. */
  const back = (c: Context, { language, owner }: Hosted<Owner>, fields: Readonly<Record<string, string>>): Response => {
    if (owner.callbackType !== '3') return c.body(leavePage(language, owner.retUrl, fields), 200, leaveHeaders);
    const url = new URL(owner.retUrl);
    for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
    return c.redirect(url.href, 302);
  };

  const finished = (c: Context, hosted: Hosted<Owner>): Response => {
    const { order } = hosted.owner.request;
    const status = hosted.result?.status;
    if (order.status === 'UNPROCESSED' && latest.get(order.accessId) === hosted && (status === 'Y' || status === 'A'))
      order.status = 'AUTHENTICATED';
    return hosted.owner.callbackType === '2'
      ? back(c, hosted, { MD: order.accessId, requestorTransId: hosted.id, event: 'AuthResultReady', param: '' })
      : back(c, hosted, { AccessID: order.accessId });
  };

  const show = (c: Context, hosted: Hosted<Owner>): Response =>
    hosted.result === null
      ? c.body(room.page(hosted, `${BASE}/challenge`, queryOf(hosted)), 200, formHeaders)
      : finished(c, hosted);

  const found = (c: Context): Hosted<Owner> | undefined =>
    room.find(c.req.query('transId') ?? '', c.req.query('t') ?? '');

  app.get(`${BASE}/callback`, (c) => {
    const hosted = found(c);
    if (hosted === undefined) return notFound(c);
    hosted.language = /^en\b/i.test(c.req.header('accept-language') ?? '') ? 'en' : 'ja';
    const { owner } = hosted;
    if (owner.callbackType === '2' && !owner.asked) {
      // The shop asks for the result of what was learned of the device here.
      owner.param ??= Buffer.from(JSON.stringify({ transId: hosted.id, device: c.req.header('user-agent') ?? '' }))
        .toString('base64url')
        .slice(0, PARAM_MAX);
      const { accessId } = owner.request.order;
      const fields = { MD: accessId, requestorTransId: hosted.id, event: '3DSMethodFinished', param: owner.param };
      return back(c, hosted, fields);
    }
    room.judge(hosted);
    return show(c, hosted);
  });

  app.get(`${BASE}/challenge`, (c) => {
    const hosted = found(c);
    if (hosted === undefined || (hosted.challenge === null && hosted.result === null)) return notFound(c);
    const language = c.req.query('lang');
    if (language === 'ja' || language === 'en') hosted.language = language;
    if (hosted.challenge?.phase === 'awaiting-creq') room.act(hosted, { type: 'creq' });
    return show(c, hosted);
  });

  app.post(`${BASE}/challenge/:act`, async (c) => {
    const hosted = found(c);
    if (hosted === undefined || hosted.challenge === null) return notFound(c);
    const form = parseForm(await c.req.text(), 'application/x-www-form-urlencoded', () => '');
    const act = c.req.param('act');
    if (act === 'code') {
      const code = typeof form === 'string' ? '' : (form.fields.get('code') ?? '');
      room.act(hosted, { type: 'code', code: code.normalize('NFKC').replaceAll(/\s/g, '').slice(0, 20) });
    } else if (act === 'approve' || act === 'resend' || act === 'cancel') room.act(hosted, { type: act });
    else return notFound(c);
    return show(c, hosted);
  });

  /** A call about an order's latest authentication; its keys are checked like any call's. */
  const about =
    (act: (order: Order, hosted: Hosted<Owner> | undefined, fields: Fields) => Passed | { faults: Faults }): Call =>
    (fields) => {
      const faults: Faults = [];
      const keys = readAccess(fields, faults);
      if (faults.length > 0) return { faults };
      const order = orders.byAccess(keys);
      return order === undefined ? { faults: [NO_SUCH_TRADE] } : act(order, latest.get(order.accessId), fields);
    };

  const resultOf = ({ result }: Hosted<Owner>): readonly (readonly [string, string])[] => [
    ['Tds2TransResult', result?.status ?? 'C'],
    ['Tds2TransResultReason', result?.reason ?? ''],
  ];

  const tds2Auth = about((order, hosted, fields) => {
    const faults: Faults = [];
    const param = readParam(fields, faults);
    if (faults.length > 0) return { faults };
    if (hosted === undefined || hosted.owner.callbackType !== '2') return { faults: [WRONG_STATE] };
    const { owner } = hosted;
    return service.queued(owner.shop, `Tds2Auth/${order.orderId}`, order, () => {
      if (owner.param === null || owner.asked) return errors(WRONG_STATE);
      if (param !== owner.param) return errors('E01EB0010');
      owner.asked = true;
      room.judge(hosted);
      const status = hosted.result?.status;
      if (status === 'Y' || status === 'A') order.status = 'AUTHENTICATED';
      const url = hosted.result === null ? `${owner.origin}${BASE}/challenge${queryOf(hosted)}` : '';
      return { decidedBy: 'acquirer', pairs: [...resultOf(hosted), ['ChallengeUrl', url]] };
    });
  });

  const tds2Result = about((order, hosted) => {
    if (hosted === undefined) return { faults: [WRONG_STATE] };
    return service.queued(hosted.owner.shop, `Tds2Result/${order.orderId}`, order, () =>
      hosted.result === null ? errors(WRONG_STATE) : { decidedBy: 'acquirer', pairs: resultOf(hosted) },
    );
  });

  const secureTran2 = about((_, hosted) => {
    if (hosted?.result == null) return { faults: [WRONG_STATE] };
    const { status } = hosted.result;
    const { shop, request } = hosted.owner;
    return status === 'Y' || status === 'A'
      ? service.execSecured(shop, request)
      : service.queued(shop, `SecureTran2/${request.order.orderId}`, request.order, () =>
          errors(AUTHENTICATION_FAILED),
        );
  });

  /** The apps' SDK is not public: nothing of these is known but their names. */
  const notInContract: Call = about(() => ({ faults: ['E61030001'] }));

  return {
    app,
    calls: {
      SecureTran2: secureTran2,
      Tds2Auth: tds2Auth,
      Tds2Result: tds2Result,
      Tds2AuthApp: notInContract,
      Tds2ResultApp: notInContract,
    },
    exec: (shop, request, { retUrl, callbackType }, origin) =>
      service.entrust(shop, request, () => {
        const { order, source } = request;
        const amountYen = order.job === 'CHECK' ? null : order.amountYen + order.taxYen;
        const key = `${order.tenant}/${order.orderId}`;
        const kept = { ...request, source: { ...source, token: null } };
        const owner: Owner = { shop, request: kept, retUrl, callbackType, origin, param: null, asked: false };
        const hosted = room.begin({ key, card: source.card, amountYen, merchantName: shop.credentials.shopId }, owner);
        latest.set(order.accessId, hosted);
        return `${origin}${BASE}/callback${queryOf(hosted)}`;
      }),
    has: (transId) => room.has(transId),
    reset(tenant) {
      room.forget(({ shop }) => tenant === null || shop.tenant.id === tenant);
      for (const [accessId, { owner }] of latest)
        if (tenant === null || owner.shop.tenant.id === tenant) latest.delete(accessId);
    },
  };
};
