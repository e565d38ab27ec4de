/**
 * What the limits promise, every seed: an abuser at a hundred times its rate is not noticed by anybody
 * (against the twin of the same seed without it), and a shared store that is lost gives nobody more
 * than a quarter more, nor refuses anybody who keeps to the limits.
 */
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { type OrdinaryFigures, playOrdinary } from './limits/run.ts';
import type { Proof } from './rooms.ts';

/** Requests let in between two times of the day, in seconds. */
const passedIn = ({ abuserPassedAtS }: OrdinaryFigures, fromS: number, toS: number): number =>
  abuserPassedAtS.filter((atS) => atS >= fromS && atS < toS).length;

/** `redis-lost`: 2 a second and a burst of 4; the store is away from minute 10 to minute 20, the flood ends at 25. */
const redisDay = {
  ratePerSecond: 2,
  burst: 4,
  spans: [
    [600, 1200],
    [1200, 1500],
    [570, 630],
  ] as const,
};

export const limits: Proof = async (shell, { seeds, from, file }) => {
  const rows: object[] = [];
  let holds = true;
  const line = (what: string, bound: string, measured: string, good: boolean): void => {
    holds &&= good;
    shell.out(`${good ? '✓' : '✗'} ${what.padEnd(58)} ${bound.padStart(10)}  ${measured}\n`);
  };
  const flood: { with: OrdinaryFigures; without: OrdinaryFigures }[] = [];
  const redis: { lost: OrdinaryFigures; calm: OrdinaryFigures }[] = [];
  let interrupted = false;
  const forget = shell.onInterrupt(() => {
    interrupted = true;
  });
  // Four days a seed, half a minute each: whoever ends it early keeps the seeds that were finished.
  for (let seed = from; seed < from + seeds && !interrupted; seed += 1) {
    const startedMs = shell.nowMs();
    const played = {
      with: await playOrdinary('merchant-flood', 'protected', { seed, causes: true }),
      without: await playOrdinary('merchant-flood', 'protected', { seed, causes: false }),
    };
    flood.push(played);
    const days = {
      lost: await playOrdinary('redis-lost', 'limits-alone', { seed, causes: true }),
      calm: await playOrdinary('redis-lost', 'limits-alone', { seed, causes: false }),
    };
    redis.push(days);
    const { abuserPassedAtS: _, ...lost } = days.lost;
    rows.push({
      seed,
      flood: { with: { ...played.with, abuserPassedAtS: played.with.abuserPassedAtS.length }, without: played.without },
      redis: { ...lost, passed: redisDay.spans.map(([fromS, toS]) => passedIn(days.lost, fromS, toS)) },
    });
    const { succeeded, sent, p99Ms } = played.with;
    shell.out(
      `seed ${seed}: ${succeeded} of ${sent} ordinary operations, p99 ${p99Ms.toFixed(0)} ms beside an abuser (twin ${played.without.succeeded}, ${played.without.p99Ms.toFixed(0)} ms); ` +
        `${lost.succeeded} of ${lost.sent} while the store is lost, in ${((shell.nowMs() - startedMs) / 1000).toFixed(0)} s\n`,
    );
  }
  forget();
  if (rows.length === 0) return exitStatus.interrupted;
  const sum = (figures: readonly OrdinaryFigures[], of: 'sent' | 'succeeded' | 'refused' | 'repeats'): number =>
    figures.reduce((total, figure) => total + figure[of], 0);
  const worst = (values: readonly number[]): number => Math.max(...values);

  const withIt = flood.map((pair) => pair.with);
  const without = flood.map((pair) => pair.without);
  const rate = (figures: readonly OrdinaryFigures[]): number => sum(figures, 'succeeded') / sum(figures, 'sent');
  const relative = rate(withIt) / rate(without);
  const slower = worst(flood.map((pair) => pair.with.p99Ms / pair.without.p99Ms));
  const extra = sum(withIt, 'refused') + sum(withIt, 'repeats') - sum(without, 'refused') - sum(without, 'repeats');
  line(
    'abuser at 100x: success of ordinary merchants to the twin',
    '>= 99.99 %',
    `${(relative * 100).toFixed(4)} % of ${sum(withIt, 'sent')} (pooled)`,
    relative >= 0.9999,
  );
  line('abuser at 100x: p99 to the twin', '<= 1.10x', `${slower.toFixed(3)}x (worst seed)`, slower <= 1.1);
  line('abuser at 100x: extra 429 for ordinary merchants', '= 0', `${extra}`, extra <= 0);

  const most = worst(
    redis.flatMap(({ lost }) =>
      redisDay.spans.map(
        ([fromS, toS]) => passedIn(lost, fromS, toS) / ((toS - fromS) * redisDay.ratePerSecond + redisDay.burst),
      ),
    ),
  );
  const refused =
    sum(
      redis.map(({ lost }) => lost),
      'refused',
    ) -
    sum(
      redis.map(({ calm }) => calm),
      'refused',
    );
  line(
    'shared store lost: most that the flood gets of its limit',
    '<= 1.25x',
    `${most.toFixed(3)}x (worst seed and span)`,
    most <= 1.25,
  );
  line('shared store lost: ordinary operations refused for it', '= 0', `${refused}`, refused <= 0);
  writeText(file, `${JSON.stringify({ room: 'limits', holds, partial: interrupted, seeds: rows }, null, 2)}\n`);
  shell.out(
    `limits: ${holds ? 'holds' : 'FAILS'}${interrupted ? ', INTERRUPTED' : ''} (${rows.length} of ${seeds} seeds from ${from}; ${file})\n`,
  );
  if (interrupted) return exitStatus.interrupted;
  return holds ? exitStatus.holds : exitStatus.fails;
};
