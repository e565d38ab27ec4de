/**
 * Several gateways, as real programs on one real Redis and one PostgreSQL: they give one limit, and a
 * share of it each while Redis is away.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../scenarios/play/load-policy.ts';
import { noPostgres, type Postgres, startPostgres } from './postgres.ts';
import { noRedis, type RedisServer, startRedis } from './redis.ts';

const adminToken = 'admin-token-of-the-tests';
const main = join(import.meta.dirname, '..', '..', 'gateway', 'main.ts');
/** Of one merchant, in one zone. The bucket holds two seconds: a busy machine may stall that long and lose nothing. */
const limit = { ratePerSecond: 10, burst: 20 };

interface Program {
  readonly port: number;
  readonly child: ChildProcess;
  /** How often it said that Redis was lost to it. */
  losses: number;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

const ask = (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
  body = '',
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const request = http.request(
      { agent, host: '127.0.0.1', port, path, method, headers: { ...headers, 'Content-Length': body.length } },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });

const startGateway = async (
  folder: string,
  name: string,
  instances: number,
  databaseUrl: string,
  redisUrl: string,
): Promise<Program> => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new Error('the policy protected does not load');
  const far = { ratePerSecond: 1000, burst: 1000 };
  const policy = {
    ...loaded.policy,
    limits: {
      ...loaded.policy.limits,
      zones: { pk: far, payment: far, sk: limit },
      surge: { ...loaded.policy.limits.surge, enabled: false },
    },
  };
  const account = {
    dialect: 'escott',
    baseUrl: 'http://127.0.0.1:9',
    merchantId: 'X',
    merchantPass: 'x',
    tenantId: '0001',
  };
  writeFileSync(join(folder, 'acquirers.json'), JSON.stringify(policy.routing.order.map((id) => ({ id, ...account }))));
  writeFileSync(join(folder, 'policy.json'), JSON.stringify(policy));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      INSTANCE_ID: name,
      INSTANCES: String(instances),
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      ADMIN_TOKEN: adminToken,
      UPSTREAM_TOKEN: 'operators-token-of-the-tests',
      MASTER_KEY: 'ab'.repeat(32),
      HASH_KEY: 'cd'.repeat(32),
      ACQUIRERS: join(folder, 'acquirers.json'),
      POLICY: join(folder, 'policy.json'),
      LOG_REQUESTS: 'false',
      DAILY_RECONCILIATION: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let program: { port: number; child: ChildProcess; losses: number } | null = null;
    let said = '';
    createInterface(child.stdout).on('line', (line) => {
      if (program !== null) {
        if (line.includes('"shared.lost"')) program.losses += 1;
        return;
      }
      said += line;
      const found = /"url":"http:\/\/[^"]*:(\d+)"/.exec(line)?.[1];
      if (found === undefined) return;
      program = { port: Number(found), child, losses: 0 };
      resolve(program);
    });
    child.once('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });
};

