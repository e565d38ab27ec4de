/**
 * The gateway on a real port: `node gateway/main.ts`. The one file here that names the process,
 * the network and the disk.
 *
 * Environment, required: `ADMIN_TOKEN`, `UPSTREAM_TOKEN` (16 characters or more), `MASTER_KEY`,
 * `HASH_KEY` (32 bytes in hex), `ACQUIRERS`, `POLICY` (files, YAML or JSON). Optional, with what holds without them:
 *
 * - where it listens: `PORT` (4240), `HOST` (127.0.0.1), `TRUSTED_PROXIES` (none; networks whose `X-Forwarded-For` is believed)
 * - what it keeps: `DATABASE_PATH` (.state/gateway.sqlite) or, for PostgreSQL and several instances, `DATABASE_URL`;
 *   `KEY_RETENTION_HOURS` (72) of an idempotency key
 * - several of it: `INSTANCE_ID` (gateway-1; the same after a restart), `INSTANCES` (1), `REDIS_URL` (each counts for itself)
 * - cards: `MASTER_KEYS_OLD` (keys that stored cards may still be under, separated by commas) or, for both, `MASTER_KEYS_FILE`
 *   (the present key first; read again when a rotation is asked for), `DIRECT_TOKENS` (relaxed), `TEST_CARDS_IN_LIVE` (true)
 * - 3-D Secure (off): `DIRECTORY_SERVER_URL` with `PUBLIC_URL`, where browsers and the directory server reach us
 * - telling: `STATUS_PAGE_URL` with `STATUS_PAGE_SECRET`, `STATUS_PAGE_PUBLIC_URL` (named in letters), `SMTP_URL` with
 *   `MAIL_FROM` (letters stay in memory), `WEBHOOK_TARGETS` (public; loopback, stage), `TOKEN_EVENTS` (true)
 * - looking on: `LOG_LEVEL` (info), `LOG_REQUESTS` (true), `METRICS_TOKEN` (16 or more; the admin token reads `/metrics` too),
 *   `DAILY_RECONCILIATION` (true)
 * - `FRAUD_RULES` (the policy's): a file, read again when it changed
 *
 * SIGHUP reads the policy again. Exit status 2 when something is missing or wrong: one line for each.
 */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createGateway, openSqliteStore } from './app.ts';
import { createLiveClock } from './clock.ts';
import { readMasterKeys, readPolicyFile, readSettings } from './environment.ts';
import { createLiveFetch } from './fetch.ts';
import { rulesFileReader } from './fraud/rules-file.ts';
import { bodyBytesMax } from './http/body.ts';
import { refused } from './http/endpoint.ts';
import { answerToFault, guardSockets, serverOptions } from './http/sockets.ts';
import { createLiveLog } from './log.ts';
import type { Secrets, Store } from './ports.ts';
import { createLiveEntropy, createLiveRandom } from './random.ts';
import { createLiveResolve } from './resolve.ts';

/** Longer than the slowest answer of an acquirer that a request waits for. */
const graceMs = 20_000;

const refuse = (faults: readonly string[]): never => {
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exit(2);
};

const read = readSettings(process.env, (path) => readFileSync(path, 'utf8'));
const settings = read.ok ? read.value : refuse(read.faults);
const { config, policy, databasePath, databaseUrl, fraudRulesFile } = settings;

const why = (reason: unknown): string => (reason instanceof Error ? reason.message : 'cannot be opened');

const openStore = async (): Promise<Store & { close(): unknown }> => {
  if (databaseUrl !== null) {
    // Loaded by those who want it only.
    const { openPostgresStore } = await import('./store/postgres.ts');
    return openPostgresStore({
      url: databaseUrl,
      onTrouble: ({ kind, code }) =>
        kind === 'again' ? log.debug({ event: 'store.again', code }) : log.warn({ event: 'store.connection', code }),
    }).catch((reason: unknown) => refuse([`DATABASE_URL: ${why(reason)}`]));
  }
  try {
    if (databasePath !== ':memory:') mkdirSync(dirname(databasePath), { recursive: true });
    return openSqliteStore({ location: databasePath, gather: (then) => void setImmediate(then) });
  } catch (reason) {
    return refuse([`DATABASE_PATH: ${why(reason)}`]);
  }
};

