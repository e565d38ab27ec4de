/**
 * What readers get. Rendered on the first request after a change and then served from memory,
 * because in an outage everybody reads this page at once.
 */
import type { Hono } from 'hono';
import { view } from './incident.ts';
import type { Page } from './page.ts';
import { renderAfterAction } from './render/after-action.ts';
import { createRenderCache } from './render/cache.ts';
import { renderHistory, renderNotFound } from './render/history.ts';
import { renderHome } from './render/home.ts';
import { renderIncident } from './render/incident.ts';
import { statusOf } from './render/status-json.ts';
import { contentSecurityPolicy } from './render/style.ts';
import type { Lang } from './render/words.ts';

const htmlHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // Readers reload in an outage; an old answer would be worse than the small work of a new one.
  'cache-control': 'no-cache',
};
const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
  'cache-control': 'no-cache',
};

/** Anything but `en` is Japanese. */
const langOf = (asked: string | undefined): Lang => (asked === 'en' ? 'en' : 'ja');

export interface Served {
  readonly site: string;
  readonly publicUrl: string | undefined;
  readonly wallMs: () => number;
}

/** Adds the readers' addresses to `app`, and its answer to unknown ones. */
export const servePage = (app: Hono, page: Page, { site, publicUrl, wallMs }: Served): void => {
  // What is planned becomes what is under way without anybody changing it, so a text lives a minute at most.
  const cached = createRenderCache(() => `${page.revision()}/${Math.floor(wallMs() / 60_000)}`);
  const fromOutside = publicUrl === undefined ? null : new URL(publicUrl).origin;
  /** Texts with addresses in them: kept when the address is ours to say, else made for who asks. */
  const addressed = (key: string, url: string, render: (origin: string) => string): string =>
    fromOutside === null ? render(new URL(url).origin) : cached(key, () => render(fromOutside));

  app.get('/api/v1/status.json', (c) =>
    c.body(
      cached('json', () => JSON.stringify(statusOf(page.snapshot(), wallMs()))),
      200,
      jsonHeaders,
    ),
  );
  app.get('/', (c) => {
    const lang = langOf(c.req.query('lang'));
    return c.body(
      cached(`home ${lang}`, () => renderHome(page.snapshot(), site, lang, wallMs())),
      200,
      htmlHeaders,
    );
  });
  app.get('/history', (c) => {
    const lang = langOf(c.req.query('lang'));
    return c.body(
      cached(`history ${lang}`, () => renderHistory(page.snapshot(), site, lang)),
      200,
      htmlHeaders,
    );
  });
  app.get('/incidents/:id', (c) => {
    const lang = langOf(c.req.query('lang'));
    const incident = page.incident(c.req.param('id'));
    if (incident === undefined) return c.notFound();
    return c.body(
      cached(`incident ${lang} ${incident.told.id}`, () =>
        renderIncident(view(incident), page.snapshot(), site, lang, incident.record !== undefined),
      ),
      200,
      htmlHeaders,
    );
  });
  app.get('/incidents/:id/report', (c) => {
    const lang = langOf(c.req.query('lang'));
    const record = page.incident(c.req.param('id'))?.record;
    if (record === undefined) return c.notFound();
    return c.body(
      cached(`report ${lang} ${record.told.incident}`, () =>
        renderAfterAction(record.told, page.snapshot(), site, lang),
      ),
      200,
      htmlHeaders,
    );
  });
  // Their libraries are loaded for the first who asks: a page must start fast.
  for (const kind of ['atom', 'rss'] as const)
    app.get(`/feed.${kind}`, async (c) => {
      const { renderFeed } = await import('./render/feeds.ts');
      const lang = langOf(c.req.query('lang'));
      return c.body(
        addressed(`${kind} ${lang}`, c.req.url, (origin) => renderFeed(kind, page.snapshot(), { site, origin, lang })),
        200,
        { ...jsonHeaders, 'content-type': `application/${kind}+xml; charset=utf-8` },
      );
    });
  app.get('/calendar.ics', async (c) => {
    const { renderCalendar } = await import('./render/calendar.ts');
    const lang = langOf(c.req.query('lang'));
    return c.body(
      addressed(`calendar ${lang}`, c.req.url, (origin) => renderCalendar(page.snapshot(), { site, origin, lang })),
      200,
      { ...jsonHeaders, 'content-type': 'text/calendar; charset=utf-8' },
    );
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.notFound((c) => {
    const lang = langOf(c.req.query('lang'));
    return c.body(
      cached(`404 ${lang}`, () => renderNotFound(page.snapshot(), site, lang)),
      404,
      htmlHeaders,
    );
  });
};
