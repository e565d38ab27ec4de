/**
 * `breakwater bench-protection`: what all protections together cost a charge, beside the same gateway
 * with every one of them off.
 *
 * Two processes that differ by the switches of their policy alone take turns, a hundred charges at a time, so
 * that whatever else the machine does falls on both. The protected one has its limits on and far
 * away: what is measured is asking, not being refused. The acquirer answers at once, which makes the
 * gateway's own time as large a part of a charge as it can be.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exitStatus } from '../cli/exit-status.ts';
import type { Shell } from '../cli/shell.ts';
import { drive, openShop, portOfGateway, quantile, startGateway, startServer, type Target } from './gateway-process.ts';
import { comparedPolicies, switchesOf } from './policies.ts';

const warmUp = 2_000;
const turns = 120;
const perTurn = 100;
/** A busy machine goes on with what it has by then, and says how many turns that were: 7 minutes at most. */
const warmUpMs = 45_000;
const longestMs = 5 * 60_000;
const turnsMin = 5;
/** Few, so that a charge's time is its own and not that of those before it. */
const connections = 4;
const bounds = { p50: 1.05, p99: 1.1 } as const;

/** Prints the table; fails when protection costs more than is promised. @throws HarnessError when a server cannot run */
export const benchProtection = async (shell: Shell): Promise<number> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-bench-'));
  const children: ChildProcess[] = [];
  const agents = {
    on: new http.Agent({ keepAlive: true, maxSockets: connections }),
    off: new http.Agent({ keepAlive: true, maxSockets: connections }),
  };
  const keep = (child: ChildProcess): ChildProcess => {
    children.push(child);
    return child;
  };
  try {
    const policies = comparedPolicies();
    const acquirer = startServer('acquirer');
    keep(acquirer.child);
    const acquirerPort = await acquirer.port;
    const open = async (side: 'on' | 'off'): Promise<Target> =>
      openShop(await portOfGateway(keep(startGateway(folder, side, policies[side], acquirerPort))));
    const targets = { off: await open('off'), on: await open('on') };
    const play = async (side: 'on' | 'off', total: number): Promise<readonly number[]> =>
      (await drive(shell.nowMs, targets[side], { total, connections, agent: agents[side] })).tookMs;
    for (const side of ['off', 'on'] as const) {
      shell.note(`  warming up ${side}\r`);
      const beganMs = shell.nowMs();
      for (let done = 0; done < warmUp && shell.nowMs() - beganMs < warmUpMs; done += perTurn)
        await play(side, perTurn);
    }

    const took: { off: number[]; on: number[] } = { off: [], on: [] };
    const beganMs = shell.nowMs();
    let turn = 0;
    while (turn < turns && (turn < turnsMin || shell.nowMs() - beganMs < longestMs)) {
      // Whoever goes first has what the other left in the machine's caches.
      const order = turn % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const);
      for (const side of order) took[side].push(...(await play(side, perTurn)));
      turn += 1;
      shell.note(`  turn ${turn} of ${turns}\r`);
    }
    shell.out(`on: ${Object.keys(switchesOf(policies.on)).join(', ')}; off: none of them\n`);
    const cell = (value: number): string => value.toFixed(3).padStart(10);
    shell.out(`${'ms a charge'.padEnd(20)}${'p50'.padStart(10)}${'p99'.padStart(10)}\n`);
    for (const side of ['off', 'on'] as const)
      shell.out(
        `${`protections ${side}`.padEnd(20)}${cell(quantile(took[side], 0.5))}${cell(quantile(took[side], 0.99))}\n`,
      );
    const ratio = (share: number): number => quantile(took.on, share) / quantile(took.off, share);
    const [p50, p99] = [ratio(0.5), ratio(0.99)];
    const holds = p50 <= bounds.p50 && p99 <= bounds.p99;
    shell.out(`${'on / off'.padEnd(20)}${cell(p50)}${cell(p99)}\n`);
    shell.out(
      `p50 within ${bounds.p50}, p99 within ${bounds.p99}: ${holds ? 'holds' : 'FAILS'} (${turn} of ${turns} turns of ${perTurn} charges each, ${connections} connections)\n`,
    );
    return holds ? exitStatus.holds : exitStatus.fails;
  } finally {
    for (const agent of Object.values(agents)) agent.destroy();
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
