/**
 * 10,000 authentications on the virtual stage, timed: `node scenarios/bench-three-d-secure/bench.ts [count]`.
 * Exit status 1 when one of them failed or they took more than 20 s: of a
 * core, so that a machine with other work says the same.
 */
import { loadPolicy } from '../play/load-policy.ts';
import { realElapsedMs } from '../stage/real-world.ts';
import { playAuthentications } from './authentications.ts';

const COUNT = 10_000;
const TIME_MS_MAX = 20_000;

const count = Number(process.argv[2] ?? COUNT);
const loaded = loadPolicy('as-it-was');
if (!loaded.ok) throw new Error('the policy "as-it-was" cannot be read');
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const played = await playAuthentications(count, loaded.policy, { wallMs: realElapsedMs, cpuMs });
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
process.stdout.write(
  `${count} authentications (${played.challenged} challenged), ${played.requests} requests: ${seconds(played.wallMs)}, ` +
    `${seconds(played.cpuMs)} on a core; ${played.paid} paid behind them; trace ${played.traceHash}\n`,
);
if (played.paid !== count || Math.min(played.wallMs, played.cpuMs) > TIME_MS_MAX) process.exitCode = 1;
