/**
 * `breakwater bench-status`: what readers of the status page cost a charge while there is an incident.
 *
 * A gateway and a status page with an open incident, each a process of its own, on one machine. Charges are
 * begun at a steady pace in turns, with nobody reading and with 500 readers a second in a third process; the turns
 * alternate, five pairs, so that whatever else the machine does falls on both. The page must answer every reader
 * with the page, and charges must hardly notice. Every turn has its time, so the whole has one, too, on any machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  openShop,
  portOf,
  portOfGateway,
  quantile,
  send,
  startGateway,
  startServer,
} from '../bench-protection/gateway-process.ts';
import { comparedPolicies } from '../bench-protection/policies.ts';
import { exitStatus, HarnessError } from '../cli/exit-status.ts';
import type { Shell } from '../cli/shell.ts';
import { type Paced, paced } from './paced.ts';

const readersPerSecond = 500;
/** Far below what one core can do, so that a charge's time is its own and not that of those before it. */
const chargesPerSecond = 40;
const inFlightMax = 16;
const warmUpSeconds = 15;
/** Readers have begun by the time that this is over; it is not measured. */
const leadInSeconds = 3;
/** With everything that surrounds the turns. A machine that takes longer measures nothing. */
const limitMs = 360_000;
/** With fewer of the charges that were due, the figures are of a machine that had no room for them. */
const begunMin = 0.95;
const bounds = { p50: 1.1, p99: 1.25 } as const;
/** Readers who got the page, of those who were to. */
const answeredMin = 0.99;

const root = path.join(import.meta.dirname, '..', '..');
const pageToken = 'admin-token-of-the-page';

