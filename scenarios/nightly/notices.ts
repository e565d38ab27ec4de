/**
 * Every day of the catalogue that hurts ordinary merchants, protected, many seeds: when the first public notice came,
 * when everybody who was hurt had been told, and whether anybody was called well too soon (`notice-line.ts`).
 */
import { leastDelayMs } from '../../gateway/app.ts';
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { type LoadedPlay, loadPlays } from '../cli/load.ts';
import { type Job, playAll } from '../cli/pool.ts';
import type { Shell } from '../cli/shell.ts';
import type { RunResult } from '../judge/result.ts';
import { catalogueIds } from '../play/catalogue.ts';
import { dayOf, type Scenario } from '../play/scenario.ts';
import { msOfDay, timeOfDay } from '../play/times.ts';
import { looksMs, type NoticeLine, noticeHead, noticeLine, noticeText } from './notice-line.ts';
import type { ProofRequest } from './rooms.ts';

/** Nobody is hurt there, so the page must be silent. */
const silent: ReadonlySet<string> = new Set(['payjp-2017-07-14', 'flash-sale', 'brand-blip-3s']);
/** Announced beforehand, or nothing happens: no notice of an incident is due. */
const announced: ReadonlySet<string> = new Set(['payjp-2016-05-16', 'payjp-2017-04-26', 'payjp-2024-12-09']);
/** Seen only by those who do not come back. */
const byFlows: ReadonlySet<string> = new Set(['acs-app-not-returned', 'challenge-never-returns']);

const bare = 'as-it-was';
const guarded = 'protected';

/** Who began in the first minute has given up by then, and until then the traffic that holds the queues goes on. */
const endedAfterMs = 180_000;
const openingQuietMinutes = 5;
/** Bins stand on this grid. */
const gridMs = 10_000;

/**
 * The day as far as theory reads it: the first minute after the onset, and until what began in it has ended. The world up
 * to there is that of the whole day. Judged it is not.
 */
export const openingOf = (scenario: Scenario, onsetMs: number): Scenario => {
  const endMs = Math.ceil((onsetMs + looksMs + endedAfterMs) / gridMs) * gridMs;
  const { from, to } = scenario.day;
  return {
    ...scenario,
    day: { from, to: timeOfDay(Math.min(msOfDay(to), msOfDay(from) + endMs)) },
    quietMinutes: Math.min(scenario.quietMinutes, openingQuietMinutes),
    expect: [],
  };
};

const policyOf = ({ policies }: LoadedPlay, name: string): LoadedPlay['policies'][number] => {
  const found = policies.find(({ policy }) => policy.name === name);
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
};

const jobOf = (play: LoadedPlay, name: string, scenario: Scenario, seed: number): Job => ({
  ...policyOf(play, name),
  scenario,
  seed,
  trace: 'standard',
  traceFile: null,
});

/** Results in the order of the jobs; null: interrupted. @throws HarnessError */
const resultsOf = async (shell: Shell, jobs: readonly Job[]): Promise<readonly RunResult[] | null> => {
  const { results, interrupted, broken } = await playAll(shell, jobs, {
    started: () => {},
    story: () => {},
    progress: () => {},
    done: () => {},
  });
  if (broken !== null) throw broken;
  return interrupted ? null : results.filter((result) => result !== null);
};

/**
 * Every day with one seed: protected and whole, which finds the onset, and then the opening of each as it was. Null:
 * interrupted. @throws HarnessError
 */
const linesOf = async (shell: Shell, plays: readonly LoadedPlay[], seed: number): Promise<NoticeLine[] | null> => {
  const whole = await resultsOf(
    shell,
    plays.map((play) => jobOf(play, guarded, play.scenario, seed)),
  );
  if (whole === null) return null;
  const openingJobs = plays.map((play, index) => {
    const onset = whole[index]?.timings.onset ?? null;
    if (onset === null || silent.has(play.scenario.id)) return null;
    return jobOf(play, bare, openingOf(play.scenario, onset), seed);
  });
  const jobs = openingJobs.filter((job) => job !== null);
  const openings = await resultsOf(shell, jobs);
  if (openings === null) return null;
  return plays.map((play, index) => {
    const { id } = play.scenario;
    const { policy } = policyOf(play, guarded);
    const opening = openingJobs[index] ?? null;
    return noticeLine(opening === null ? null : openings[jobs.indexOf(opening)]!, whole[index]!, {
      leastDelayMs: (rate, share) => leastDelayMs(policy.detector, rate, share),
      observationMs: byFlows.has(id) ? policy.detector.flows.patienceMs : policy.breaker.slowMs,
      mustBeSilent: silent.has(id),
    });
  });
};

/** @throws UsageError | HarnessError */
export const notices = async (shell: Shell, request: ProofRequest): Promise<number> => {
  const plays = loadPlays(request.days ?? catalogueIds().filter((id) => !announced.has(id)), [bare, guarded])
    .filter(
      // A day that names other policies alone is about those.
      ({ scenario, policies }) =>
        policies.every(({ judgedAs }) => scenario.policies.includes(judgedAs)) || request.days !== undefined,
    )
    // The longest first, so that neither process is left with it at the end.
    .toSorted((one, other) => dayOf(other.scenario).dayMs - dayOf(one.scenario).dayMs);
  const lines: NoticeLine[] = [];
  let isWhole = true;
  let broken: unknown = null;
  shell.out(`${noticeHead()}\n`);
  try {
    for (let seed = request.from; isWhole && seed < request.from + request.seeds; seed += 1) {
      const ofSeed = await linesOf(shell, plays, seed);
      isWhole = ofSeed !== null;
      lines.push(...(ofSeed ?? []));
      for (const line of ofSeed ?? []) shell.out(`${noticeText(line)}\n`);
    }
  } catch (error) {
    // What was finished is kept, as when the rest was interrupted.
    broken = error;
    isWhole = false;
  }
  const bad = lines.filter(({ faults }) => faults.length > 0);
  const due = lines.filter(({ boundMs }) => boundMs !== null);
  const good = isWhole && bad.length === 0;
  writeText(
    request.file,
    `${JSON.stringify({ room: 'notices', verdict: good ? 'holds' : 'fails', partial: !isWhole, lines }, null, 2)}\n`,
  );
  shell.out(
    `\nnightly notices: ${isWhole ? (good ? 'every proof holds' : 'FAILS') : 'INTERRUPTED'}: ${lines.length} runs, ` +
      `a notice due in ${due.length}, ${bad.length} not as promised (${request.file})\n`,
  );
  if (broken !== null) throw broken;
  if (!isWhole) return exitStatus.interrupted;
  return good ? exitStatus.holds : exitStatus.fails;
};
