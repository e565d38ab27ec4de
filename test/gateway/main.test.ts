/** The program itself, as a process on a real port with real acquirers on sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acquirer, createAcquirer } from '../../acquirer-sim/app.ts';
import { createLiveClock } from '../../acquirer-sim/clock.ts';
import { createLiveRandom } from '../../acquirer-sim/random.ts';
import { accountAt, acquirerConfig } from './acquirers.ts';
import { protectedPolicy } from './upstream/scripted.ts';
import { basic, cardOf, formOf, type Json } from './world.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const folder = mkdtempSync(join(tmpdir(), 'breakwater-main-'));
const main = new URL('../../gateway/main.ts', import.meta.url).pathname;
const adminToken = 'admin-token-0123456789';
const closers: (() => void)[] = [];

interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  readonly lines: string[];
}

const environment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  PORT: '0',
  DATABASE_PATH: join(folder, 'state', 'gateway.sqlite'),
  ADMIN_TOKEN: adminToken,
  UPSTREAM_TOKEN: 'upstream-token-0123456789',
  MASTER_KEY: 'ab'.repeat(32),
  HASH_KEY: 'cd'.repeat(32),
  ACQUIRERS: join(folder, 'acquirers.json'),
  POLICY: join(folder, 'policy.json'),
});

const start = async (): Promise<Running> => {
  const child = spawn(process.execPath, [main], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const listening = Promise.withResolvers<string>();
  let rest = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const { event, url } = JSON.parse(line) as { event?: string; url?: string };
      if (event === 'gateway.listening') listening.resolve(url ?? '');
    }
  });
  child.once('exit', (code) => listening.reject(new Error(`it ended with ${code}`)));
  closers.push(() => child.kill('SIGKILL'));
  return { process: child, url: await listening.promise, lines };
};

const end = async ({ process: child }: Running, signal: NodeJS.Signals): Promise<[number | null, string | null]> => {
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  child.kill(signal);
  return ended;
};

const ask = async (
  url: string,
  path: string,
  { key, body, headers }: { key?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; json: Json }> => {
  const reply = await fetch(`${url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(key === undefined ? {} : { Authorization: basic(key) }),
      'Content-Type': 'application/x-www-form-urlencoded',
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  return { status: reply.status, json: await reply.json() };
};

/** Milliseconds of an authorisation: long enough to be told to stop within it. */
const slowMs = 400;
/** Called when a request reaches an acquirer. */
let onUpstream = (): void => undefined;

beforeAll(async () => {
  const accounts = await Promise.all(
    (['escott', 'gmo'] as const).map(async (id) => {
      const config = acquirerConfig(id);
      const clock = createLiveClock();
      const acquirer: Acquirer = createAcquirer({
        clock,
        random: createLiveRandom(1),
        fetch: () => Promise.reject(new Error('no notice was expected')),
        log: silent,
        config: { ...config, capacity: { ...config.capacity, serviceMs: { authorise: { mean: slowMs, sigma: 0 } } } },
      });
      const heard = (request: Request): Response | Promise<Response> => {
        onUpstream();
        return acquirer.app.fetch(request);
      };
      const server = serve({ fetch: heard, port: 0, hostname: '127.0.0.1' });
      await once(server, 'listening');
      closers.push(() => server.close());
      return {
        ...accountAt(id),
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        contactUrl: null,
      };
    }),
  );
  writeFileSync(join(folder, 'acquirers.json'), JSON.stringify(accounts));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(protectedPolicy()));
});
afterAll(() => {
  for (const close of closers) close();
  rmSync(folder, { recursive: true });
});

/** What any payment may leave in the log; today's mandate only warns. */
const everyday: ReadonlySet<unknown> = new Set(['request.answered', 'mandate.missed']);

