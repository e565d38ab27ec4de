/** Runs jobs in worker processes, two at a time, and ends them when asked. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Policy } from '../../gateway/app.ts';
import type { Mark, RunResult } from '../judge/result.ts';
import type { TraceDepth } from '../play/door.ts';
import type { Scenario } from '../play/scenario.ts';
import { HarnessError } from './exit-status.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { Shell } from './shell.ts';

export interface Job {
  readonly scenario: Scenario;
  readonly policy: Policy;
  readonly seed: number;
  readonly trace: TraceDepth;
  readonly traceFile: string;
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
/** After a request to end, workers get this long to hand over what they have. */
const graceMs = 3_000;
/** A second Ctrl-C counts when it comes this long after the first: one key press may arrive twice. */
const secondInterruptMs = 500;
const stderrTailMax = 4_000;

/** One job in one process. Rejects with a HarnessError when the process ends without a result. */
const runJob = (
  job: Job,
  events: PoolEvents,
): { readonly child: ChildProcess; readonly result: Promise<RunResult> } => {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrTailMax);
  });
  const name = `${job.scenario.id} under ${job.policy.name}`;
  const result = new Promise<RunResult>((resolve, reject) => {
    const fail = (reason: string): void => reject(new HarnessError(`the run of ${name} broke: ${reason}`.trimEnd()));
    child.on('message', (message: FromWorker) => {
      switch (message.type) {
        case 'progress':
          return events.progress(job, message.scenarioMs);
        case 'story':
          return events.story(job, message.mark);
        case 'done':
          return resolve(message.result);
        case 'failed':
          return fail(message.reason);
      }
    });
    child.on('error', (error) => fail(error.message));
    // After a result this changes nothing: the promise is settled.
    child.on('close', (code, signal) => fail(`its process ended with ${signal ?? code}\n${tail}`));
  });
  const order: ToWorker = { type: 'play', ...job };
  child.send(order);
  return { child, result };
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
  let next = 0;

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

  const work = async (): Promise<void> => {
    while (next < jobs.length && interruptedAtMs === null && broken === null) {
      const index = next;
      next += 1;
      const job = jobs[index];
      if (job === undefined) return;
      events.started(job);
      const { child, result } = runJob(job, events);
      running.add(child);
      try {
        const played = await result;
        results[index] = played;
        events.done(job, played);
      } catch (error) {
        // A worker that was killed because of an interrupt is no broken harness.
        if (interruptedAtMs === null && broken === null) {
          broken = error instanceof HarnessError ? error : new HarnessError('a run broke', { cause: error });
          killAll();
        }
      } finally {
        running.delete(child);
      }
    }
  };
  await Promise.all(Array.from({ length: workersMax }, work));
  forgetGrace();
  ignoreInterrupts();
  return { results, interrupted: interruptedAtMs !== null, broken };
};
