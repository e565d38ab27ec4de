/** One process that plays the seeds of one copy, and is replaced when it hangs or dies. */
import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { FromPlayer, Played, PlaySeed } from './messages.ts';

/** Checks of the harness itself: a bug may also be found because nothing works any more. */
export const harnessChecks = { broke: 'BROKE', hangs: 'HANGS' } as const;

export interface Player {
  /** One seed at a time. A process that dies or hangs has found something, too. */
  play(seed: number): Promise<Played>;
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

  return {
    play: (seed) =>
      new Promise((resolve) => {
        if (child?.connected !== true) end();
        child ??= start();
        const one = child;
        const finish = (played: Played, keep: boolean): void => {
          clearTimeout(timer);
          one.removeAllListeners();
          if (!keep) end();
          resolve(played);
        };
        const timer = setTimeout(
          () => finish(asFound(seed, harnessChecks.hangs, `no end within ${Math.round(seedMsMax / 1000)} s`), false),
          seedMsMax,
        );
        one.on('message', (message: FromPlayer) => {
          if (message.type === 'played') finish(message.played, true);
          else finish(asFound(seed, harnessChecks.broke, message.reason), false);
        });
        one.on('error', (error) => finish(asFound(seed, harnessChecks.broke, error.message), false));
        one.on('exit', (code, signal) =>
          finish(asFound(seed, harnessChecks.broke, `its process ended with ${signal ?? code} ${tail}`.trim()), false),
        );
        const order: PlaySeed = { seed };
        one.send(order, (error) => {
          if (error !== null) finish(asFound(seed, harnessChecks.broke, error.message), false);
        });
      }),
    close: end,
  };
};
