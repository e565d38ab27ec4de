/** Plays jobs in two worker processes, and ends them when asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Policy } from '../../gateway/app.ts';
import type { Mark, RunResult } from '../judge/result.ts';
import { type TraceDepth, twinPolicy } from '../play/door.ts';
import { dayOf, type Scenario } from '../play/scenario.ts';
import { HarnessError } from './exit-status.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Shell } from './shell.ts';

export interface Job {
  readonly scenario: Scenario;
  readonly policy: Policy;
  /** The scenario's policy whose expectations it is held to. */
  readonly judgedAs: string;
  readonly seed: number;
  readonly trace: TraceDepth;
  /** Plays the day without the incident first, for `extraFailures`. Absent: not. */
  readonly whoWasHurt?: boolean;
  /** Null: nobody will read it. */
  readonly traceFile: string | null;
}

export interface PoolEvents {
  started(job: Job): void;
  story(job: Job, mark: Mark): void;
  progress(job: Job, scenarioMs: number): void;
  done(job: Job, result: RunResult): void;
}

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
const oldSpaceMb = 256;
/**
 * Of a day longer than this, or with more requests by its own expectation, the books are greater: eight hours of July 2020
 * end at 320 MB, and so do the 72,000 charges of 2021-07-16 as it was.
 */
const longDayMs = 3 * 3_600_000;
const manyRequests = 200_000;
const largeDayOldSpaceMb = 1_024;

const isLarge = ({ scenario }: Job): boolean =>
  dayOf(scenario).dayMs > longDayMs ||
  scenario.expect.some((one) => one.kind === 'request-count' && (one.atMost ?? 0) > manyRequests);

const memoryBounds = (jobs: readonly Job[]): readonly string[] => [
  `--max-old-space-size=${jobs.some(isLarge) ? largeDayOldSpaceMb : oldSpaceMb}`,
  '--max-semi-space-size=8',
];
/** After a request to end, workers get this long to hand over what they have. */
const graceMs = 3_000;
/** A second Ctrl-C counts when it comes this long after the first: one key press may arrive twice. */
const secondInterruptMs = 500;
const stderrTailMax = 4_000;

/** A process that plays one job after another: starting one costs as much as a tenth of a run. */
interface Worker {
  readonly child: ChildProcess;
  /** Rejects with a HarnessError when the process ends without a result. One job at a time. */
  play(job: Job, onset: { readonly onsetMs?: number | null }): Promise<RunResult>;
  /** Lets the process end. */
  release(): void;
}

interface Running {
  readonly job: Job;
  resolve(result: RunResult): void;
  reject(error: HarnessError): void;
}

const startWorker = (events: PoolEvents, bounds: readonly string[]): Worker => {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning', ...bounds],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let tail = '';
  let running: Running | null = null;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrTailMax);
  });
  const fail = (reason: string): void => {
    const failed = running;
    running = null;
    if (failed === null) return;
    const name = `${failed.job.scenario.id} under ${failed.job.policy.name}`;
    failed.reject(new HarnessError(`the run of ${name} broke: ${reason}`.trimEnd()));
  };
  child.on('message', (message: FromWorker) => {
    if (running === null) return;
    switch (message.type) {
      case 'progress':
        events.progress(running.job, message.scenarioMs);
        return;
      case 'story':
        events.story(running.job, message.mark);
        return;
      case 'done': {
        const finished = running;
        running = null;
        finished.resolve(message.result);
        return;
      }
      case 'failed':
        fail(message.reason);
    }
  });
  child.on('error', (error) => fail(error.message));
  child.on('close', (code, signal) => fail(`its process ended with ${signal ?? code}\n${tail}`));
  return {
    child,
    play: (job, onset) =>
      new Promise((resolve, reject) => {
        running = { job, resolve, reject };
        const order: ToWorker = { type: 'play', ...job, ...onset };
        child.send(order);
      }),
    release() {
      if (child.connected) child.disconnect();
    },
  };
};

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
export const playAll = async (shell: Shell, jobs: readonly Job[], events: PoolEvents): Promise<PoolOutcome> => {
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
    while (interruptedAtMs === null && broken === null) {
      const index = nextOf(jobs, waiting, results);
      const job = index === undefined ? undefined : jobs[index];
      if (index === undefined || job === undefined) break;
      waiting = waiting.filter((other) => other !== index);
      const twin = results[twinIndexOf(jobs, job)];
      events.started(job);
      worker ??= startWorker(events, memoryBounds(jobs));
      running.add(worker.child);
      try {
        const played = await worker.play(job, twin == null ? {} : { onsetMs: twin.timings.onset });
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
    if (worker !== null) {
      running.delete(worker.child);
      worker.release();
    }
  };
  await Promise.all(Array.from({ length: workersMax }, lane));
  forgetGrace();
  ignoreInterrupts();
  return { results, interrupted: interruptedAtMs !== null, broken };
};
