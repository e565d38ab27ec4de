/**
 * The gateway as a process, and bytes on its socket: each is answered with a 4xx in our own words or
 * its connection is closed, nothing is asked of an acquirer, nothing is written, the process goes on.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveRandom } from '../../gateway/random.ts';
import { accountAt } from '../gateway/acquirers.ts';
import { protectedPolicy } from '../gateway/upstream/scripted.ts';
import { basic } from '../gateway/world.ts';
import { type WireCase, wireCases } from './wire-cases.ts';

const seed = Number(process.env.CORPORA_SEED ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'breakwater-wire-'));
const database = join(folder, 'gateway.sqlite');
const main = new URL('../../gateway/main.ts', import.meta.url).pathname;
const adminToken = 'admin-token-of-the-tests';

let gateway: ChildProcess;
let port: number;
let authorization: string;
let upstreamCalls = 0;
const acquirer = createServer((socket) => {
  upstreamCalls += 1;
  socket.destroy();
});

/** A digest of every row there is, from outside the process. */
const digest = (): string => {
  const db = new DatabaseSync(database, { readOnly: true });
  const hash = createHash('sha256');
  for (const { name } of db.prepare("select name from sqlite_master where type = 'table' order by name").all())
    for (const row of db.prepare(`select * from "${String(name)}"`).all())
      hash.update(`${String(name)}${JSON.stringify(row)}\n`);
  db.close();
  return hash.digest('hex');
};

/** Sends the bytes, half-closes, and gives what came back when the other side closed. Null: it never did. */
const exchange = (bytes: Buffer, { halfClose = true, patienceMs = 8_000 } = {}): Promise<string | null> =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => {
      socket.write(bytes);
      if (halfClose) socket.end();
    });
    const patience = setTimeout(() => {
      socket.destroy();
      resolve(null);
    }, patienceMs);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(patience);
      resolve(text);
    });
  });

const complaintOf = (one: WireCase, answer: string | null): string | null => {
  if (answer === null) return 'hangs';
  // Nothing came back: the connection was closed on it.
  if (answer === '') return one.status === undefined ? null : `closed without a word, not ${one.status}`;
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? Number.NaN);
  if (Number.isNaN(status) || status >= 500) return `answered ${answer.slice(0, 200)}`;
  if (status < 400) return one.harmless === true ? null : `accepted: ${answer.slice(0, 300)}`;
  if (one.status !== undefined && status !== one.status)
    return `answered ${status}, not ${one.status}: ${answer.slice(0, 300)}`;
  if (!/breakwater-decided-by: gateway/i.test(answer)) return `nobody says who decided: ${answer.slice(0, 300)}`;
  return answer.includes(`"status":${status}`) ? null : `not in our words: ${answer.slice(0, 300)}`;
};

const healthy = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/healthz`)).status === 200;

beforeAll(async () => {
  await new Promise<void>((resolve) => acquirer.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(acquirer.address() as AddressInfo).port}`;
  const acquirers = [accountAt('escott'), accountAt('gmo')].map((account) => ({
    ...account,
    baseUrl,
    contactUrl: null,
  }));
  const policy = protectedPolicy();
  writeFileSync(join(folder, 'acquirers.json'), JSON.stringify(acquirers));
  writeFileSync(
    join(folder, 'policy.json'),
    JSON.stringify({ ...policy, limits: { ...policy.limits, enabled: false } }),
  );
  gateway = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      DATABASE_PATH: database,
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
  port = await new Promise((resolve, reject) => {
    gateway.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
    gateway.stdout!.on('data', (chunk: Buffer) => {
      const url = /"url":"http:\/\/[^"]*:(\d+)"/.exec(chunk.toString())?.[1];
      if (url !== undefined) resolve(Number(url));
    });
  });
  const made = await fetch(`http://127.0.0.1:${port}/admin/v1/merchants`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}` },
    body: '{"id":"shop","name":"shop"}',
  });
  const { keys } = (await made.json()) as { keys: { live: { secret: string } } };
  authorization = basic(keys.live.secret);
});
afterAll(() => {
  gateway?.kill('SIGKILL');
  acquirer.close();
  rmSync(folder, { recursive: true, force: true });
});

describe(`bytes on a socket, CORPORA_SEED=${seed}`, () => {
  it('are refused or hung up on, and nothing comes of them', async () => {
    const before = digest();
    const cases = wireCases(authorization, createLiveRandom(seed).fork('wire'));
    expect(cases.length).toBeGreaterThan(250);
    const failed: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let one = cases[next++]; one !== undefined; one = cases[next++]) {
        const complaint = complaintOf(one, await exchange(one.bytes));
        const replay = `echo ${one.bytes.subarray(0, 900).toString('base64')} | base64 -d | nc -q1 localhost PORT`;
        if (complaint !== null) failed.push(`${one.what}: ${complaint}\n  ${replay}`);
      }
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    expect(failed).toEqual([]);
    expect(digest()).toBe(before);
    expect(upstreamCalls).toBe(0);
    expect(await healthy()).toBe(true);
  });

  it('that come too slowly are hung up on, and keep nobody else waiting', async () => {
    const beganMs = performance.now();
    const heads = Array.from({ length: 50 }, (_, at) =>
      exchange(Buffer.from(`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow-${at}: `), {
        halfClose: false,
        patienceMs: 20_000,
      }),
    );
    for (let at = 0; at < 20; at += 1) expect(await healthy()).toBe(true);
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    const answers = await Promise.all(heads);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    const tookMs = performance.now() - beganMs;
    expect(tookMs).toBeGreaterThan(9_000);
    expect(tookMs).toBeLessThan(18_000);
    expect(await healthy()).toBe(true);
  });

  it('many requests in one go are each answered, in order', async () => {
    const one = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
    const answer = await exchange(
      Buffer.from(one.repeat(200) + one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')),
    );
    expect(answer?.match(/HTTP\/1\.1 200/g)?.length).toBe(201);
  });
});
