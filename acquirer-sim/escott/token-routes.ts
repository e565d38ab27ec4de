/**
 * Tokens (escott-protocol.md section 7): the script a checkout page loads, the call it makes, which a server
 * or a test may make too, and 1TokenSearch's endpoint is in `routes.ts` with the other server calls.
 *
 * The wire of the call is ours: a form `k_TokenNinsyoCode CardNo ExpYY ExpMM SecCd ...` to
 * `POST /euser/stn/CdGetToken.do`, answered `ResponseCd=OK&Token=&MaskedCardNo=&TokenLimit=` (JST). A page's
 * code needs no password: it is public by its nature.
 */
import { Hono } from 'hono';
import type { Demand, Front } from '../capacity/front.ts';
import { frontPages, headersFor } from '../decided-by.ts';
import { drawAlphanumeric, drawFree } from '../handles.ts';
import { jstStamp } from '../jst.ts';
import { fingerprintOf } from '../ledger/ledger.ts';
import type { Clock } from '../ports.ts';
import type { Streams } from '../streams.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { TokenVault } from '../tokens/vault.ts';
import { browserScript } from './browser-script.ts';
import type { TokenisedCard } from './card-sources.ts';
import { createFieldReader } from './fields.ts';
import { formatReply, readForm } from './form.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly front: Front;
  readonly streams: Streams;
  readonly vault: TokenVault<TokenisedCard>;
  /** Whose page it is, and whether its contract includes tokens. */
  readonly shopOf: (code: string) => { readonly tenant: Tenant; readonly contracted: boolean } | undefined;
  /** How long a token lives, milliseconds. */
  readonly lifeMs: number;
}

/** A place in the queue, but not of what a capped shop's servers may send: buyers' browsers ask. */
const demand: Demand = { service: 'search', capped: false };

const { acquirer: text } = headersFor('text/plain; charset=UTF-8');
/** The page is another site. */
const headers = { ...text, 'access-control-allow-origin': '*' };
const { acquirer: script } = headersFor('application/javascript; charset=UTF-8');

const LENGTH = 64;

export const createTokenRoutes = ({ clock, front, streams, vault, shopOf, lifeMs }: Dependencies): Hono => {
  const app = new Hono();

  app.post('/euser/stn/CdGetToken.do', async (c) => {
    const say = (pairs: Readonly<Record<string, string>>) => c.body(formatReply(pairs), 200, headers);
    const fields = await readForm(c);
    const shop = shopOf(fields.get('k_TokenNinsyoCode') ?? '');
    if (shop === undefined) return say({ ResponseCd: 'KI1' });
    if (!shop.contracted) return say({ ResponseCd: 'KHZ' });
    const reader = createFieldReader(
      new Map([...fields, ['CardExp', `${fields.get('ExpYY') ?? ''}${fields.get('ExpMM') ?? ''}`]]),
    );
    const number = reader.required('CardNo');
    const expiry = reader.required('CardExp');
    const securityCodeSent = reader.optional('SecCd') !== '';
    for (const name of ['TelNo', 'KanaSei', 'KanaMei']) reader.optional(name);
    if (reader.codes.length > 0) return say({ ResponseCd: reader.codes.join('|') });
    const { tenant } = shop;
    const stream = streams.next(`${tenant.id}/token/${fingerprintOf(number)}/${expiry}`);
    const passed = front.pass(tenant, demand, stream, () => {
      const token = drawFree(() => drawAlphanumeric(stream, LENGTH), vault.has);
      const expiresAtMs = clock.wallMs() + lifeMs;
      vault.keep(token, { tenant: tenant.id, number, expiry, securityCodeSent, expiresAtMs });
      const MaskedCardNo = number.slice(-4).padStart(number.length, '*');
      return { ResponseCd: 'OK', Token: token, MaskedCardNo, TokenLimit: jstStamp(expiresAtMs) };
    });
    if (typeof passed !== 'string') return say(await passed);
    const page = frontPages[passed === 'sessions' ? 'connections' : passed === 'capped' ? 'overflow' : passed];
    return c.body(page.body, page.status, page.headers);
  });

  app.get('/euser/stn/CdGetJavaScript.do', (c) => {
    const code = c.req.query('k_TokenNinsyoCode') ?? '';
    return c.body(browserScript(/^[0-9A-Za-z]{1,64}$/.test(code) ? code : ''), 200, script);
  });

  return app;
};