/** The file is read again whenever it is asked, so that a new key needs no restart. */
const secretsIn = (path: string): Secrets => ({
  masterKeys() {
    const keys = readMasterKeys(readFileSync(path, 'utf8'));
    if (!keys.ok) throw new Error(`MASTER_KEYS_FILE: ${path}: ${keys.faults.join('; ')}`);
    return keys.value;
  },
});

const clock = createLiveClock();
const log = createLiveLog(clock, { program: config.instanceId, level: settings.logLevel });
const store = await openStore();
// Loaded by those who want it only.
const shared =
  settings.redisUrl === null
    ? null
    : await (await import('./shared/redis.ts')).openRedisShared({
        url: settings.redisUrl,
        onTrouble: (reason) => log.warn({ event: 'shared.connection', reason }),
      });
// Loaded by those who want it only.
const letters = settings.smtpUrl === null ? null : (await import('./mail.ts')).createLiveMail(settings.smtpUrl);
const acquirerIds = config.acquirers.map(({ id }) => id);
const gateway = createGateway({
  clock,
  random: createLiveRandom(),
  entropy: createLiveEntropy(),
  fetch: createLiveFetch({ connectTimeoutMs: policy.upstream.connectTimeoutMs }),
  resolve: createLiveResolve(),
  store,
  log,
  policy,
  config,
  readPolicy: () => readPolicyFile(settings.policyFile, acquirerIds, (path) => readFileSync(path, 'utf8')),
  ...(shared === null ? {} : { shared }),
  ...(letters === null ? {} : { mail: letters.mail }),
  ...(settings.masterKeysFile === null ? {} : { secrets: secretsIn(settings.masterKeysFile) }),
  ...(fraudRulesFile === null
    ? {}
    : {
        fraudRules: rulesFileReader(
          () => readFileSync(fraudRulesFile, 'utf8'),
          () => statSync(fraudRulesFile).mtimeMs,
        ),
      }),
});

// A body is refused before it is in memory: `Content-Length` is looked at, and without one the
// bytes are counted as they come.
const front = new Hono();
front.use(
  bodyLimit({
    maxSize: bodyBytesMax,
    onError: (context) => {
      const answer = refused({ kind: 'body_refused', reason: `more than ${bodyBytesMax} bytes` });
      return context.body(answer.body, answer.status as 400, {
        'Content-Type': 'application/json; charset=utf-8',
        'Breakwater-Decided-By': answer.decidedBy,
      });
    },
  }),
);
// The socket comes with it: whose address a request has is told by nothing else.
front.all('*', (context) => gateway.app.fetch(context.req.raw, context.env));

// A database that goes away in this very moment: whoever runs us starts us again.
await gateway
  .start()
  .catch((reason) => refuse([`${databaseUrl === null ? 'DATABASE_PATH' : 'DATABASE_URL'}: ${why(reason)}`]));
const listener = getRequestListener(front.fetch, { errorHandler: answerToFault });
const server = createServer(serverOptions, (incoming, outgoing) => void listener(incoming, outgoing));
guardSockets(server);
server.listen(settings.port, settings.host, () => {
  const { port: bound } = server.address() as AddressInfo;
  log.info({ event: 'gateway.listening', url: `http://${settings.host}:${bound}`, policy: policy.name });
});
server.on('error', (reason: Error) =>
  refuse([`PORT, HOST: http://${settings.host}:${settings.port}: ${reason.message}`]),
);

/** No new connections; requests under way get their answers; what happens in the background ends; then the store closes. */
const stop = async (signal: string): Promise<void> => {
  log.info({ event: 'gateway.stopping', signal });
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection whose request ends from now on is not kept for another one.
  server.keepAliveTimeout = 1;
  const late = clock.after(graceMs, () => server.closeAllConnections());
  await closed;
  late.cancel();
  await gateway.stop();
  await store.close();
  shared?.close();
  letters?.close();
  process.exit(0);
};
// What it says is in the log: taken, or refused with every fault, and then nothing has changed.
process.on('SIGHUP', () => void gateway.reloadPolicy());
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void stop(signal));
