/**
 * The token endpoints (gmo-pg-protocol.md section 8): the server call, the browser's JSONP call, and
 * the script that makes it. None needs a password: card data in, a token out.
 */
import type { Context } from 'hono';
import { Hono } from 'hono';
import type { Demand, Front } from '../capacity/front.ts';
import { type busyPage, frontPages, headersFor } from '../decided-by.ts';
import { drawAlphanumeric, drawFree } from '../handles.ts';
import { jstStamp } from '../jst.ts';
import { holdCard, maskedNumber, tradeMask } from '../members/held-card.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { browserScript } from './browser-script.ts';
import { type CardData, type RawCardData, readCardData } from './card-data.ts';
import { tokenKey } from './key.ts';
import { openBrowserCard, openServerCard } from './sealed.ts';
import type { TokenVault } from './vault.ts';

interface Dependencies {
  readonly clock: Clock;
  /** The stream of a request by its name: a repeated one has draws of its own. */
  readonly streams: { next(name: string): Random };
  readonly front: Front;
  readonly vault: TokenVault;
  /** The tenant of a shop id. */
  readonly tenantOf: (shopId: string) => Tenant | undefined;
  /** How long a token lives, milliseconds. */
  readonly lifeMs: number;
}

interface Issued {
  readonly tokens: readonly string[];
  /** `yyyy-MM-dd-HH-mm-ss`, JST. */
  readonly toBeExpiredAt: string;
  readonly maskedCardNo: string;
  readonly isSecurityCodeSet: boolean;
}

/** It takes a place in the queue, but not of what a capped shop's servers may send: buyers' browsers ask. */
const demand: Demand = { service: 'search', capped: false };

const json = headersFor('application/json;charset=UTF-8');
const script = headersFor('application/javascript;charset=UTF-8');

const BODY_LENGTH_MAX = 65_536;

const expiryText = (atMs: number): string =>
  jstStamp(atMs).replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3-$4-$5-$6');

export const createTokenRoutes = (deps: Dependencies): Hono => {
  const { clock, streams, front, vault, tenantOf } = deps;

  const issue = (tenant: Tenant, data: CardData) => {
    const card = holdCard(data.number, data.expiry);
    const stream = streams.next(`${tenant.id}/getToken/${card.fingerprint}/${data.expiry}`);
    return front.pass(tenant, demand, stream, (): Issued => {
      const expiresAtMs = clock.wallMs() + deps.lifeMs;
      const tokens = Array.from({ length: data.count ?? 1 }, () => {
        const token = drawFree(() => drawAlphanumeric(stream, 64), vault.has);
        const { holderName, hasSecurityCode } = data;
        vault.keep(token, { tenant: tenant.id, card, holderName, hasSecurityCode, expiresAtMs });
        return token;
      });
      return {
        tokens,
        toBeExpiredAt: expiryText(expiresAtMs),
        maskedCardNo: maskedNumber(card, tradeMask),
        isSecurityCodeSet: data.hasSecurityCode,
      };
    });
  };

  /** Opens, checks and issues: tokens, the result codes of what is wrong, or the page of the front that turned it away. */
  const tokensFor = async (tenant: Tenant, opened: RawCardData | string) => {
    if (typeof opened === 'string') return { codes: [opened] };
    const data = readCardData(opened);
    if (!('number' in data)) return { codes: data };
    const passed = issue(tenant, data);
    if (typeof passed === 'string') return passed === 'maintenance' ? frontPages.maintenance : frontPages.overflow;
    return { issued: await passed, many: data.count !== null };
  };

  const show = (c: Context, page: typeof busyPage) => c.body(page.body, page.status, page.headers);

  const serverCall = async (c: Context) => {
    const body = new URLSearchParams((await c.req.text()).slice(0, BODY_LENGTH_MAX));
    const [encrypted, shopId, keyHash] = ['Encrypted', 'ShopID', 'KeyHash'].map((name) => body.get(name) ?? '');
    const refuse = (codes: readonly string[]) => c.body(JSON.stringify({ resultCode: codes }), 200, json.acquirer);
    const codes: string[] = [];
    if (!encrypted) codes.push('150');
    if (!shopId) codes.push('160');
    else if (shopId.length > 13) codes.push('161');
    else if (!/^[0-9A-Za-z]+$/.test(shopId)) codes.push('162');
    if (!keyHash) codes.push('170');
    if (!encrypted || !shopId || !keyHash || codes.length > 0) return refuse(codes);
    const tenant = tenantOf(shopId);
    const key = tokenKey();
    if (tenant === undefined || keyHash.toLowerCase() !== key.keyHash) return refuse(['180']);
    const answer = await tokensFor(tenant, openServerCard(key, encrypted));
    if ('body' in answer) return show(c, answer);
    if ('codes' in answer) return refuse(answer.codes);
    const { tokens, toBeExpiredAt, maskedCardNo, isSecurityCodeSet } = answer.issued;
    const tokenObject = { token: tokens, toBeExpiredAt, maskedCardNo, isSecurityCodeSet };
    return c.body(JSON.stringify({ resultCode: ['000'], tokenObject }), 200, json.acquirer);
  };

  const browserCall = async (c: Context) => {
    const [key, callback, publicKey, encrypted, seal] = ['key', 'callback', 'publicKey', 'encrypted', 'seal'].map(
      (name) => c.req.query(name) ?? '',
    );
    // The name becomes code on the shop's page: nothing but a name may pass.
    const isName = /^[A-Za-z_$][\w$.]{0,127}$/.test(callback ?? '');
    const say = (answer: object) => {
      const text = JSON.stringify(answer);
      return isName ? c.body(`${callback}(${text});`, 200, script.acquirer) : c.body(text, 200, json.acquirer);
    };
    if (!isName || !callback) return say({ resultCode: '531' });
    if (!publicKey) return say({ resultCode: '501' });
    if (!encrypted) return say({ resultCode: '511' });
    if (!key) return say({ resultCode: '521' });
    if (!seal) return say({ resultCode: '541' });
    const tenant = tenantOf(publicKey);
    if (tenant === undefined) return say({ resultCode: '502' });
    const opened = openBrowserCard(tokenKey(), { key, callback, publicKey, encrypted, seal });
    const answer = await tokensFor(tenant, opened);
    if ('body' in answer) return show(c, answer);
    if ('codes' in answer) return say({ resultCode: answer.codes[0] });
    const { tokens, toBeExpiredAt, maskedCardNo, isSecurityCodeSet } = answer.issued;
    const token = answer.many ? tokens : tokens[0];
    return say({ resultCode: '000', tokenObject: { token, toBeExpiredAt, maskedCardNo, isSecurityCodeSet } });
  };

  const app = new Hono();
  app.post('/ext/api/credit/getToken', serverCall);
  app.get('/ext/api/getToken', browserCall);
  app.get('/ext/js/token.js', (c) => c.body(browserScript(tokenKey()), 200, script.acquirer));
  return app;
};
