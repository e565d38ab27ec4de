/**
 * The status page on a real port, in a process of its own: `node gateway/status-page/main.ts`.
 *
 * Environment: `STATUS_FEED_SECRET`, `STATUS_ADMIN_TOKEN` (16 characters or more each),
 * `STATUS_PROBE_URL` (the gateway's `/healthz`); optional `PORT` (4244), `HOST` (127.0.0.1),
 * `STATUS_TITLE` (Breakwater), `STATUS_PUBLIC_URL` (where readers find it), `STATUS_STATE` (file, `.state/status-page.json`).
 * For subscriptions, all or none: `SMTP_URL` (`smtp://user:password@host:port`), `STATUS_MAIL_FROM`,
 * `STATUS_LINK_KEY` (32 characters or more); `STATUS_SUBSCRIBERS` (file, `.state/status-subscribers.sqlite`),
 * `STATUS_WEBHOOK_TARGETS` (public; loopback, stage), `STATUS_MACHINE_NOTICES` (true; false: only people publish what the page sees by itself).
 *
 * The one file of the page that takes more than types from the gateway: live ports, which know nothing of it.
 */
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { z } from 'zod';
import { createTargets } from '../deliveries/targets.ts';
import { createLiveFetch } from '../fetch.ts';
import { createLiveMail } from '../mail.ts';
import { createLiveEntropy } from '../random.ts';
import { createLiveResolve } from '../resolve.ts';
import { createStatusPage, openSqliteSubscriberStore } from './app.ts';
import { createLiveClock } from './clock.ts';
import { StatusPageConfig } from './config.ts';
import { openJsonFilePageStore } from './json-file-store.ts';
import { SubscriptionSettings } from './subscribers/settings.ts';

const Environment = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(4244),
    HOST: z.string().default('127.0.0.1'),
    STATUS_STATE: z.string().min(1).default('.state/status-page.json'),
    STATUS_TITLE: StatusPageConfig.shape.title.default('Breakwater'),
    STATUS_PUBLIC_URL: StatusPageConfig.shape.publicUrl,
    STATUS_FEED_SECRET: StatusPageConfig.shape.feedSecret,
    STATUS_ADMIN_TOKEN: StatusPageConfig.shape.adminToken,
    STATUS_PROBE_URL: StatusPageConfig.shape.probeUrl,
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    STATUS_MAIL_FROM: SubscriptionSettings.shape.from.optional(),
    STATUS_LINK_KEY: SubscriptionSettings.shape.linkKey.optional(),
    STATUS_SUBSCRIBERS: z.string().min(1).default('.state/status-subscribers.sqlite'),
    STATUS_WEBHOOK_TARGETS: z.enum(['public', 'loopback', 'stage']).default('public'),
    STATUS_MACHINE_NOTICES: z.stringbool().default(true),
  })
  .superRefine((settings, context) => {
    const named = ['SMTP_URL', 'STATUS_MAIL_FROM', 'STATUS_LINK_KEY', 'STATUS_PUBLIC_URL'] as const;
    const missing = named.filter((name) => settings[name] === undefined);
    if (settings.SMTP_URL === undefined) return;
    for (const name of missing) context.addIssue({ code: 'custom', path: [name], message: 'is needed with SMTP_URL' });
  });

const environment = Environment.safeParse(process.env);
if (!environment.success) {
  for (const issue of environment.error.issues) process.stderr.write(`${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(2);
}
const settings = environment.data;

const log = pino({ base: { program: 'status-page' } });

const mail = settings.SMTP_URL === undefined ? null : createLiveMail(settings.SMTP_URL);
const targets = createTargets({
  resolve: createLiveResolve(),
  targets: settings.STATUS_WEBHOOK_TARGETS,
  own: [new URL(settings.STATUS_PROBE_URL).host],
});
const page = createStatusPage({
  clock: createLiveClock(),
  fetch: createLiveFetch(),
  log,
  store: openJsonFilePageStore(settings.STATUS_STATE),
  config: {
    title: settings.STATUS_TITLE,
    feedSecret: settings.STATUS_FEED_SECRET,
    adminToken: settings.STATUS_ADMIN_TOKEN,
    probeUrl: settings.STATUS_PROBE_URL,
    machineNotices: settings.STATUS_MACHINE_NOTICES,
    publicUrl: settings.STATUS_PUBLIC_URL,
    subscriptions:
      mail === null ? null : { linkKey: settings.STATUS_LINK_KEY ?? '', from: settings.STATUS_MAIL_FROM ?? '' },
  },
  ...(mail === null
    ? {}
    : {
        subscribers: {
          store: openSqliteSubscriberStore(settings.STATUS_SUBSCRIBERS),
          entropy: createLiveEntropy(),
          mail: mail.mail,
          guard: (url: string) => targets.check(url, true),
        },
      }),
});
await page.start();

const server = serve({ fetch: page.app.fetch, port: settings.PORT, hostname: settings.HOST }, (address) =>
  log.info({ event: 'page.listening', host: address.address, port: address.port }),
);

const stop = async (): Promise<void> => {
  await page.stop();
  mail?.close();
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