describe('the gateway as a process', () => {
  it('takes payments, lets those under way end when it is told to stop, and goes on where it was', async () => {
    const first = await start();
    expect(await ask(first.url, '/healthz')).toEqual({ status: 200, json: { status: 'ok' } });
    const shop = await ask(first.url, '/admin/v1/merchants', {
      headers: { Authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ id: 'shop-1', name: 'x' }),
    });
    const key = shop.json.keys.live.secret as string;
    const browser = shop.json.keys.live.public as string;
    const token = await ask(first.url, '/v1/tokens', { key: browser, body: formOf(cardOf()) });
    const asked = Promise.withResolvers<void>();
    onUpstream = asked.resolve;
    const paying = ask(first.url, '/v1/charges', { key, body: `amount=500&currency=jpy&card=${token.json.id}` });
    await asked.promise;
    const ended = end(first, 'SIGTERM');
    const paid = await paying;
    expect(paid).toMatchObject({ status: 200, json: { paid: true, captured: true } });
    expect(await ended).toEqual([0, null]);
    await expect(ask(first.url, '/healthz')).rejects.toThrow();
    const told = first.lines.map((line) => JSON.parse(line) as Json);
    expect(told.filter(({ event }) => !everyday.has(event)).map(({ event }) => event)).toEqual([
      'gateway.listening',
      'gateway.stopping',
    ]);
    expect(told).toContainEqual(
      expect.objectContaining({
        event: 'request.answered',
        request: expect.stringMatching(/^req_[0-9a-f]{28}$/),
        method: 'POST',
        route: '/v1/charges',
        status: 200,
        merchant: 'shop-1',
      }),
    );

    const second = await start();
    expect((await ask(second.url, `/v1/charges/${paid.json.id}`, { key })).json).toEqual(paid.json);
    const refunded = await ask(second.url, `/v1/charges/${paid.json.id}/refund`, { key, body: '' });
    expect(refunded.json).toMatchObject({ refunded: true, amount_refunded: 500 });
    expect(await end(second, 'SIGINT')).toEqual([0, null]);
  });

  it('does not read a body that is too long, whether its length is told or not', async () => {
    const running = await start();
    const { port } = new URL(running.url);
    const answerTo = (head: string, piece: string, pieces: number): Promise<string> =>
      new Promise((resolve) => {
        let text = '';
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(
            `POST /v1/charges HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n${head}\r\n\r\n`,
          );
          for (let sent = 0; sent < pieces && !socket.destroyed; sent += 1) socket.write(piece);
        });
        socket.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('invalid_querystring')) socket.destroy();
        });
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(text));
      });
    const told = await answerTo('Content-Length: 1000000000', 'a=1&', 1);
    expect(told).toMatch(/^HTTP\/1.1 400 /);
    expect(told).toMatch(/breakwater-decided-by: gateway/i);
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    expect(await answerTo('Transfer-Encoding: chunked', chunk, 3)).toMatch(/^HTTP\/1.1 400 /);
    expect(await end(running, 'SIGTERM')).toEqual([0, null]);
  });

  it('does not start with a wrong environment: one line for each fault, and 2', async () => {
    const child = spawn(process.execPath, [main], {
      env: { ...environment(), PORT: 'x', MASTER_KEY: 'y', POLICY: '/nowhere' },
    });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(text.trim().split('\n')).toEqual([
      'PORT: must be a port, 0 to 65535',
      'MASTER_KEY: must be 32 bytes in hex (64 digits)',
      'POLICY: /nowhere: cannot be read (ENOENT)',
    ]);
  });

  it('does not start on a port that is taken, or on a database that is none', async () => {
    const running = await start();
    const failing = async (more: Record<string, string>): Promise<[unknown, string]> => {
      const child = spawn(process.execPath, [main], { env: { ...environment(), ...more } });
      let text = '';
      child.stderr.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const [code] = await once(child, 'close');
      return [code, text];
    };
    const { port } = new URL(running.url);
    expect(await failing({ PORT: port, DATABASE_PATH: ':memory:' })).toEqual([
      2,
      expect.stringMatching(/^PORT, HOST: .*EADDRINUSE/),
    ]);
    expect(await failing({ DATABASE_PATH: folder })).toEqual([2, expect.stringMatching(/^DATABASE_PATH: /)]);
    expect(await end(running, 'SIGTERM')).toEqual([0, null]);
  });
});
