/**
 * Detection measured: delays against the least that any test can have, and silence over years.
 *
 * Both feed the gateway's own detector, through its door. Delays: for each traffic rate and
 * failure depth, outcomes at Poisson times until the alarm, many times. Quiet: a year of healthy
 * outcomes a seed (`quiet-year.ts`), at the threshold that the policy has.
 */
import { createDetector, leastDelayMs, type Policy } from '../../gateway/app.ts';
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import type { Shell } from '../cli/shell.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { createDraws } from './draws.ts';
import { createHandClock } from './hand-clock.ts';
import { quietYear } from './quiet-year.ts';
import type { ProofRequest } from './rooms.ts';

const ratesPerSecond = [0.5, 1, 5, 20, 100];
const depths = [0.02, 0.05, 0.1, 0.2, 0.5, 1];
const delayRuns = 200;
/** A bound on the mean of so many runs: three standard errors of delays that vary by half are 10 %. */
const worstRatio = 1.5;

export interface Delay {
  readonly ratePerSecond: number;
  readonly depth: number;
  readonly meanMs: number;
  readonly leastMs: number;
  readonly ratio: number;
}

/** Mean delay from the break to the alarm, in one stream with this rate. Healthy outcomes came before. */
export const measureDelay = (
  policy: Policy,
  ratePerSecond: number,
  depth: number,
  runs: number,
  seed: number,
): Delay => {
  const draws = createDraws(seed * 1_000_003 + Math.round(ratePerSecond * 1_000) * 31 + Math.round(depth * 1_000));
  const healthy = policy.detector.failures.healthyShare;
  let sumMs = 0;
  for (let run = 0; run < runs; run += 1) {
    const clock = createHandClock();
    let foundMs: number | null = null;
    const detector = createDetector({
      clock,
      policy,
      onAlarm: () => {
        foundMs ??= clock.monotonicMs();
      },
    });
    let nowMs = 0;
    const note = (share: number): void => {
      nowMs += draws.exponential(1000 / ratePerSecond);
      clock.set(nowMs);
      detector.note({
        component: 'create_charge',
        acquirer: 'escott',
        brand: 'Visa',
        result: draws.float() < share ? 'failure' : 'ok',
        latencyMs: 400,
      });
    };
    for (let before = 0; before < 300; before += 1) note(healthy);
    // A false alarm in three hundred outcomes is no detection.
    foundMs = null;
    const brokeMs = nowMs;
    while (foundMs === null) note(depth);
    sumMs += foundMs - brokeMs;
    detector.close();
  }
  const leastMs = leastDelayMs(policy.detector, ratePerSecond, depth);
  const meanMs = sumMs / runs;
  return { ratePerSecond, depth, meanMs, leastMs, ratio: meanMs / leastMs };
};

export const detection = async (shell: Shell, request: ProofRequest): Promise<number> => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new Error(loaded.faults.map((fault) => JSON.stringify(fault)).join('\n'));
  const { policy } = loaded;
  const slowS = policy.breaker.slowMs / 1000;

  shell.out(
    `Mean delay over ${delayRuns} runs, seconds after the break (least: ln(ARL) / (rate KL(p1||p0))). Hangs add ${slowS} s.\n`,
  );
  shell.out('   rate/s  failing     delay     least   ratio\n');
  const delays: Delay[] = [];
  for (const rate of ratesPerSecond)
    for (const depth of depths) {
      const delay = measureDelay(policy, rate, depth, delayRuns, request.from);
      delays.push(delay);
      const cells = [
        rate.toFixed(1).padStart(9),
        `${Math.round(depth * 100)} %`.padStart(9),
        (delay.meanMs / 1000).toFixed(2).padStart(10),
        (delay.leastMs / 1000).toFixed(2).padStart(10),
        delay.ratio.toFixed(2).padStart(8),
      ];
      shell.out(`${cells.join('')}\n`);
    }
  const worst = Math.max(...delays.map(({ ratio }) => ratio));

  const quiet: { seed: number; alarms: number; outcomes: number; flows: number; perSecond: number }[] = [];
  for (let seed = request.from; seed < request.from + request.seeds; seed += 1) {
    const startedMs = shell.nowMs();
    const year = quietYear(policy, seed, 1);
    const perSecond = Math.round((year.outcomes * 1000) / Math.max(1, shell.nowMs() - startedMs));
    quiet.push({ seed, ...year, perSecond });
    shell.out(
      `quiet year, seed ${seed}: ${year.alarms} alarms in ${year.outcomes.toLocaleString('en-US')} outcomes and ${year.flows.toLocaleString('en-US')} flows (${perSecond.toLocaleString('en-US')} outcomes/s)\n`,
    );
  }
  const alarms = quiet.reduce((sum, one) => sum + one.alarms, 0);
  const good = worst <= worstRatio && alarms === 0;
  writeText(
    request.file,
    `${JSON.stringify({ room: 'detection', verdict: good ? 'holds' : 'fails', worst, delays, quiet }, null, 2)}\n`,
  );
  shell.out(
    `\nnightly detection: ${good ? 'every proof holds' : 'FAILS'}: worst ratio ${worst.toFixed(2)} (at most ${worstRatio}), ` +
      `${alarms} false alarms in ${quiet.length} years (${request.file})\n`,
  );
  return good ? exitStatus.holds : exitStatus.fails;
};
