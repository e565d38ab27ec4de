/**
 * `breakwater bench-gateway`: charges a second of a real gateway process, each with one hop to an
 * acquirer over a socket and a commit that survives a power cut, beside two bare `node:http` servers
 * in a row that do the same number of hops and nothing else.
 *
 * Published are ratios of one run: the two take turns and the middle of the rounds counts
 * (design.md section 10).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadPolicy } from '../play/load-policy.ts';
import { exitStatus, HarnessError } from './exit-status.ts';
import type { Shell } from './shell.ts';

const rounds = 3;
const perRound = 3_000;
const connections = 32;
const memoryAt = { early: 10_000, late: 100_000 } as const;
/** Memory that grows with what was done is a leak, sooner or later an outage. */
const growthMax = 0.1;
const adminToken = 'admin-token-of-the-bench';

const here = import.meta.dirname;
const gatewayMain = path.join(here, '..', '..', 'gateway', 'main.ts');

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a process prints first that matches, as a number. */
const portOf = (child: ChildProcess, pattern: RegExp): Promise<number> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', (code) => reject(new HarnessError(`a server of the bench ended with ${code}: ${text}`)));
  });

const send = (agent: http.Agent, { port, path: at, headers, body }: Target): Promise<string> =>
  new Promise((resolve, reject) => {
    const request = http.request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: at,
        method: 'POST',
        headers: { ...headers, 'Content-Length': body.length },
      },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('end', () =>
          reply.statusCode === 200
            ? resolve(text)
            : reject(new HarnessError(`${at} answered ${reply.statusCode}: ${text}`)),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });

/** `total` requests over 32 connections, each as soon as the one before it is answered. */
const drive = async (shell: Shell, target: Target, total: number): Promise<Figures> => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const tookMs: number[] = [];
  let left = total;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const beganMs = shell.nowMs();
      await send(agent, target);
      tookMs.push(shell.nowMs() - beganMs);
    }
  };
  const beganMs = shell.nowMs();
  await Promise.all(Array.from({ length: connections }, lane));
  const wallMs = shell.nowMs() - beganMs;
  agent.destroy();
  const sorted = tookMs.toSorted((one, other) => one - other);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { perSecond: (total / wallMs) * 1000, p50Ms: at(0.5), p99Ms: at(0.99) };
};

const memoryOf = (gateway: ChildProcess): Promise<{ readonly rss: number; readonly heapUsed: number }> =>
  new Promise((resolve) => {
    gateway.once('message', (memory) => resolve(memory as { rss: number; heapUsed: number }));
    gateway.send('memory');
  });

const startGateway = (folder: string, acquirerPort: number): ChildProcess => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new HarnessError('the policy `protected` does not load');
  const { limits, upstream } = loaded.policy;
  // What it can do is asked, not what it would let one merchant do.
  const policy = {
    ...loaded.policy,
    limits: { ...limits, enabled: false, outbound: { ...limits.outbound, enabled: false } },
    upstream: { ...upstream, concurrency: { ...upstream.concurrency, enabled: false } },
  };
  const account = { merchantId: 'BENCH', merchantPass: 'benchpass', tenantId: '0001', contactUrl: null };
  const baseUrl = `http://127.0.0.1:${acquirerPort}`;
  const accounts = policy.routing.order.map((id) => ({ id, dialect: 'escott', baseUrl, ...account }));
  writeFileSync(path.join(folder, 'acquirers.json'), JSON.stringify(accounts));
  writeFileSync(path.join(folder, 'policy.json'), JSON.stringify(policy));
  return spawn(process.execPath, ['--expose-gc', '--import', path.join(here, 'bench-memory.mjs'), gatewayMain], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      DATABASE_PATH: path.join(folder, 'gateway.sqlite'),
      ADMIN_TOKEN: adminToken,
      UPSTREAM_TOKEN: 'upstream-token-of-the-bench',
      MASTER_KEY: 'ab'.repeat(32),
      HASH_KEY: 'cd'.repeat(32),
      ACQUIRERS: path.join(folder, 'acquirers.json'),
      POLICY: path.join(folder, 'policy.json'),
      LOG_LEVEL: 'info',
      LOG_REQUESTS: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
};

