/**
 * Charges a second of 1, 2 and (where there are cores for it) 4 gateway instances on one PostgreSQL,
 * as ratios to the single one: how far another instance helps on this machine.
 *
 * The acquirers answer at once and have room for everything, protections are off, clients ask the
 * instances directly. Rounds are interleaved, so that whatever else the machine does hits all alike.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { exitStatus } from '../cli/exit-status.ts';
import { loadPlay } from '../cli/load.ts';
import type { Shell } from '../cli/shell.ts';
import { createHousehold } from '../live/children.ts';
import { startPostgres, startRedis } from '../live/databases.ts';
import { type Programs, startPrograms } from '../live/programs.ts';
import { realFetch } from '../live/real-world.ts';
import type { World } from '../play/world.ts';
import { secrets } from '../theatre/credentials.ts';

const rounds = 3;
const roundMs = 5_000;
const clientsPerInstance = 16;
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const timeoutMs = 30_000;

/** Other programs need cores as well: an instance more than this would measure the scheduler. */
const countsFor = (cores: number): readonly number[] => [1, 2, 4].filter((count) => count <= 2 || count * 2 <= cores);

const roomy = (world: World, instances: number): World => {
  const serviceMs = Object.fromEntries(
    ['check', 'authorise', 'capture', 'change', 'void', 'search'].map((kind) => [kind, { mean: 1, sigma: 0 }]),
  );
  return {
    ...world,
    acquirers: world.acquirers.map((acquirer) => ({
      ...acquirer,
      background: [],
      capacity: { ...acquirer.capacity, workers: 1_000, queueMax: 10_000, serviceMs },
    })) as unknown as World['acquirers'],
    links: { default: { latencyMs: 0, sigma: 0 } },
    gateway: { ...world.gateway, instances },
  };
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

interface House {
  readonly instances: number;
  readonly programs: Programs;
  readonly key: string;
  readonly customer: string;
}

export const benchLive = async (shell: Shell): Promise<number> => {
  const [chosen] = loadPlay('payjp-2017-07-12', ['as-it-was']).policies;
  const { scenario } = loadPlay('payjp-2017-07-12', ['as-it-was']);
  if (chosen === undefined) throw new Error('the policy as-it-was is missing');
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-bench-'));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const fetch = realFetch();
  closing.push(() => fetch.close());
  let interrupted = false;
  const forget = shell.onInterrupt(() => {
    interrupted = true;
  });
  const post = async (url: string, authorization: string, body: string, headers: Record<string, string> = form) => {
    const reply = await fetch(url, { method: 'POST', headers: { ...headers, authorization }, body, timeoutMs });
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as { id: string; keys: { live: { secret: string } } };
  };
  try {
    const houses: House[] = [];
    for (const instances of countsFor(availableParallelism())) {
      const own = path.join(folder, String(instances));
      const household = createHousehold(path.join(own, 'logs'));
      closing.push(() => household.stopAll());
      const postgres = await startPostgres(household);
      closing.push(() => postgres.close());
      const redis = instances > 1 ? await startRedis(household) : null;
      if (redis !== null) closing.push(() => redis.close());
      const programs = await startPrograms(household, {
        world: roomy(scenario.world, instances),
        policy: chosen.policy,
        seed: 1,
        port: 0,
        folder: own,
        databaseUrl: postgres.url,
        redisUrl: redis?.url ?? null,
        smtpUrl: null,
        onLine: () => {},
      });
      closing.push(() => programs.close());
      const base = `http://127.0.0.1:${programs.gatewayPorts[0]}`;
      const merchant = await post(
        `${base}/admin/v1/merchants`,
        `Bearer ${secrets.adminToken}`,
        JSON.stringify({ id: 'shop', name: 'shop' }),
        { 'content-type': 'application/json' },
      );
      const key = `Basic ${Buffer.from(`${merchant.keys.live.secret}:`).toString('base64')}`;
      const card = 'card%5Bnumber%5D=4242424242424242&card%5Bexp_month%5D=12&card%5Bexp_year%5D=2030&card%5Bcvc%5D=123';
      const token = await post(`${base}/v1/tokens`, key, card);
      const customer = await post(`${base}/v1/customers`, key, `card=${token.id}`);
      houses.push({ instances, programs, key, customer: customer.id });
    }
    const rates = new Map<number, number[]>(houses.map(({ instances }) => [instances, []]));
    for (let round = 0; round < rounds && !interrupted; round += 1)
      for (const { instances, programs, key, customer } of houses) {
        const until = shell.nowMs() + roundMs;
        let charges = 0;
        const client = async (port: number): Promise<void> => {
          while (shell.nowMs() < until && !interrupted) {
            await post(`http://127.0.0.1:${port}/v1/charges`, key, `amount=100&currency=jpy&customer=${customer}`);
            charges += 1;
          }
        };
        await Promise.all(
          programs.gatewayPorts.flatMap((port) => Array.from({ length: clientsPerInstance }, () => client(port))),
        );
        rates.get(instances)?.push(charges / (roundMs / 1000));
      }
    if (interrupted) return exitStatus.interrupted;
    const single = median(rates.get(1) ?? []);
    shell.out(`charges a second on PostgreSQL, medians of ${rounds} rounds of ${roundMs / 1000} s, interleaved\n`);
    for (const [instances, values] of rates)
      shell.out(
        `  ${instances} ${instances === 1 ? 'instance ' : 'instances'}  ${(median(values) / single).toFixed(2)} x one instance, ${(median(values) / single / instances).toFixed(2)} per instance\n`,
      );
    return exitStatus.holds;
  } finally {
    forget();
    for (const close of closing.reverse()) {
      try {
        await close();
      } catch {
        // The rest has to be closed all the same.
      }
    }
  }
};
