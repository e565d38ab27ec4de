/**
 * `breakwater bench-gateway`: charges a second of a real gateway process, each with one hop to an
 * acquirer over a socket and a commit that survives a power cut, beside two bare `node:http` servers
 * in a row that do the same number of hops and nothing else.
 *
 * Published are ratios of one run: the two take turns and the middle of the rounds counts
 * (design.md section 10).
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Policy } from '../../gateway/app.ts';
import {
  drive as driveAll,
  openShop,
  portOfGateway,
  quantile,
  startGateway,
  startServer,
  type Target,
} from '../bench-protection/gateway-process.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { exitStatus, HarnessError } from './exit-status.ts';
import type { Shell } from './shell.ts';

const rounds = 3;
const perRound = 3_000;
const connections = 32;
const memoryAt = { early: 10_000, late: 100_000 } as const;
/** Memory that grows with what was done is a leak, sooner or later an outage. */
const growthMax = 0.1;

const here = import.meta.dirname;

interface Figures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const drive = async (shell: Shell, target: Target, total: number): Promise<Figures> => {
  const { tookMs, wallMs } = await driveAll(shell.nowMs, target, { total, connections });
  return { perSecond: (total / wallMs) * 1000, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) };
};

const memoryOf = (gateway: ChildProcess): Promise<{ readonly rss: number; readonly heapUsed: number }> =>
  new Promise((resolve) => {
    gateway.once('message', (memory) => resolve(memory as { rss: number; heapUsed: number }));
    gateway.send('memory');
  });

/** What it can do is asked, not what it would let one merchant do. */
const withoutBounds = (): Policy => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new HarnessError('the policy `protected` does not load');
  const { limits, upstream } = loaded.policy;
  return {
    ...loaded.policy,
    limits: { ...limits, enabled: false, outbound: { ...limits.outbound, enabled: false } },
    upstream: { ...upstream, concurrency: { ...upstream.concurrency, enabled: false } },
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
  const server = (...args: readonly string[]): Promise<number> => {
    const { child, port } = startServer(...args);
    keep(child);
    return port;
  };
  try {
    const front = await server('front', String(await server('back')));
    const bare: Target = { port: front, path: '/', headers: {}, body: 'amount=500&currency=jpy&capture=false' };
    const nodeArgs = ['--expose-gc', '--import', path.join(here, 'bench-memory.mjs')];
    const acquirerPort = await server('acquirer');
    const gateway = keep(startGateway(folder, 'bench', withoutBounds(), acquirerPort, { nodeArgs, talks: true }));
    const shop = await openShop(await portOfGateway(gateway));
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
