/** The rounds of `npm run bench:sim`, their middle, and whether the promises hold. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { request } from 'undici';
import { exitStatus, HarnessError } from '../cli/exit-status.ts';
import type { Shell } from '../cli/shell.ts';
import type { LoadFigures, LoadOrder } from './load.ts';
import { findPeers } from './peers.ts';
import { freePort, type RunningServer, startServer } from './server-process.ts';
import { bareEcho, delayMs, mockServer, mountebank, simulator, type Target, wireMock } from './targets.ts';

const rounds = 3;
const connections = 64;
const loadMs = 4_000;
/** Compilers of all of them, Java's above all, are given this much before anything counts. */
const warmUpMs = 6_000;
const openLoadMs = 5_000;
/** A load process that opens its connections and compiles itself is late by up to a second: 5 % of a load of five. */
const openWarmUpMs = 3_000;

/** Promised in issue C: at least three times mountebank, and a stateful charge no slower than WireMock's stub. */
const promises = { overMountebank: 3, chargesOverWireMock: 1 } as const;

const load = async (order: LoadOrder): Promise<LoadFigures> => {
  const script = path.join(import.meta.dirname, 'load-process.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(order)]);
  return JSON.parse(stdout) as LoadFigures;
};

interface Taken {
  readonly readyMs: number[];
  readonly stub: number[];
  readonly memoryMb: number[];
  readonly delayErrorMs: number[];
  readonly charges: number[];
}

const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const good = (name: string, figures: LoadFigures): LoadFigures => {
  if (figures.wrong > 0) throw new HarnessError(`${name} gave ${figures.wrong} wrong answers of ${figures.requests}`);
  return figures;
};

/** One server at a time, all of them in each round: started, warmed up, loaded, stopped. */
const takeRound = async (target: Target, folder: string, taken: Taken): Promise<void> => {
  const server: RunningServer = await startServer(target.name, { ...target, cwd: folder }, target.stub);
  try {
    taken.readyMs.push(server.readyMs);
    await load({ kind: 'closed', ask: target.stub, connections, forMs: warmUpMs });
    const stub = good(target.name, await load({ kind: 'closed', ask: target.stub, connections, forMs: loadMs }));
    taken.stub.push(stub.perSecond);
    taken.memoryMb.push(server.memoryMb());
    if ('shop' in target && 'card' in target) {
      const { origin } = new URL(target.stub.url);
      const order = { kind: 'charges', origin, shop: String(target.shop), card: String(target.card) } as const;
      await load({ ...order, connections, forMs: loadMs });
      taken.charges.push(good(target.name, await load({ ...order, connections, forMs: loadMs })).perSecond);
    }
    if (target.delayed !== null) {
      if (target.rule !== undefined) {
        const headers = { 'content-type': 'application/json' };
        const set = await request(target.rule.url, { method: 'POST', headers, body: target.rule.body });
        if (set.statusCode >= 300) throw new HarnessError(`no rule: ${await set.body.text()}`);
        await set.body.dump();
      }
      const perSecond = stub.perSecond / 2;
      const delayed = good(
        target.name,
        await load({ kind: 'open', ask: target.delayed, perSecond, warmUpMs: openWarmUpMs, forMs: openLoadMs }),
      );
      taken.delayErrorMs.push(delayed.waitsMs.p99 - delayMs);
    }
  } finally {
    await server.stop();
  }
};

const cell = (values: readonly number[], digits: number): string =>
  (values.length === 0 ? '-' : middleOf(values).toFixed(digits)).padStart(13);

/** Prints a line for each server, then the promises. @throws HarnessError when a server cannot run or answers wrongly */
export const benchSim = async (shell: Shell): Promise<number> => {
  const peers = findPeers(shell.note);
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-bench-sim-'));
  try {
    const port = freePort;
    const targets: readonly Target[] = [
      bareEcho(await port()),
      simulator(folder, await port()),
      mountebank(folder, await port(), await port(), peers),
      wireMock(folder, await port(), peers),
      mockServer(folder, await port(), peers),
    ];
    const taken = new Map<string, Taken>();
    for (const { name } of targets)
      taken.set(name, { readyMs: [], stub: [], memoryMb: [], delayErrorMs: [], charges: [] });
    for (let round = 1; round <= rounds; round += 1)
      for (const target of targets) {
        shell.note(`round ${round} of ${rounds}: ${target.name}\n`);
        await takeRound(target, folder, taken.get(target.name)!);
      }
    shell.out(
      `middle of ${rounds} rounds     start, ms   memory, MiB   stub req/s    ExecTran/s   delay error p99, ms\n`,
    );
    for (const [name, { readyMs, memoryMb, stub, charges, delayErrorMs }] of taken)
      shell.out(
        `${name.padEnd(16)}${cell(readyMs, 0)} ${cell(memoryMb, 0)} ${cell(stub, 0)} ${cell(charges, 0)}  ${cell(delayErrorMs, 1)}\n`,
      );
    const of = (name: string, figure: keyof Taken): number => middleOf(taken.get(name)?.[figure] ?? []);
    const ours = targets[1]!.name;
    const others = targets.slice(2).map(({ name }) => name);
    const overMountebank = of(ours, 'stub') / of('mountebank', 'stub');
    const chargesOverWireMock = of(ours, 'charges') / of('WireMock', 'stub');
    const first = others.every((name) => of(ours, 'readyMs') < of(name, 'readyMs'));
    const verdicts = [
      [
        overMountebank >= promises.overMountebank,
        `stub: ${overMountebank.toFixed(1)}x mountebank, promised ${promises.overMountebank}x`,
      ],
      [
        chargesOverWireMock >= promises.chargesOverWireMock,
        `ExecTran: ${chargesOverWireMock.toFixed(2)}x WireMock's warm stub, promised ${promises.chargesOverWireMock}x`,
      ],
      [first, 'ready before every peer'],
    ] as const;
    shell.out(`stub, ratio to bare node:http: ${(of(ours, 'stub') / of(targets[0]!.name, 'stub')).toFixed(2)}\n`);
    for (const [holds, text] of verdicts) shell.out(`${holds ? '✓' : '✗'} ${text}\n`);
    return verdicts.every(([holds]) => holds) ? exitStatus.holds : exitStatus.fails;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
