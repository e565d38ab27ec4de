/**
 * The status page on a real port, in a process of its own: `node gateway/status-page/main.ts`.
 *
 * Environment: `STATUS_FEED_SECRET`, `STATUS_ADMIN_TOKEN` (16 characters or more each),
 * `STATUS_PROBE_URL` (the gateway's `/healthz`); optional `PORT` (4244), `HOST` (127.0.0.1),
 * `STATUS_TITLE` (Breakwater), `STATUS_PUBLIC_URL` (where readers find it), `STATUS_STATE` (file, `.state/status-page.json`).
 */
import { serve } from '@hono/node-server';
import { pino } from 'pino';
import { z } from 'zod';
import type { Fetch } from '../ports.ts';
import { createStatusPage } from './app.ts';
import { createLiveClock } from './clock.ts';
import { StatusPageConfig } from './config.ts';
import { openJsonFilePageStore } from './json-file-store.ts';

const Environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4244),
  HOST: z.string().default('127.0.0.1'),
  STATUS_STATE: z.string().min(1).default('.state/status-page.json'),
  STATUS_TITLE: StatusPageConfig.shape.title.default('Breakwater'),
  STATUS_PUBLIC_URL: StatusPageConfig.shape.publicUrl,
  STATUS_FEED_SECRET: StatusPageConfig.shape.feedSecret,
  STATUS_ADMIN_TOKEN: StatusPageConfig.shape.adminToken,
  STATUS_PROBE_URL: StatusPageConfig.shape.probeUrl,
});

const environment = Environment.safeParse(process.env);
if (!environment.success) {
  for (const issue of environment.error.issues) process.stderr.write(`${issue.path.join('.')}: ${issue.message}\n`);
  process.exit(2);
}
const settings = environment.data;

const log = pino({ base: { program: 'status-page' } });

const liveFetch: Fetch = async (url, { method, headers, body, timeoutMs }) => {
  const reply = await fetch(url, {
    method,
    headers,
    // A redirect is an answer, not the health we asked for.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
    ...(body === undefined ? {} : { body }),
  });
  // Read here, so that the timeout covers the last byte too.
  const text = await reply.text();
  return { status: reply.status, headers: reply.headers, text: async () => text };
};

const page = createStatusPage({
  clock: createLiveClock(),
  fetch: liveFetch,
  log,
  store: openJsonFilePageStore(settings.STATUS_STATE),
  config: {
    title: settings.STATUS_TITLE,
    feedSecret: settings.STATUS_FEED_SECRET,
    adminToken: settings.STATUS_ADMIN_TOKEN,
    probeUrl: settings.STATUS_PROBE_URL,
  },
});
await page.start();

const server = serve({ fetch: page.app.fetch, port: settings.PORT, hostname: settings.HOST }, (address) =>
  log.info({ event: 'page.listening', host: address.address, port: address.port }),
);

const stop = async (): Promise<void> => {
  await page.stop();
  server.close();
  if ('closeAllConnections' in server) server.closeAllConnections();
};
process.once('SIGTERM', () => void stop());
process.once('SIGINT', () => void stop());
