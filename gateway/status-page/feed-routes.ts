/** `POST /feed`: signed facts of gateway instances. */
import { Hono } from 'hono';
import type { Log } from '../ports.ts';
import { readBoundedBody } from './bounded-body.ts';
import type { PageClock } from './clock.ts';
import type { StatusPageSettings } from './config.ts';
import type { Page } from './page.ts';
import { complaint, FactBody } from './schema.ts';
import { refuseSignature } from './signature.ts';
import type { Watch } from './watch.ts';

export interface FeedDeps {
  readonly clock: PageClock;
  readonly log: Log;
  readonly settings: StatusPageSettings;
  readonly page: Page;
  readonly watch: Watch;
}

/**
 * Answers 200 `{applied}`: false when the fact was nothing new. Refusals: 401 signature, 411/413
 * length, 400 shape or a date in the future, each `{error: {reason, path?}}`.
 */
export const feedRoutes = ({ clock, log, settings, page, watch }: FeedDeps): Hono => {
  const app = new Hono();

  app.post('/feed', async (c) => {
    const body = await readBoundedBody(c);
    if (!body.ok) {
      log.warn({ event: 'feed.refused', reason: 'length' });
      return c.json({ error: { reason: body.reason } }, body.status);
    }
    const nowMs = clock.wallMs();
    const header = c.req.header('breakwater-signature');
    const refusal = refuseSignature(header, body.text, settings.feedSecret, nowMs, settings.toleranceMs);
    if (refusal !== null) {
      log.warn({ event: 'feed.refused', reason: refusal });
      return c.json({ error: { reason: refusal } }, 401);
    }
    const fact = FactBody.safeParse(parseJson(body.text));
    if (!fact.success) {
      const error = complaint(fact.error);
      log.warn({ event: 'feed.refused', reason: 'shape', path: error.path });
      return c.json({ error }, 400);
    }
    // A fact from the future would make every later one look old.
    if (fact.data.atMs > nowMs + settings.toleranceMs) {
      log.warn({ event: 'feed.refused', reason: 'in_the_future', instance: fact.data.instance });
      return c.json({ error: { path: 'atMs', reason: 'in_the_future' } }, 400);
    }
    switch (fact.data.kind) {
      case 'beat':
        return c.json({ applied: await watch.beat(fact.data.instance, fact.data.atMs) });
      case 'components':
        return c.json({ applied: await page.hearComponents(fact.data) });
      case 'after_action':
        return c.json({ applied: await page.hearRecord(fact.data) });
      case 'incident':
        return c.json({ applied: await page.hearIncident(fact.data) });
    }
  });

  return app;
};

/** `undefined` for what is no JSON; the schema then complains. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
