/** Plays jobs in two worker processes, and ends them when asked. */
import type { ChildProcess } from 'node:child_process';
import type { RunResult } from '../judge/result.ts';
import { twinPolicy } from '../play/door.ts';
import { dayOf } from '../play/scenario.ts';
import { HarnessError } from './exit-status.ts';
import type { Job, ToWorker } from './messages.ts';
import type { Shell } from './shell.ts';
import { type JobEvents, OutOfMemoryError, startWorker, type Worker } from './worker-process.ts';

export type { Job } from './messages.ts';

export interface PoolOutcome {
  /** In the order of the jobs; null for a job that was ended before it had a result. */
  readonly results: readonly (RunResult | null)[];
  readonly interrupted: boolean;
  /** Why a run broke; the others were ended with it. */
  readonly broken: HarnessError | null;
}

const workersMax = 2;
/**
 * At the end of 2017-07-12 protected 200 MB of objects are alive, and as many again in its audit. With less than this the
 * collector takes a tenth of the time. Beside them are the day's database (150 MB) and the programs.
 */
const usualMb = 256;
/**
 * Of a day longer than this, or with more requests by its own expectation, the books are greater: eight hours of July 2020
 * end at 320 MB, and so do the 72,000 charges of 2021-07-16 as it was. Any other that turns out to need more is played again
 * with as much.
 */
const longDayMs = 3 * 3_600_000;
const manyRequests = 200_000;
const largeMb = 1_024;

const isLarge = ({ scenario }: Job): boolean =>
  dayOf(scenario).dayMs > longDayMs ||
  scenario.expect.some((one) => one.kind === 'request-count' && (one.atMost ?? 0) > manyRequests);

/** Old space of a worker: of most, and of one that plays a large day. */
export interface WorkerMemory {
  readonly usualMb: number;
  readonly largeMb: number;
}

/** After a request to end, workers get this long to hand over what they have. */
const graceMs = 3_000;
/** A second Ctrl-C counts when it comes this long after the first: one key press may arrive twice. */
const secondInterruptMs = 500;
/** Index of the day as it was that belongs to a job; -1 when it is not among the jobs or is the job itself. */
const twinIndexOf = (jobs: readonly Job[], job: Job): number =>
  job.policy.name === twinPolicy
    ? -1
    : jobs.findIndex(
        ({ scenario, policy, seed }) => scenario === job.scenario && policy.name === twinPolicy && seed === job.seed,
      );

/**
 * Which of the waiting jobs comes next: the days as they were, then those whose twin has been
 * played, so that its onset need not be found a second time. Nobody waits for a twin, though.
 */
export const nextOf = (
  jobs: readonly Job[],
  waiting: readonly number[],
  results: readonly (RunResult | null)[],
): number | undefined => {
  const isReady = (index: number): boolean => {
    const job = jobs[index];
    const twin = job === undefined ? -1 : twinIndexOf(jobs, job);
    return twin < 0 || results[twin] !== null;
  };
  return waiting.find((index) => jobs[index]?.policy.name === twinPolicy) ?? waiting.find(isReady) ?? waiting[0];
};

/**
 * Plays all jobs. On an interrupt, running ones are asked to end and hand over a partial result;
 * a second interrupt, or three seconds, kills them.
 */
export const playAll = async (
  shell: Shell,
  jobs: readonly Job[],
  events: JobEvents,
  memory: WorkerMemory = { usualMb, largeMb },
): Promise<PoolOutcome> => {
  const results: (RunResult | null)[] = jobs.map(() => null);
  const running = new Set<ChildProcess>();
  let interruptedAtMs: number | null = null;
  let broken: HarnessError | null = null;
  let forgetGrace = (): void => {};
  let waiting: readonly number[] = [...jobs.keys()];

  const killAll = (): void => {
    for (const child of running) child.kill('SIGKILL');
  };
  const ignoreInterrupts = shell.onInterrupt(() => {
    if (interruptedAtMs !== null) {
      if (shell.nowMs() - interruptedAtMs >= secondInterruptMs) killAll();
      return;
    }
    interruptedAtMs = shell.nowMs();
    const stop: ToWorker = { type: 'stop' };
    for (const child of running) if (child.connected) child.send(stop);
    forgetGrace = shell.after(graceMs, killAll);
  });

  const lane = async (): Promise<void> => {
    let worker: Worker | null = null;
    let memoryMb = jobs.some(isLarge) ? memory.largeMb : memory.usualMb;
    const leave = (): void => {
      if (worker === null) return;
      running.delete(worker.child);
      worker.release();
      worker = null;
    };
    const play = (job: Job): Promise<RunResult> => {
      worker ??= startWorker(events, memoryMb);
      running.add(worker.child);
      const twin = results[twinIndexOf(jobs, job)];
      return worker.play(job, twin == null ? {} : { onsetMs: twin.timings.onset });
    };
    const playWithMore = (job: Job, error: unknown): Promise<RunResult> => {
      const isOver = interruptedAtMs !== null || broken !== null;
      if (!(error instanceof OutOfMemoryError) || memoryMb >= memory.largeMb || isOver) throw error;
      shell.note(`${error.message}; it is played again with ${memory.largeMb} MB\n`);
      leave();
      memoryMb = memory.largeMb;
      return play(job);
    };
    while (interruptedAtMs === null && broken === null) {
      const index = nextOf(jobs, waiting, results);
      const job = index === undefined ? undefined : jobs[index];
      if (index === undefined || job === undefined) break;
      waiting = waiting.filter((other) => other !== index);
      events.started(job);
      try {
        const played = await play(job).catch((error: unknown) => playWithMore(job, error));
        results[index] = played;
        events.done(job, played);
      } catch (error) {
        // A worker that was killed because of an interrupt is no broken harness.
        if (interruptedAtMs === null && broken === null) {
          broken = error instanceof HarnessError ? error : new HarnessError('a run broke', { cause: error });
          killAll();
        }
      }
    }
    leave();
  };
  await Promise.all(Array.from({ length: workersMax }, lane));
  forgetGrace();
  ignoreInterrupts();
  return { results, interrupted: interruptedAtMs !== null, broken };
};