describe.skipIf(noRedis || noPostgres).each([2, 4])('%i gateways on one Redis', (count) => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-limits-'));
  let postgres: Postgres;
  let redis: RedisServer;
  const programs: Program[] = [];
  const merchant = async (id: string): Promise<Record<string, string>> => {
    const made = await ask(
      programs[0]!.port,
      '/admin/v1/merchants',
      { Authorization: `Bearer ${adminToken}` },
      'POST',
      JSON.stringify({ id, name: id }),
    );
    const { keys } = JSON.parse(made.text) as { keys: { live: { secret: string } } };
    return { Authorization: `Basic ${Buffer.from(`${keys.live.secret}:`).toString('base64')}` };
  };
  /**
   * Asks faster than the limit at these instances in turn. How many were let in, and how many the limit gives between
   * the first and the last of them: each was let in at some time between its sending and its answer, so there is a
   * least and a most.
   */
  const flood = async (headers: Record<string, string>, at: readonly Program[], forMs: number) => {
    let lanes = 0;
    const beganMs = Date.now();
    const letIn: { sentMs: number; answeredMs: number }[] = [];
    const lane = async (): Promise<void> => {
      const mine = lanes;
      lanes += 1;
      for (let index = mine; Date.now() - beganMs < forMs; index += 1) {
        const sentMs = Date.now();
        const { status } = await ask(at[index % at.length]!.port, '/v1/plans?limit=1', headers);
        if (status === 200) letIn.push({ sentMs, answeredMs: Date.now() });
        // Some times the limit, and no more than that: what is tested is the count and not the machine.
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    const [first, last] = [letIn[0]!, letIn.at(-1)!];
    const given = (spanMs: number): number => (Math.max(0, spanMs) / 1000) * limit.ratePerSecond + limit.burst;
    return {
      admitted: letIn.length,
      least: Math.floor(given(last.sentMs - first.answeredMs)),
      most: Math.ceil(given(last.answeredMs - first.sentMs)),
      allowed: given(Date.now() - beganMs),
    };
  };

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const databaseUrl = await postgres.newDatabase();
    // The first makes the tables.
    for (let index = 1; index <= count; index += 1)
      programs.push(await startGateway(folder, `gateway-${index}`, count, databaseUrl, redis.url));
  }, 60_000);
  afterAll(async () => {
    for (const { child } of programs) child.kill('SIGKILL');
    agent.destroy();
    await redis?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** All of them count together. */
  const together = async (): Promise<void> => {
    for (const { port } of programs)
      for (let attempt = 0; attempt < 200; attempt += 1) {
        const { text } = await ask(port, '/readyz', {});
        if (text.includes('"shared":"ok"')) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
  };
  /** As `flood`, with Redis there all the while: a machine that stops Redis for a tenth of a second takes it away. */
  const measured = async (name: string, at: readonly Program[]) => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      await together();
      const before = programs.reduce((sum, { losses }) => sum + losses, 0);
      const seen = await flood(await merchant(`${name}-${attempt}`), at, 6_000);
      if (programs.reduce((sum, { losses }) => sum + losses, 0) === before) return seen;
    }
    throw new Error('this machine stopped Redis for 100 ms in each of five runs');
  };

  it('give a merchant at all of them the limit that it has at one, within a hundredth', async () => {
    for (const [name, at] of [
      ['alone', programs.slice(0, 1)],
      ['everywhere', programs],
    ] as const) {
      const { admitted, least, most } = await measured(name, at);
      expect(admitted).toBeGreaterThanOrEqual(least * 0.99);
      expect(admitted).toBeLessThanOrEqual(most * 1.01);
    }
  }, 90_000);

  it('go on by their share when Redis is killed, refuse nobody who keeps to the limit, and count together again', async () => {
    const [greedy, modest] = await Promise.all([merchant('greedy'), merchant('modest')]);
    await together();
    // Until each has refused it: then all of them know that it has spent its burst.
    for (let spent = 0; spent < count; )
      spent = (await ask(programs[spent]!.port, '/v1/plans?limit=1', greedy)).status === 429 ? spent + 1 : 0;
    let refused = 0;
    let asking = true;
    const innocent = async (): Promise<void> => {
      while (asking) {
        const { status } = await ask(programs[0]!.port, '/v1/plans?limit=1', modest);
        if (status !== 200) refused += 1;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    };
    const background = innocent();
    await redis.kill();
    const away = await flood(greedy, programs, 4_000);
    const during = await ask(programs[0]!.port, '/readyz', {});
    await redis.start();
    await together();
    const back = await flood(greedy, programs, 2_000);
    asking = false;
    await background;
    expect(refused).toBe(0);
    // It had spent its burst before, so this is the rate, and a burst for all of them at the most.
    expect(away.admitted).toBeLessThanOrEqual(away.allowed * 1.25);
    expect(away.admitted).toBeGreaterThan(away.allowed * 0.5);
    expect(JSON.parse(during.text)).toMatchObject({
      status: 'ready',
      details: { shared: expect.stringMatching(/share/) },
    });
    expect(back.admitted).toBeLessThanOrEqual(back.allowed * 1.25);
  }, 40_000);
});
