/**
 * `/subscribe` and the links in letters. Pages work without script; a link only asks, a button does it,
 * because whoever scans mail for danger opens every link in it.
 */
import { type Context, Hono } from 'hono';
import { readBoundedBody } from '../bounded-body.ts';
import { parseJson } from '../feed-routes.ts';
import { contentSecurityPolicy } from '../render/style.ts';
import { renderSubscribe, type SubscribeNews } from '../render/subscribe.ts';
import type { Lang } from '../render/words.ts';
import { complaint } from '../schema.ts';
import { bearerMatches } from '../signature.ts';
import type { LinkPurpose } from './links.ts';
import { SubscriptionForm } from './schema.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface SubscriptionRoutesDeps {
  readonly site: string;
  /** Null: nobody can subscribe here, and the page names the feeds. */
  readonly subscriptions: Subscriptions | null;
  readonly adminToken: string;
  readonly updatedAtMs: () => number;
}

const headers = {
  'content-type': 'text/html; charset=utf-8',
  // Forms go home only.
  'content-security-policy': contentSecurityPolicy.replace("form-action 'none'", "form-action 'self'"),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const langOf = (asked: string | undefined): Lang => (asked === 'en' ? 'en' : 'ja');

interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}
const clientOf = (c: Context): string => (c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress ?? 'here';

const isPurpose = (text: string): text is LinkPurpose => text === 'confirm' || text === 'unsubscribe';

export const subscriptionRoutes = (deps: SubscriptionRoutesDeps): Hono => {
  const { site, subscriptions, adminToken, updatedAtMs } = deps;
  const app = new Hono();
  const page = (c: Context, status: 200 | 202 | 400 | 403 | 413 | 429, lang: Lang, news: SubscribeNews) =>
    c.body(renderSubscribe({ site, lang, updatedAtMs: updatedAtMs() }, news), status, headers);

  if (subscriptions === null) {
    app.get('/subscribe', (c) => page(c, 200, langOf(c.req.query('lang')), { kind: 'feeds' }));
    return app;
  }
  app.get('/subscribe', (c) => page(c, 200, langOf(c.req.query('lang')), { kind: 'form' }));

  app.post('/subscribe', async (c) => {
    const lang = langOf(c.req.query('lang'));
    const isJson = c.req.header('content-type')?.startsWith('application/json') === true;
    const body = await readBoundedBody(c);
    if (!body.ok) return page(c, 413, lang, { kind: 'wrong', reason: body.reason });
    const given: unknown = isJson ? parseJson(body.text) : Object.fromEntries(new URLSearchParams(body.text));
    const form = SubscriptionForm.safeParse(given);
    if (!form.success) {
      const error = complaint(form.error);
      return isJson ? c.json({ error }, 400) : page(c, 400, lang, { kind: 'wrong', reason: null });
    }
    const asked = await subscriptions.ask(form.data, clientOf(c));
    switch (asked.kind) {
      case 'asked':
        return isJson
          ? c.json({ asked: true }, 202)
          : page(c, 202, lang, { kind: 'asked', channel: form.data.channel });
      case 'too_many':
        return isJson ? c.json({ error: { reason: 'too_many' } }, 429) : page(c, 429, lang, { kind: 'too_many' });
      case 'refused':
        return isJson
          ? c.json({ error: { path: 'target', reason: asked.reason } }, 400)
          : page(c, 400, lang, { kind: 'wrong', reason: asked.reason });
    }
  });

  const link = '/subscriptions/:id/:purpose';
  app.get(link, (c) => {
    const lang = langOf(c.req.query('lang'));
    const { id, purpose } = c.req.param();
    const proof = c.req.query('proof') ?? '';
    if (!isPurpose(purpose) || !subscriptions.known(purpose, id, proof)) return page(c, 403, lang, { kind: 'no_link' });
    return page(c, 200, lang, { kind: 'ask', purpose });
  });
  // The button of that page, and a mail program's one click (RFC 8058).
  app.post(link, (c) => {
    const lang = langOf(c.req.query('lang'));
    const { id, purpose } = c.req.param();
    const proof = c.req.query('proof') ?? '';
    if (purpose === 'unsubscribe' && subscriptions.leave(id, proof)) return page(c, 200, lang, { kind: 'left' });
    if (purpose === 'confirm' && subscriptions.confirm(id, proof) !== undefined)
      return page(c, 200, lang, { kind: 'confirmed' });
    return page(c, 403, lang, { kind: 'no_link' });
  });

  app.get('/admin/v1/subscriptions', (c) => {
    if (!bearerMatches(c.req.header('authorization'), adminToken)) return c.json({ error: { reason: 'token' } }, 401);
    const topic = c.req.query('topic');
    return c.json({
      subscribers: subscriptions.count(),
      ...(topic === undefined ? {} : { told: subscriptions.figures(topic) }),
    });
  });
  return app;
};
