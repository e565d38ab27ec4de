/**
 * The status page as a program: the door that stages and `main.ts` use.
 *
 * A program of its own, so that it outlives the gateway it reports on: its own store, its own
 * probes, and of the gateway nothing but types.
 */
import { Hono } from 'hono';
import type { Fetch, Log } from '../ports.ts';
import { adminRoutes } from './admin-routes.ts';
import type { PageClock } from './clock.ts';
import { StatusPageConfig } from './config.ts';
import { feedRoutes } from './feed-routes.ts';
import { createPage } from './page.ts';
import { servePage } from './page-routes.ts';
import type { PageStore } from './store.ts';
import { createWatch } from './watch.ts';

// The door: what a composer needs besides.
export type { StatusPageConfig } from './config.ts';
export { openJsonFilePageStore } from './json-file-store.ts';
export { createMemoryPageStore, type PageStore } from './store.ts';

export interface StatusPageDeps {
  readonly clock: PageClock;
  /** For the page's own probes of the gateway. */
  readonly fetch: Fetch;
  readonly log: Log;
  readonly store: PageStore;
  readonly config: StatusPageConfig;
}

export interface StatusPage {
  readonly app: Hono;
  /** Reads what an earlier process left and begins to probe. Rejects when the store cannot be read. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens nothing; throws a `ZodError` when the configuration is not valid. */
export const createStatusPage = ({ clock, fetch, log, store, config }: StatusPageDeps): StatusPage => {
  const settings = StatusPageConfig.parse(config);
  const page = createPage({ clock, log, store, settings });
  const watch = createWatch({ clock, fetch, log, settings, page });
  const app = new Hono();
  app.route('/', feedRoutes({ clock, log, settings, page, watch }));
  app.route('/', adminRoutes({ log, settings, page, watch }));
  servePage(app, page, { site: settings.title, publicUrl: settings.publicUrl, wallMs: () => clock.wallMs() });
  app.onError((error, c) => {
    log.error({
      event: 'page.failed',
      path: c.req.path,
      reason: error instanceof Error ? error.message : String(error),
    });
    return c.json({ error: { reason: 'internal' } }, 500);
  });
  return {
    app,
    start: async () => watch.start(await page.load()),
    stop: async () => watch.stop(),
  };
};
