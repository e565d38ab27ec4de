/** One process that plays the seeds of one copy, and is replaced when it hangs or dies. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { FromPlayer, Played, ShrunkWorld, ToPlayer, WorldOf } from './messages.ts';

/** Checks of the harness itself: a bug may also be found because nothing works any more. */
export const harnessChecks = { broke: 'BROKE', hangs: 'HANGS' } as const;

export interface Player {
  /** One seed at a time. A process that dies or hangs has found something, too. */
  play(world: WorldOf): Promise<Played>;
  /** Null: it did not fail again, or its process did not answer. */
  shrink(world: WorldOf, checks: readonly string[], budgetMs: number): Promise<ShrunkWorld | null>;
  close(): void;
}

export interface PlayerOptions {
  /** Root of the copy. */
  readonly root: string;
  /** Wall milliseconds that one seed may take. */
  readonly seedMsMax: number;
}

/** A world of ten minutes holds some 100 MB; one that a bug keeps busy must not take the machine. */
const oldSpaceMb = 512;
const stderrTailMax = 2_000;

const asFound = (seed: number, check: string, text: string): Played => ({
  seed,
  found: { [check]: 1 },
  said: { [check]: text.split('\n', 1)[0] ?? '' },
  judged: { [check]: 1 },
  faults: {},
  payments: 0,
  simulatedMs: 0,
});

export const createPlayer = ({ root, seedMsMax }: PlayerOptions): Player => {
  let child: ChildProcess | null = null;
  let tail = '';

  const start = (): ChildProcess => {
    tail = '';
    const started = fork(path.join(root, 'scenarios/prove/player.ts'), {
      cwd: root,
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${oldSpaceMb}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-stderrTailMax);
    });
    return started;
  };

  const end = (): void => {
    child?.removeAllListeners();
    // What is still on its way to a process that is gone.
    child?.on('error', () => {});
    child?.kill('SIGKILL');
    child = null;
  };

  /** One order at a time. `read` takes what is an answer to it; null is a process that died, hung or broke. */
  const order = <T>(
    what: ToPlayer,
    msMax: number,
    read: (message: FromPlayer) => T | undefined,
    lost: (check: string, text: string) => T,
  ): Promise<T> =>
    new Promise((resolve) => {
      if (child?.connected !== true) end();
      child ??= start();
      const one = child;
      const finish = (answer: T, keep: boolean): void => {
        clearTimeout(timer);
        one.removeAllListeners();
        if (!keep) end();
        resolve(answer);
      };
      const broke = (text: string): void => finish(lost(harnessChecks.broke, text), false);
      const timer = setTimeout(
        () => finish(lost(harnessChecks.hangs, `no end within ${Math.round(msMax / 1000)} s`), false),
        msMax,
      );
      one.on('message', (message: FromPlayer) => {
        if (message.type === 'failed') return broke(message.reason);
        const answer = read(message);
        if (answer !== undefined) finish(answer, true);
      });
      one.on('error', (error) => broke(error.message));
      one.on('exit', (code, signal) => broke(`its process ended with ${signal ?? code} ${tail}`.trim()));
      one.send(what, (error) => {
        if (error !== null) broke(error.message);
      });
    });

  return {
    play: (world) =>
      order<Played>(
        { ...world, type: 'play' },
        seedMsMax,
        (message) => (message.type === 'played' ? message.played : undefined),
        (check, text) => asFound(world.seed, check, text),
      ),
    shrink: (world, checks, budgetMs) =>
      order<ShrunkWorld | null>(
        { ...world, type: 'shrink', checks, budgetMs },
        budgetMs + 2 * seedMsMax,
        (message) => (message.type === 'shrunk' ? message.shrunk : undefined),
        () => null,
      ),
    close: end,
  };
};
