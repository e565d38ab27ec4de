/** The processes a campaign plays in: as many as there are cores, each busy with one order at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../cli/exit-status.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface Workers {
  /** Rejects with a HarnessError when the process ends, or says that it failed. */
  ask(order: ToWorker): Promise<FromWorker>;
  readonly count: number;
  /** Ends them all at once. */
  kill(): void;
  /** Lets them end. */
  release(): void;
}

/** A world's books and objects take 60 MB; the rest is room for the collector to be lazy. */
const bounds = ['--max-old-space-size=512', '--max-semi-space-size=16'];
const stderrTailMax = 4_000;

interface Worker {
  readonly child: ChildProcess;
  busy: boolean;
  settle: ((message: FromWorker | HarnessError) => void) | null;
}

export const startWorkers = (count: number): Workers => {
  const waiting: ((worker: Worker) => void)[] = [];
  let killed = false;

  const start = (): Worker => {
    const child = fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      execArgv: ['--disable-warning=ExperimentalWarning', ...bounds],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const worker: Worker = { child, busy: false, settle: null };
    let tail = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-stderrTailMax);
    });
    const end = (message: FromWorker | HarnessError): void => {
      const { settle } = worker;
      worker.settle = null;
      settle?.(message);
    };
    child.on('message', (message: FromWorker) => end(message));
    child.on('error', (error) => end(new HarnessError(error.message)));
    child.on('close', (code, signal) => {
      const at = workers.indexOf(worker);
      // The next order gets a fresh one: one world that ends its process costs its own result and no other.
      if (at >= 0 && !killed) workers[at] = start();
      end(new HarnessError(`a worker ended with ${signal ?? code}\n${tail}`.trimEnd()));
    });
    return worker;
  };
  const workers: Worker[] = [];
  for (let index = 0; index < count; index += 1) workers.push(start());

  /** Hands idle workers to those who wait, in their order. Whoever is given one has it at once. */
  const deal = (): void => {
    for (let idle = workers.find(({ busy }) => !busy); idle !== undefined; idle = workers.find(({ busy }) => !busy)) {
      const next = waiting.shift();
      if (next === undefined) return;
      idle.busy = true;
      next(idle);
    }
  };

  const take = (): Promise<Worker> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      deal();
    });

  return {
    count,
    async ask(order) {
      const worker = await take();
      const answer = await new Promise<FromWorker | HarnessError>((resolve) => {
        worker.settle = resolve;
        worker.child.send(order);
      });
      worker.busy = false;
      deal();
      if (answer instanceof HarnessError) throw answer;
      if (answer.type === 'failed') throw new HarnessError(answer.reason);
      return answer;
    },
    kill() {
      killed = true;
      for (const { child } of workers) child.kill('SIGKILL');
    },
    release() {
      killed = true;
      for (const { child } of workers) if (child.connected) child.disconnect();
    },
  };
};
