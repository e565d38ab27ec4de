/**
 * `breakwater bench-protection`: what all protections together cost a charge, beside the same gateway
 * with every one of them off.
 *
 * Two processes that differ by their policy alone take turns, a few hundred charges at a time, so
 * that whatever else the machine does falls on both. The protected one has its limits on and far
 * away: what is measured is asking, not being refused. The acquirer answers at once, which makes the
 * gateway's own time as large a part of a charge as it can be.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Policy } from '../../gateway/app.ts';
import { exitStatus, HarnessError } from '../cli/exit-status.ts';
import type { Shell } from '../cli/shell.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { openShop, portOf, send, startGateway, type Target } from './gateway-process.ts';

const warmUp = 2_000;
const turns = 30;
const perTurn = 400;
/** Few, so that a charge's time is its own and not that of those before it. */
const connections = 4;
const bounds = { p50: 1.05, p99: 1.1 } as const;

const policyOf = (name: string): Policy => {
  const loaded = loadPolicy(name);
  if (!loaded.ok) throw new HarnessError(`the policy ${name} does not load`);
  return loaded.policy;
};

/** Everything on, and nothing in the way: one shop charges as fast as it is answered. */
const withinLimits = (policy: Policy): Policy => {
  const far = { ratePerSecond: 100_000, burst: 100_000 };
  const zones = { pk: far, payment: far, sk: far };
  const contract = Object.fromEntries(policy.routing.order.map((id) => [id, 100_000]));
  return {
    ...policy,
    limits: {
      ...policy.limits,
      zones,
      testZones: zones,
      inFlightMax: 1000,
      outbound: { ...policy.limits.outbound, contractPerSecond: contract },
    },
  };
};

/** Milliseconds of each charge. */
const drive = async (shell: Shell, target: Target, total: number): Promise<number[]> => {
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
  await Promise.all(Array.from({ length: connections }, lane));
  agent.destroy();
  return tookMs;
};

const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** Prints the table; fails when protection costs more than is promised. @throws HarnessError when a server cannot run */
export const benchProtection = async (shell: Shell): Promise<number> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-bench-'));
  const children: ChildProcess[] = [];
  const keep = (child: ChildProcess): ChildProcess => {
    children.push(child);
    return child;
  };
  try {
    const servers = path.join(import.meta.dirname, '..', 'cli', 'bench-servers.ts');
    const acquirer = keep(spawn(process.execPath, [servers, 'acquirer'], { stdio: ['ignore', 'pipe', 'inherit'] }));
    const acquirerPort = await portOf(acquirer, /^(\d+)\n/);
    const open = async (name: string, policy: Policy): Promise<Target> =>
      openShop(await portOf(keep(startGateway(folder, name, policy, acquirerPort)), /"url":"http:\/\/[^"]*:(\d+)"/));
    const off = await open('off', policyOf('as-it-was'));
    const on = await open('on', withinLimits(policyOf('protected')));
    for (const target of [off, on]) await drive(shell, target, warmUp);

    const took: { off: number[]; on: number[] } = { off: [], on: [] };
    for (let turn = 0; turn < turns; turn += 1) {
      // Whoever goes first has what the other left in the machine's caches.
      const order = turn % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const);
      for (const side of order) took[side].push(...(await drive(shell, side === 'off' ? off : on, perTurn)));
      shell.note(`  turn ${turn + 1} of ${turns}\r`);
    }
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
      `p50 within ${bounds.p50}, p99 within ${bounds.p99}: ${holds ? 'holds' : 'FAILS'} (${turns} turns of ${perTurn} charges each, ${connections} connections)\n`,
    );
    return holds ? exitStatus.holds : exitStatus.fails;
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
};
