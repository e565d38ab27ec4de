/**
 * A gateway as a process of its own under one policy, a shop in it whose stored card can be charged, and whoever
 * charges it: for every bench of the gateway.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import type { Policy } from '../../gateway/app.ts';
import { HarnessError } from '../cli/exit-status.ts';

export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const adminToken = 'admin-token-of-the-bench';
const gatewayMain = path.join(import.meta.dirname, '..', '..', 'gateway', 'main.ts');

/** What a process prints first that matches, as a number. */
export const portOf = (child: ChildProcess, pattern: RegExp): Promise<number> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = pattern.exec(text)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', (code) => reject(new HarnessError(`a server of the bench ended with ${code}: ${text}`)));
  });

export const send = (agent: http.Agent, { port, path: at, headers, body }: Target): Promise<string> =>
  new Promise((resolve, reject) => {
    const length = { 'Content-Length': Buffer.byteLength(body) };
    const request = http.request(
      { agent, host: '127.0.0.1', port, path: at, method: 'POST', headers: { ...headers, ...length } },
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

/**
 * `total` requests over so many connections, each as soon as the one before it is answered. Milliseconds of each, and
 * of all. `agent`: connections that are kept from one drive to the next, so that opening them is in no figure.
 */
export const drive = async (
  nowMs: () => number,
  target: Target,
  {
    total,
    connections,
    agent: kept,
  }: { readonly total: number; readonly connections: number; readonly agent?: http.Agent },
): Promise<{ readonly tookMs: number[]; readonly wallMs: number }> => {
  const agent = kept ?? new http.Agent({ keepAlive: true, maxSockets: connections });
  const tookMs: number[] = [];
  let left = total;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const beganMs = nowMs();
      await send(agent, target);
      tookMs.push(nowMs() - beganMs);
    }
  };
  const beganMs = nowMs();
  await Promise.all(Array.from({ length: connections }, lane));
  const wallMs = nowMs() - beganMs;
  if (kept === undefined) agent.destroy();
  return { tookMs, wallMs };
};

export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** `name` is its instance id and begins its files' names. `nodeArgs`: of the process; `talks`: it can be sent messages. */
export const startGateway = (
  folder: string,
  name: string,
  policy: Policy,
  acquirerPort: number,
  { nodeArgs = [], talks = false }: { readonly nodeArgs?: readonly string[]; readonly talks?: boolean } = {},
): ChildProcess => {
  const account = { merchantId: 'BENCH', merchantPass: 'benchpass', tenantId: '0001', contactUrl: null };
  const baseUrl = `http://127.0.0.1:${acquirerPort}`;
  const accounts = policy.routing.order.map((id) => ({ id, dialect: 'escott', baseUrl, ...account }));
  const file = (what: string): string => path.join(folder, `${name}-${what}`);
  writeFileSync(file('acquirers.json'), JSON.stringify(accounts));
  writeFileSync(file('policy.json'), JSON.stringify(policy));
  return spawn(process.execPath, [...nodeArgs, gatewayMain], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      INSTANCE_ID: name,
      DATABASE_PATH: file('gateway.sqlite'),
      ADMIN_TOKEN: adminToken,
      UPSTREAM_TOKEN: 'upstream-token-of-the-bench',
      MASTER_KEY: 'ab'.repeat(32),
      HASH_KEY: 'cd'.repeat(32),
      ACQUIRERS: file('acquirers.json'),
      POLICY: file('policy.json'),
      LOG_LEVEL: 'info',
      LOG_REQUESTS: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit', ...(talks ? (['ipc'] as const) : [])],
  });
};

/** The port that a gateway says it listens on. */
export const portOfGateway = (child: ChildProcess): Promise<number> => portOf(child, /"url":"http:\/\/[^"]*:(\d+)"/);

/** One of `cli/bench-servers.ts`, and its port. */
export const startServer = (
  ...args: readonly string[]
): { readonly child: ChildProcess; readonly port: Promise<number> } => {
  const servers = path.join(import.meta.dirname, '..', 'cli', 'bench-servers.ts');
  const child = spawn(process.execPath, [servers, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, port: portOf(child, /^(\d+)\n/) };
};

/** One call a payment, authorised and not captured: one hop to the acquirer. */
export const openShop = async (port: number): Promise<Target> => {
  const agent = new http.Agent();
  const json = async (at: string, headers: Record<string, string>, body: string): Promise<Record<string, unknown>> =>
    JSON.parse(await send(agent, { port, path: at, headers, body })) as Record<string, unknown>;
  const made = await json(
    '/admin/v1/merchants',
    { Authorization: `Bearer ${adminToken}` },
    '{"id":"b","name":"bench"}',
  );
  const { live } = made.keys as { live: { secret: string; public: string } };
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const as = (key: string) => ({ ...form, Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
  const card = 'card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123';
  const token = await json('/v1/tokens', as(live.public), card);
  const customer = await json('/v1/customers', as(live.secret), `card=${String(token.id)}`);
  const body = `amount=500&currency=jpy&capture=false&customer=${String(customer.id)}`;
  return { port, path: '/v1/charges', headers: as(live.secret), body };
};
