/**
 * The gateway as a process on a SQLite file, at the most talkative log level, two acquirers, a
 * merchant's receivers and a mail server on sockets; and every byte that comes out of any of them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createAcquirer } from '../../acquirer-sim/app.ts';
import { createLiveClock } from '../../acquirer-sim/clock.ts';
import { createLiveFetch } from '../../acquirer-sim/fetch.ts';
import { createLiveRandom } from '../../acquirer-sim/random.ts';
import { accountAt, acquirerConfig } from '../gateway/acquirers.ts';
import { protectedPolicy } from '../gateway/upstream/scripted.ts';
import { basic, type FormInput, formOf, type Json } from '../gateway/world.ts';
import { openMailSink } from '../live/mail-sink.ts';
import type { Place } from './scanner.ts';

const main = new URL('../../gateway/main.ts', import.meta.url).pathname;
export const adminToken = 'admin-token-0123456789';
export const upstreamToken = 'upstream-token-0123456789';
export const masterKeys = ['1', '2'].map((digit) => digit.repeat(64)) as [string, string];

export interface Reply {
  readonly status: number;
  readonly json: Json;
}

export interface LiveWorld {
  /** Of the merchant shop-1, live mode. */
  readonly keys: { readonly secret: string; readonly public: string };
  /** Anything of anybody; the answer is kept for the scan. */
  ask(method: string, path: string, headers?: Record<string, string>, body?: string): Promise<Reply>;
  /** A merchant's call. */
  post(path: string, form: FormInput | string, key: string, more?: Record<string, string>): Promise<Reply>;
  /** The next answer of an acquirer to `operation` (a part of path or body) is replaced by this text. */
  garble(operation: string, text: string): void;
  /** Writes the file of the master keys: the present one first. */
  setMasterKeys(keys: readonly string[]): void;
  readonly databasePath: string;
  /** Everything that can be looked into now. */
  places(): Place[];
  stop(): Promise<void>;
  close(): void;
}

export const openLiveWorld = async (): Promise<LiveWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-canary-'));
  const state = join(folder, 'state');
  const databasePath = join(state, 'gateway.sqlite');
  const closers: (() => void)[] = [];
  const heard: Record<string, string[]> = { answers: [], webhooks: [], 'acquirer logs': [], 'control answers': [] };
  const write = (fields: object): void => void heard['acquirer logs']!.push(JSON.stringify(fields));
  const loud = { debug: write, info: write, warn: write, error: write };
  const garbled: { operation: string; text: string }[] = [];

  const listen = async (fetch: (request: Request) => Response | Promise<Response>): Promise<string> => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' });
    if (!server.listening) await once(server, 'listening');
    closers.push(() => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  const hooks = await listen(async (request) => {
    heard.webhooks!.push(`${request.url} ${JSON.stringify([...request.headers])} ${await request.text()}`);
    return new Response('ok');
  });

  const mail = await openMailSink();
  closers.push(() => void mail.close());

  const accounts = [];
  const acquirers: ReturnType<typeof createAcquirer>[] = [];
  for (const id of ['escott', 'gmo'] as const) {
    const config = acquirerConfig(id);
    const acquirer = createAcquirer({
      clock: createLiveClock(),
      random: createLiveRandom(1),
      fetch: createLiveFetch(),
      log: loud,
      config: { ...config, capacity: { workers: 20, queueMax: 200, listingLagMaxMs: 0 } } as never,
    });
    await acquirer.start();
    acquirers.push(acquirer);
    closers.push(() => void acquirer.stop());
    const baseUrl = await listen(async (request) => {
      const body = request.method === 'POST' ? await request.text() : null;
      const init = { method: request.method, headers: request.headers, ...(body === null ? {} : { body }) };
      const answer = await acquirer.app.fetch(new Request(request.url, init));
      const at = garbled.findIndex(({ operation }) => `${request.url} ${body}`.includes(operation));
      return at === -1 ? answer : new Response(garbled.splice(at, 1)[0]!.text);
    });
    accounts.push({ ...accountAt(id), baseUrl, contactUrl: null });
  }

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const policy = protectedPolicy();
  const environment = {
    PATH: process.env.PATH ?? '',
    PORT: '0',
    LOG_LEVEL: 'debug',
    DATABASE_PATH: databasePath,
    ADMIN_TOKEN: adminToken,
    UPSTREAM_TOKEN: upstreamToken,
    MASTER_KEYS_FILE: file('master-keys', masterKeys[0]),
    HASH_KEY: 'cd'.repeat(32),
    ACQUIRERS: file('acquirers.json', JSON.stringify(accounts)),
    POLICY: file('policy.json', JSON.stringify({ ...policy, limits: { ...policy.limits, enabled: false } })),
    WEBHOOK_TARGETS: 'stage',
    SMTP_URL: mail.url,
    MAIL_FROM: 'gateway@example.jp',
  };
  const log: string[] = [];
  const child: ChildProcess = spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  closers.push(() => child.kill('SIGKILL'));
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => {
      log.push(chunk.toString());
      const url = /"event":"gateway.listening","url":"([^"]+)"/.exec(log.join(''))?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  child.once('exit', (code) => listening.reject(new Error(`it ended with ${code}: ${log.join('')}`)));
  const url = await listening.promise;

  const ask: LiveWorld['ask'] = async (method, path, headers = {}, body) => {
    const reply = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    const text = await reply.text();
    heard.answers!.push(`${reply.status} ${JSON.stringify([...reply.headers])} ${text}`);
    return { status: reply.status, json: text.startsWith('{') ? JSON.parse(text) : text };
  };
  const control = async (): Promise<void> => {
    for (const { app } of acquirers)
      for (const path of ['load', 'ledger?limit=1000', 'transactions?limit=1000', 'operators', 'journal?limit=1000'])
        heard['control answers']!.push(await (await app.fetch(new Request(`http://sim.test/sim/v1/${path}`))).text());
  };

  const hookUrls = {
    noticeUrl: `${hooks}/notices`,
    noticeMail: { address: 'owner@shop.example', language: 'en' },
    webhookUrl: `${hooks}/hook`,
  };
  const made = await ask(
    'POST',
    '/admin/v1/merchants',
    { Authorization: `Bearer ${adminToken}` },
    JSON.stringify({ id: 'shop-1', name: 'shop-1', ...hookUrls }),
  );
  if (made.status !== 200) throw new Error(`no merchant: ${JSON.stringify(made.json)}`);

  return {
    ask,
    keys: made.json.keys.live,
    databasePath,
    post: (path, form, key, more = {}) =>
      ask(
        'POST',
        path,
        { Authorization: basic(key), 'Content-Type': 'application/x-www-form-urlencoded', ...more },
        typeof form === 'string' ? form : formOf(form),
      ),
    garble: (operation, text) => void garbled.push({ operation, text }),
    setMasterKeys: (keys) => void file('master-keys', keys.join('\n')),
    places: () => [
      ...readdirSync(state).map((name) => ({ name: `database: ${name}`, bytes: readFileSync(join(state, name)) })),
      { name: 'gateway log', bytes: Buffer.from(log.join('')) },
      { name: 'mail', bytes: Buffer.from(mail.received.map(({ to, data }) => `${to} ${data}`).join('\n')) },
      ...Object.entries(heard).map(([name, texts]) => ({ name, bytes: Buffer.from(texts.join('\n')) })),
    ],
    async stop() {
      await control();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
    close() {
      for (const close of closers) close();
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
};