/** A shop with a customer whose card is charged: one call a payment, authorised and not captured, so one hop. */
const openShop = async (port: number): Promise<Target> => {
  const agent = new http.Agent();
  const json = async (at: string, headers: Record<string, string>, body: string): Promise<Record<string, unknown>> =>
    JSON.parse(await send(agent, { port, path: at, headers, body })) as Record<string, unknown>;
  const made = await json(
    '/admin/v1/merchants',
    { Authorization: `Bearer ${adminToken}` },
    '{"id":"bench","name":"bench"}',
  );
  const { live } = made.keys as { live: { secret: string; public: string } };
  const headers = {
    Authorization: `Basic ${Buffer.from(`${live.secret}:`).toString('base64')}`,
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  const card = 'card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123';
  const browser = { ...headers, Authorization: `Basic ${Buffer.from(`${live.public}:`).toString('base64')}` };
  const token = await json('/v1/tokens', browser, card);
  const customer = await json('/v1/customers', headers, `card=${String(token.id)}`);
  return {
    port,
    path: '/v1/charges',
    headers,
    body: `amount=500&currency=jpy&capture=false&customer=${String(customer.id)}`,
  };
};

const middle = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
const column = (value: number, digits = 0): string => value.toFixed(digits).padStart(10);
const row = (name: string, { perSecond, p50Ms, p99Ms }: Figures): string =>
  `${name.padEnd(28)}${column(perSecond)}${column(p50Ms, 1)}${column(p99Ms, 1)}\n`;
const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(10);

/** Prints the table. Fails when memory grew. @throws HarnessError when a server cannot run */
export const benchGateway = async (shell: Shell, { memory }: { readonly memory: boolean }): Promise<number> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-bench-'));
  const children: ChildProcess[] = [];
  const keep = (child: ChildProcess): ChildProcess => {
    children.push(child);
    return child;
  };
  const server = (...args: readonly string[]): Promise<number> =>
    portOf(
      keep(
        spawn(process.execPath, [path.join(here, 'bench-servers.ts'), ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        }),
      ),
      /^(\d+)\n/,
    );
  try {
    const front = await server('front', String(await server('back')));
    const bare: Target = { port: front, path: '/', headers: {}, body: 'amount=500&currency=jpy&capture=false' };
    const gateway = keep(startGateway(folder, await server('acquirer')));
    const shop = await openShop(await portOf(gateway, /"url":"http:\/\/[^"]*:(\d+)"/));
    await drive(shell, bare, perRound);
    await drive(shell, shop, perRound);
    let charged = perRound;

    shell.out(`${''.padEnd(28)}${'per s'.padStart(10)}${'p50 ms'.padStart(10)}${'p99 ms'.padStart(10)}\n`);
    const taken: { readonly pair: Figures; readonly charges: Figures }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const pair = await drive(shell, bare, perRound * 2);
      const charges = await drive(shell, shop, perRound);
      charged += perRound;
      taken.push({ pair, charges });
      shell.out(row(`round ${round}  bare pair`, pair));
      shell.out(row(`         charges`, charges));
    }
    const ratio = middle(taken.map(({ pair, charges }) => charges.perSecond / pair.perSecond));
    const slower = middle(taken.map(({ pair, charges }) => charges.p50Ms / pair.p50Ms));
    shell.out(
      `ratio of charges to the bare pair, middle of ${rounds}: ${ratio.toFixed(2)} in rate, ${slower.toFixed(1)} in p50\n`,
    );
    shell.out(
      `(${connections} connections; SQLite file, synchronous=FULL, group commit; one hop to an acquirer over a socket)\n`,
    );
    if (!memory) return exitStatus.holds;

    shell.out(
      `${'\nmemory after a collection'.padEnd(29)}${'charges'.padStart(10)}${'heap MiB'.padStart(10)}${'RSS MiB'.padStart(10)}\n`,
    );
    const measured: { readonly rss: number; readonly heapUsed: number }[] = [];
    for (const until of [memoryAt.early, memoryAt.late]) {
      while (charged < until) {
        const step = Math.min(10_000, until - charged);
        await drive(shell, shop, step);
        charged += step;
        shell.note(`  ${charged} charges\r`);
      }
      const now = await memoryOf(gateway);
      measured.push(now);
      shell.out(`${''.padEnd(28)}${column(charged)}${mib(now.heapUsed)}${mib(now.rss)}\n`);
    }
    const [early, late] = measured as [(typeof measured)[number], (typeof measured)[number]];
    const heap = late.heapUsed / early.heapUsed - 1;
    const rss = late.rss / early.rss - 1;
    const holds = heap <= growthMax && rss <= growthMax;
    shell.out(
      `growth: heap ${(heap * 100).toFixed(1)} %, RSS ${(rss * 100).toFixed(1)} %: ${holds ? 'holds' : 'FAILS'} (at most ${growthMax * 100} %)\n`,
    );
    return holds ? exitStatus.holds : exitStatus.fails;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
