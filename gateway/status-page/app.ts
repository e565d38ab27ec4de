/**
 * The status page as a program: the door that stages and `main.ts` use.
 *
 * A program of its own, so that it outlives the gateway it reports on: its own store, its own
 * probes, and of the gateway nothing but types.
 */
import { Hono } from 'hono';
import type { Entropy, Fetch, Log, Mail } from '../ports.ts';
import { adminRoutes } from './admin-routes.ts';
import type { PageClock } from './clock.ts';
import { StatusPageConfig } from './config.ts';
import { feedRoutes } from './feed-routes.ts';
import { createLive } from './live.ts';
import { createPage } from './page.ts';
import { servePage } from './page-routes.ts';
import type { PageStore } from './store.ts';
import type { Guard } from './subscribers/calls.ts';
import { ofIncident } from './subscribers/publication.ts';
import { subscriptionRoutes } from './subscribers/routes.ts';
import type { SubscriberStore } from './subscribers/store.ts';
import { createSubscriptions } from './subscribers/subscriptions.ts';
import { createWatch } from './watch.ts';

// The door: what a composer needs besides.
export type { StatusPageConfig } from './config.ts';
export { openJsonFilePageStore } from './json-file-store.ts';
export { createMemoryPageStore, type PageStore } from './store.ts';
export { openSqliteSubscriberStore } from './subscribers/sqlite-store.ts';
export { createMemorySubscriberStore, type SubscriberStore } from './subscribers/store.ts';

export interface StatusPageDeps {
  readonly clock: PageClock;
  /** For the page's own probes of the gateway. */
  readonly fetch: Fetch;
  readonly log: Log;
  readonly store: PageStore;
  readonly config: StatusPageConfig;
  /** What subscriptions need; without it nobody can subscribe, whatever the configuration says. */
  readonly subscribers?: SubscribersDeps;
}

export interface SubscribersDeps {
  readonly store: SubscriberStore;
  readonly entropy: Entropy;
  readonly mail: Mail;
  /** Stands before every address that a subscriber chose. */
  readonly guard: Guard;
}

export interface StatusPage {
  readonly app: Hono;
  /** Reads what an earlier process left and begins to probe. Rejects when the store cannot be read. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens nothing; throws a `ZodError` when the configuration is not valid. */
export const createStatusPage = ({ clock, fetch, log, store, config, subscribers }: StatusPageDeps): StatusPage => {
  const settings = StatusPageConfig.parse(config);
  const subscriptions =
    settings.subscriptions === null || subscribers === undefined
      ? null
      : createSubscriptions({
          clock,
          fetch,
          log,
          ...subscribers,
          settings: settings.subscriptions,
          sender: {
            site: settings.title,
            from: settings.subscriptions.from,
            origin: new URL(settings.publicUrl ?? '').origin,
          },
        });
  const app = new Hono();
  const live = createLive(app, clock);
  const page = createPage({
    onChanged: live.changed,
    clock,
    log,
    store,
    settings,
    ...(subscriptions === null ? {} : { onPublished: subscriptions.publish }),
  });
  const watch = createWatch({ clock, fetch, log, settings, page });
  app.route('/', feedRoutes({ clock, log, settings, page, watch }));
  app.route('/', adminRoutes({ log, settings, page, watch }));
  app.route(
    '/',
    subscriptionRoutes({
      site: settings.title,
      subscriptions,
      adminToken: settings.adminToken,
      updatedAtMs: () => page.snapshot().updatedAtMs,
    }),
  );
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
    start: async () => {
      watch.start(await page.load());
      // Whoever was not told before the last process ended is told now.
      for (const incident of page.snapshot().open) subscriptions?.publish(ofIncident(incident));
    },
    stop: async () => {
      watch.stop();
      subscriptions?.stop();
      live.stop();
    },
  };
};
