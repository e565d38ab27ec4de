/** A worker process as its parent sees it: what it is asked to play, and how it ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Mark, RunResult } from '../judge/result.ts';
import { HarnessError } from './exit-status.ts';
import type { FromWorker, Job, ToWorker } from './messages.ts';

export interface JobEvents {
  started(job: Job): void;
  story(job: Job, mark: Mark): void;
  progress(job: Job, scenarioMs: number): void;
  done(job: Job, result: RunResult): void;
}

const stderrTailMax = 4_000;

/** A process that plays one job after another: starting one costs as much as a tenth of a run. */
export interface Worker {
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

/** It would play with more. */
export class OutOfMemoryError extends HarnessError {}

/** @param memoryMb Of old space, which is most of what a run takes */
export const startWorker = (events: JobEvents, memoryMb: number): Worker => {
  const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${memoryMb}`, '--max-semi-space-size=8'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let tail = '';
  let isOutOfMemory = false;
  let running: Running | null = null;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail += text;
    // V8's last words, with pages of addresses after them.
    isOutOfMemory ||= tail.includes('heap out of memory');
    tail = tail.slice(-stderrTailMax);
  });
  const fail = (reason: string, kind: typeof HarnessError = HarnessError): void => {
    const failed = running;
    running = null;
    if (failed === null) return;
    const name = `${failed.job.scenario.id} under ${failed.job.policy.name}`;
    failed.reject(new kind(`the run of ${name} broke: ${reason}`.trimEnd()));
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
  child.on('close', (code, signal) => {
    if (isOutOfMemory) fail(`${memoryMb} MB of memory are not enough`, OutOfMemoryError);
    else fail(`its process ended with ${signal ?? code}\n${tail}`);
  });
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
