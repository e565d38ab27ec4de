/**
 * Real parts for tests: gateway processes on ports of their own, and two acquirers behind real
 * sockets in this process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { createAcquirer } from '../../acquirer-sim/app.ts';
import { createLiveClock } from '../../acquirer-sim/clock.ts';
import { createLiveRandom } from '../../acquirer-sim/random.ts';
import type { Policy } from '../../gateway/app.ts';
import { type AcquirerId, accountAt, acquirerConfig } from '../gateway/acquirers.ts';
import type { Transaction } from '../gateway/books.ts';
import { protectedPolicy } from '../gateway/upstream/scripted.ts';
import { basic, type FormInput, formOf, type Json } from '../gateway/world.ts';

const acquirerIds = ['escott', 'gmo'] as const;
const adminToken = 'admin-token-0123456789';
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const main = new URL('../../gateway/main.ts', import.meta.url).pathname;

export interface Gateway {
  readonly url: string;
  /** SIGKILL by default; resolves when the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export interface Told {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
}

export interface Programs {
  /** A gateway process on this database. */
  startGateway(instanceId: string, databaseUrl: string): Promise<Gateway>;
  /** All that the acquirers know with money in them. */
  transactions(): Promise<Transaction[]>;
  close(): Promise<void>;
}

/** Requests of a shop. Rejects when no whole answer comes. */
export const ask = async (
  url: string,
  path: string,
  { key, form, json, idempotencyKey }: { key?: string; form?: FormInput; json?: object; idempotencyKey?: string } = {},
): Promise<Told> => {
  const body = json === undefined ? (form === undefined ? null : formOf(form)) : JSON.stringify(json);
  const reply = await fetch(`${url}${path}`, {
    method: body === null ? 'GET' : 'POST',
    headers: {
      Authorization: key === undefined ? `Bearer ${adminToken}` : basic(key),
      ...(body === null || json !== undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    },
    ...(body === null ? {} : { body }),
  });
  const text = await reply.text();
  return { status: reply.status, text, json: JSON.parse(text) as Json };
};

export interface Shop {
  readonly secret: string;
  readonly public: string;
}

export const enrol = async (url: string, id: string): Promise<Shop> => {
  const made = await ask(url, '/admin/v1/merchants', { json: { id, name: id } });
  if (made.status !== 200) throw new Error(`no merchant: ${made.text}`);
  return made.json.keys.live as Shop;
};

/** `adjust` changes the policy, which is `protected` without its limits. */
export const startPrograms = async (adjust: (policy: Policy) => Policy = (policy) => policy): Promise<Programs> => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-live-'));
  const closing: (() => Promise<unknown>)[] = [];
  const urls = new Map<AcquirerId, string>();
  for (const id of acquirerIds) {
    const acquirer = createAcquirer({
      clock: createLiveClock(),
      random: createLiveRandom(1),
      fetch: () => Promise.reject(new Error('nobody to call')),
      log: silent,
      config: {
        ...acquirerConfig(id),
        // What was done is listed within the second: nobody waits a minute for a test.
        capacity: { workers: 20, queueMax: 2_000, listingLagMaxMs: 200, serviceMs },
      } as Parameters<typeof createAcquirer>[0]['config'],
    });
    await acquirer.start();
    const server = serve({ fetch: acquirer.app.fetch, port: 0, hostname: '127.0.0.1' });
    if (!server.listening) await once(server, 'listening');
    urls.set(id, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closing.push(async () => {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
      await acquirer.stop();
    });
  }
  const accounts = acquirerIds.map((id) => ({ ...accountAt(id), baseUrl: urls.get(id), contactUrl: null }));
  writeFileSync(join(folder, 'acquirers.json'), JSON.stringify(accounts));
  const policy = protectedPolicy();
  const { limits, upstream } = policy;
  const adjusted = adjust({
    ...policy,
    limits: { ...limits, enabled: false, outbound: { ...limits.outbound, enabled: false } },
    upstream: { ...upstream, concurrency: { ...upstream.concurrency, enabled: false } },
  });
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(adjusted));

  const running = new Set<ChildProcess>();
  return {
    async startGateway(instanceId, databaseUrl) {
      const child = spawn(process.execPath, [main], {
        env: {
          PATH: process.env.PATH ?? '',
          PORT: '0',
          INSTANCE_ID: instanceId,
          DATABASE_URL: databaseUrl,
          ADMIN_TOKEN: adminToken,
          UPSTREAM_TOKEN: 'upstream-token-0123456789',
          MASTER_KEY: 'ab'.repeat(32),
          HASH_KEY: 'cd'.repeat(32),
          ACQUIRERS: join(folder, 'acquirers.json'),
          POLICY: join(folder, 'policy.json'),
          LOG_REQUESTS: 'false',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      running.add(child);
      const gone = once(child, 'exit').then(() => running.delete(child));
      const listening = Promise.withResolvers<string>();
      let rest = '';
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          const { event, url } = JSON.parse(line) as { event?: string; url?: string };
          if (event === 'gateway.listening') listening.resolve(url ?? '');
        }
      });
      void gone.then(() => listening.reject(new Error(`${instanceId} ended with ${child.exitCode}`)));
      return {
        url: await listening.promise,
        async kill(signal = 'SIGKILL') {
          child.kill(signal);
          await gone;
        },
      };
    },
    async transactions() {
      const found: Transaction[] = [];
      for (const [acquirer, url] of urls)
        for (let after = 0; ; ) {
          const { json } = await ask(url, `/sim/v1/transactions?limit=1000&after=${after}`);
          for (const row of json.rows) if (row.authorisedYen > 0) found.push({ acquirer, ...row });
          if (json.next === null || json.next === undefined) break;
          after = json.next;
        }
      return found;
    },
    async close() {
      for (const child of running) child.kill('SIGKILL');
      for (const close of closing) await close();
      rmSync(folder, { recursive: true });
    },
  };
};

const serviceMs = Object.fromEntries(
  ['check', 'authorise', 'capture', 'change', 'void', 'search'].map((kind) => [kind, { mean: 15, sigma: 0.5 }]),
);