const startPage = (folder: string, gatewayPort: number): ChildProcess =>
  spawn(process.execPath, [path.join(root, 'gateway', 'status-page', 'main.ts')], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      STATUS_STATE: path.join(folder, 'page.json'),
      STATUS_FEED_SECRET: 'the-feed-secret-of-the-bench-is-long',
      STATUS_ADMIN_TOKEN: pageToken,
      STATUS_PROBE_URL: `http://127.0.0.1:${gatewayPort}/healthz`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** The incident's id. */
const post = (port: number, body: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${pageToken}`, 'Content-Type': 'application/json' };
    const request = http.request(
      { host: '127.0.0.1', port, path: '/admin/v1/announcements', method: 'POST', headers },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        reply.once('end', () => {
          if (reply.statusCode === 200 || reply.statusCode === 201)
            resolve((JSON.parse(text) as { incident: { id: string } }).incident.id);
          else reject(new HarnessError(`the page answered ${reply.statusCode}: ${text}`));
        });
      },
    );
    request.once('error', reject);
    request.end(JSON.stringify(body));
  });

/** An incident as people would find it: half an hour old, with words in both languages. */
const openIncident = async (port: number): Promise<void> => {
  const text = {
    ja: 'カード会社への接続が不安定なため、一部の決済が失敗しています。原因を調査しています。',
    en: 'Some payments fail because connections to card networks are unstable. We are looking into the cause.',
  };
  const body = {
    stage: 'investigating',
    title: { ja: '決済が失敗する場合があります', en: 'Some payments fail' },
    text,
    components: ['create_charge', 'capture'],
    level: 'outage',
  };
  const id = await post(port, body);
  for (const stage of ['identified', 'identified', 'identified']) await post(port, { incident: id, stage, text });
};

interface Readers {
  readonly asked: number;
  readonly answered: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p99Ms: number | null;
}

const startReaders = (port: number): { readonly child: ChildProcess; end(): Promise<Readers> } => {
  const file = path.join(root, 'scenarios', 'cli', 'bench-readers.ts');
  const child = spawn(process.execPath, [file, String(port), String(readersPerSecond)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise<Readers>((resolve, reject) => {
    child.once('exit', (code) => {
      if (code === 0) resolve(JSON.parse(text) as Readers);
      else reject(new HarnessError(`the readers ended with ${code}`));
    });
  });
  return {
    child,
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
};

/**
 * Prints the table; fails when charges notice readers, or readers get no page.
 *
 * @throws HarnessError when a server cannot run, or it is not over after six minutes
 */
export const benchStatus = async (
  shell: Shell,
  { pairs = 5, secondsPerTurn = 20 }: { readonly pairs?: number; readonly secondsPerTurn?: number } = {},
): Promise<number> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-bench-'));
  const children: ChildProcess[] = [];
  const keep = (child: ChildProcess): ChildProcess => {
    children.push(child);
    return child;
  };
  let isLate = false;
  const forgetLimit = shell.after(limitMs, () => {
    isLate = true;
    // Whoever waits for one of them hears that it is gone.
    for (const child of children) child.kill('SIGKILL');
  });
  try {
    const acquirer = startServer('acquirer');
    keep(acquirer.child);
    const gateway = keep(startGateway(folder, 'on', comparedPolicies().on, await acquirer.port));
    const gatewayPort = await portOfGateway(gateway);
    const pagePort = await portOf(keep(startPage(folder, gatewayPort)), /"event":"page.listening".*"port":(\d+)/);
    await openIncident(pagePort);
    const target = await openShop(gatewayPort);
    const agent = new http.Agent({ keepAlive: true, maxSockets: inFlightMax });
    const charge = (seconds: number): Promise<Paced> =>
      paced(shell, { perSecond: chargesPerSecond, seconds, inFlightMax }, () => send(agent, target));
    await charge(warmUpSeconds);

    const took: { alone: number[]; read: number[] } = { alone: [], read: [] };
    const readers: Readers[] = [];
    const perPair: { p50: number; p99: number }[] = [];
    let skipped = 0;
    const turn = async (side: 'alone' | 'read'): Promise<readonly number[]> => {
      const reading = side === 'read' ? startReaders(pagePort) : null;
      if (reading !== null) keep(reading.child);
      await charge(leadInSeconds);
      const measured = await charge(secondsPerTurn);
      took[side].push(...measured.tookMs);
      skipped += measured.skipped;
      if (reading !== null) readers.push(await reading.end());
      return measured.tookMs;
    };
    for (let pair = 0; pair < pairs; pair += 1) {
      const now: Record<'alone' | 'read', readonly number[]> = { alone: [], read: [] };
      // Whoever goes first has what the other left in the machine's caches.
      for (const side of pair % 2 === 0 ? (['alone', 'read'] as const) : (['read', 'alone'] as const))
        now[side] = await turn(side);
      const of = (share: number): number => quantile(now.read, share) / quantile(now.alone, share);
      perPair.push({ p50: of(0.5), p99: of(0.99) });
      shell.note(`  pair ${pair + 1} of ${pairs}\r`);
    }
    agent.destroy();

    const cell = (value: number): string => value.toFixed(3).padStart(10);
    shell.out(`${'ms a charge'.padEnd(24)}${'p50'.padStart(10)}${'p99'.padStart(10)}${'charges'.padStart(10)}\n`);
    for (const [side, name] of [
      ['alone', 'nobody reads'],
      ['read', `${readersPerSecond} readers a second`],
    ] as const)
      shell.out(
        `${name.padEnd(24)}${cell(quantile(took[side], 0.5))}${cell(quantile(took[side], 0.99))}${String(took[side].length).padStart(10)}\n`,
      );
    const ratio = (share: number): number => quantile(took.read, share) / quantile(took.alone, share);
    const [p50, p99] = [ratio(0.5), ratio(0.99)];
    const each = (figure: 'p50' | 'p99'): string => perPair.map((one) => one[figure].toFixed(2)).join(' ');
    shell.out(`ratios by pair: p50 ${each('p50')}, p99 ${each('p99')}\n`);
    const sum = (of: (one: Readers) => number): number => readers.reduce((all, one) => all + of(one), 0);
    const perSecond = sum(({ answered }) => answered) / sum(({ seconds }) => seconds);
    const slowest = Math.max(...readers.map(({ p99Ms }) => p99Ms ?? Number.POSITIVE_INFINITY));
    shell.out(
      `readers answered: ${perSecond.toFixed(0)} a second of ${readersPerSecond}, p99 at most ${slowest.toFixed(1)} ms, ${sum(({ failed }) => failed)} failed\n`,
    );
    const begun = (took.alone.length + took.read.length) / (took.alone.length + took.read.length + skipped);
    if (begun < begunMin)
      shell.out(`the machine had no room for ${skipped} of the charges that were due: it is too busy to measure on\n`);
    const good =
      begun >= begunMin && p50 <= bounds.p50 && p99 <= bounds.p99 && perSecond >= answeredMin * readersPerSecond;
    shell.out(
      `bench-status: ${good ? 'holds' : 'FAILS'}: p50 ${p50.toFixed(3)} (at most ${bounds.p50}), p99 ${p99.toFixed(3)} (at most ${bounds.p99})\n`,
    );
    return good ? exitStatus.holds : exitStatus.fails;
  } catch (reason) {
    throw isLate ? new HarnessError(`not over after ${limitMs / 60_000} minutes`, { cause: reason }) : reason;
  } finally {
    forgetLimit();
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
