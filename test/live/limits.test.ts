/**
 * Several gateways, as real programs on one real Redis and one PostgreSQL: they give one limit, and a
 * share of it each while Redis is away.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../scenarios/play/load-policy.ts';
import { noPostgres, type Postgres, startPostgres } from './postgres.ts';
import { noRedis, type RedisServer, startRedis } from './redis.ts';

const adminToken = 'admin-token-of-the-tests';
const main = join(import.meta.dirname, '..', '..', 'gateway', 'main.ts');
/** Of one merchant, in one zone. The bucket holds two seconds: a busy machine may stall that long and lose nothing. */
const limit = { ratePerSecond: 5, burst: 10 };

interface Program {
  readonly port: number;
  readonly child: ChildProcess;
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
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /"url":"http:\/\/[^"]*:(\d+)"/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', () => reject(new Error(`the gateway ended: ${said}`)));
  });
  return { port, child };
};

describe.skipIf(noRedis || noPostgres)('gateways on one Redis', () => {
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
  /** Asks as fast as it can at these instances in turn; how many were let in a second, and how many of the slow one. */
  const flood = async (headers: Record<string, string>, at: readonly Program[], forMs: number) => {
    let [admitted, lanes] = [0, 0];
    const beganMs = Date.now();
    const lane = async (): Promise<void> => {
      const mine = lanes;
      lanes += 1;
      for (let index = mine; Date.now() - beganMs < forMs; index += 1) {
        const { status } = await ask(at[index % at.length]!.port, '/v1/plans?limit=1', headers);
        if (status === 200) admitted += 1;
        // Twice the limit and more, and no more than that: what is tested is the count and not the machine.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await Promise.all(Array.from({ length: 6 }, lane));
    return { admitted, allowed: ((Date.now() - beganMs) / 1000) * limit.ratePerSecond + limit.burst };
  };

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const databaseUrl = await postgres.newDatabase();
    programs.push(await startGateway(folder, 'gateway-1', 2, databaseUrl, redis.url));
    programs.push(await startGateway(folder, 'gateway-2', 2, databaseUrl, redis.url));
  }, 60_000);
  afterAll(async () => {
    for (const { child } of programs) child.kill('SIGKILL');
    agent.destroy();
    await redis?.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('give a merchant at both of them the limit that it has at one', async () => {
    const [alone, both] = await Promise.all([merchant('alone'), merchant('both')]);
    const one = await flood(alone, programs.slice(0, 1), 4_000);
    const two = await flood(both, programs, 4_000);
    // One request of thirty is more than a per cent: exactly the limit, and two either way for where the clock stopped.
    expect(Math.abs(one.admitted - Math.floor(one.allowed))).toBeLessThanOrEqual(2);
    expect(Math.abs(two.admitted - Math.floor(two.allowed))).toBeLessThanOrEqual(2);
  }, 30_000);

  it('go on by their share when Redis is killed, refuse nobody who keeps to the limit, and count together again', async () => {
    const [greedy, modest] = await Promise.all([merchant('greedy'), merchant('modest')]);
    await flood(greedy, programs, 1_000);
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
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const { text } = await ask(programs[1]!.port, '/readyz', {});
      if (text.includes('"shared":"ok"')) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const back = await flood(greedy, programs, 2_000);
    asking = false;
    await background;
    expect(refused).toBe(0);
    // It had spent its burst before: what it gets is the rate.
    expect(away.admitted).toBeLessThanOrEqual(away.allowed * 1.25);
    expect(away.admitted).toBeGreaterThan(away.allowed * 0.5);
    expect(JSON.parse(during.text)).toMatchObject({
      status: 'ready',
      details: { shared: expect.stringMatching(/share/) },
    });
    expect(back.admitted).toBeLessThanOrEqual(back.allowed * 1.25);
  }, 40_000);
});
