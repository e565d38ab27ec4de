/** What can be wrong with a live run: one line, the exit status, and nothing left running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takePorts } from '../../../scenarios/live/ports.ts';
import { hasTool } from '../../../scenarios/live/tools.ts';

const bin = fileURLToPath(new URL('../../../scenarios/bin.mjs', import.meta.url));
const noTools = !(hasTool('toxiproxy') && hasTool('postgres') && hasTool('redis') && hasTool('k6'));
if (noTools && process.env.CI === 'true')
  throw new Error('tools are missing; get them with: node scenarios/setup.mjs live');

let temporary: string;
beforeEach(() => {
  // Everything a run makes outside its report is below its temporary folder.
  temporary = mkdtempSync(join(tmpdir(), 'bw-'));
  // PostgreSQL's own user goes through it.
  chmodSync(temporary, 0o755);
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  /** Of standard error. */
  readonly lines: readonly string[];
}

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  spawn(process.execPath, [bin, 'live', ...args, '--out', join(temporary, 'out')], {
    env: { ...process.env, TMPDIR: temporary, BREAKWATER_LIVE_TEST: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> => {
  const child = start(args, env);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.resume();
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, lines: said.split('\n').filter((line) => line !== '' && !line.includes('ExperimentalWarning')) };
};

/** Files that the run was to take away: all but the report. */
const leftBehind = (): string[] =>
  readdirSync(temporary).filter((name) => name !== 'out' && !name.startsWith('node-compile-cache'));

/** Processes that name our temporary folder, as every child of a run does in its arguments. */
const stillRunning = (): string[] =>
  readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      const { readFileSync } = process.getBuiltinModule('node:fs');
      const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      return text.includes(temporary) ? [`${pid} ${text.slice(0, 80)}`] : [];
    } catch {
      return [];
    }
  });

/** The first of three that follow each other, and were free just now. */
const freePort = async (): Promise<number> => {
  for (;;) {
    const [first = 0] = await takePorts(0, 1);
    try {
      await takePorts(first, 3);
      return first;
    } catch {
      // Another three.
    }
  }
};

const day = 'payjp-2017-07-12';

describe('live, used wrongly', () => {
  it.each([
    ['an unknown scenario', ['no-such-day'], /no scenario "no-such-day"/],
    ['an unknown policy', [day, '--policy', 'no-such-policy'], /no-such-policy/],
    [
      'SQLite for two instances',
      [day, '--instances', '2', '--store', 'sqlite'],
      /--store sqlite serves one gateway instance/,
    ],
    ['five instances', [day, '--instances', '5'], /instances/],
    ['a kill that is none', [day, '--kill', 'gateway-1'], /gateway-1@45/],
    ['a kill of nobody', [day, '--kill', 'gateway-7@50'], /gateway-7/],
    [
      'a speed that would scale an expectation',
      [day, '--policy', 'as-it-was', '--speed', '4'],
      /--speed 4 would scale/,
    ],
    ['a database address that is none', [day, '--database', 'nonsense'], /--database/],
    ['a Redis address that is none', [day, '--redis', 'nonsense'], /--redis/],
    ['a gateway address that is none', [day, '--gateway', 'nonsense'], /--gateway nonsense is no http address/],
    ['a gateway and an adapter', [day, '--gateway', 'http://127.0.0.1:9', '--adapter', 'x.ts'], /name either/],
    ['an adapter that is not there', [day, '--adapter', 'no-such-adapter.ts'], /--adapter: there is no file/],
  ])('refuses %s in one line with status 2', async (_what, args, reason) => {
    const { status, lines } = await run(args);
    expect([status, lines]).toEqual([2, [expect.stringMatching(reason)]]);
  });

  it('names a tool that is missing and the one command that gets it', async () => {
    const { status, lines } = await run([day], { BREAKWATER_CACHE: join(temporary, 'empty') });
    expect([status, lines]).toEqual([
      3,
      [expect.stringMatching(/is missing .*; get it with: node scenarios\/setup\.mjs live$/)],
    ]);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });
});

describe.skipIf(noTools)('live, in a world that is not as it should be', () => {
  it('names a port that is in use', { timeout: 60_000 }, async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, lines } = await run([day, '--port', String(port - 3)]);
    taken.close();
    expect(status).toBe(3);
    expect(lines.at(-1)).toMatch(/^breakwater: port \d+ is in use/);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });

  it('names a dead database', { timeout: 60_000 }, async () => {
    const { status, lines } = await run([day, '--database', 'postgres://nobody@127.0.0.1:9/none']);
    expect([status, lines]).toEqual([3, [expect.stringMatching(/^breakwater: --database: .*ECONNREFUSED/)]]);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });

  it('names a dead Redis', { timeout: 60_000 }, async () => {
    const { status, lines } = await run([day, '--instances', '2', '--redis', 'redis://127.0.0.1:9']);
    expect([status, lines]).toEqual([3, [expect.stringMatching(/^breakwater: --redis: .*ECONNREFUSED/)]]);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });

  it('names a gateway that does not answer', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const nobody = ['--gateway', 'http://127.0.0.1:9', '--wait', '1', '--port', String(port)];
    const { status, lines } = await run([day, ...nobody]);
    expect([status, lines]).toEqual([
      3,
      [expect.stringMatching(/^breakwater: no gateway answers at http:\/\/127\.0\.0\.1:9 /)],
    ]);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });

  it('names a port of the acquirers that is in use', { timeout: 60_000 }, async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { status, lines } = await run([day, '--gateway', 'http://127.0.0.1:9', '--port', String(port)]);
    taken.close();
    expect([status, lines]).toEqual([3, [expect.stringMatching(/^breakwater: port \d+ is in use/)]]);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });

  it('names what an adapter threw', { timeout: 60_000 }, async () => {
    const file = join(temporary, 'adapter.ts');
    writeFileSync(
      file,
      ['create', 'capture', 'refund', 'read']
        .map((name) => `export const ${name} = () => { throw new TypeError('no such table'); };\n`)
        .join(''),
    );
    const { status, lines } = await run([day, '--adapter', file, '--port', String(await freePort())]);
    rmSync(file);
    expect([status, lines]).toEqual([
      3,
      [expect.stringMatching(/^breakwater: the adapter adapter\.ts: create threw TypeError: no such table$/)],
    ]);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });

  it('stops everything and ends with 130 when it is interrupted', { timeout: 120_000 }, async () => {
    const child = start([day, '--instances', '2', '--client', 'cast']);
    child.stderr.resume();
    // Read to its end: whoever closes a pipe early ends the writer in a way of its own.
    await new Promise<void>((resolve) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        if (said.includes('enrol')) resolve();
      });
      child.once('exit', () => resolve());
    });
    const closed = once(child, 'exit');
    child.kill('SIGINT');
    const [status] = (await closed) as [number | null];
    expect(status).toBe(130);
    expect([leftBehind(), stillRunning()]).toEqual([[], []]);
  });
});
