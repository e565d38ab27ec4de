/**
 * Child processes of a live run: started, watched line by line, signalled by their own id, and
 * gone in the end, whatever became of us.
 *
 * Each is held by a small shell whose input is a pipe of ours: when this process ends, however it
 * ends, the pipe closes and the shell kills its child. They stand in groups of their own, so that
 * a Ctrl-C reaches only us and we stop them in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HarnessError } from '../cli/exit-status.ts';

export interface ChildSpec {
  /** Also the name of its log: `<name>.log`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Runs as this user. */
  readonly as?: { readonly uid: number; readonly gid: number } | undefined;
  /** Each line it writes, on either stream. */
  readonly onLine?: (line: string) => void;
  /** It is up when a line says so. */
  readonly readyWhen: (line: string) => boolean;
  /** It is up as soon as it runs. */
  readonly readyAtOnce?: boolean;
  /** Its end is no news. */
  readonly mayEnd?: boolean;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** Null while it runs. */
  readonly ended: () => boolean;
  signal(signal: NodeJS.Signals): void;
  /** To it and to the processes it has made: a stopped PostgreSQL is one whose workers stand still too. */
  signalAll(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Sends the signal, SIGKILL after some seconds, and resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

export interface Household {
  /** Resolves when it is up. @throws HarnessError with its last words when it ends before */
  start(spec: ChildSpec): Promise<Child>;
  /** Stops all that still run, the last one first. */
  stopAll(): Promise<void>;
  /** Told of whoever ends without having been asked. */
  onDeath(tell: (name: string) => void): void;
}

/** `pid N` comes first; our input's end kills the child; its end is the shell's. */
const keeper = `exec 3<&0
"$0" "$@" 3<&- </dev/null & child=$!
echo "pid $child"
{ cat <&3; kill -KILL $child; } >/dev/null 2>&1 & watch=$!
wait $child; code=$?
kill $watch 2>/dev/null
exit $code`;

const readyWithinMs = 60_000;
const politeMs = 8_000;

export const createHousehold = (logFolder: string): Household => {
  mkdirSync(logFolder, { recursive: true });
  const running: Child[] = [];
  let tellOfDeath: (name: string) => void = () => {};

  const start = async (spec: ChildSpec): Promise<Child> => {
    const { name, file, args, env = {}, cwd, as, onLine, readyWhen } = spec;
    const log = path.join(logFolder, `${name}.log`);
    const shell: ChildProcess = spawn('/bin/sh', ['-c', keeper, file, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', BREAKWATER_RUN: logFolder, ...env },
      ...(cwd === undefined ? {} : { cwd }),
      ...as,
    });
    shell.stdin?.on('error', () => {});
    let pid: number | null = null;
    let ended = false;
    let asked = false;
    let up = false;
    const lastWords: string[] = [];
    const started = Promise.withResolvers<void>();
    const hear = (line: string): void => {
      if (pid === null && /^pid \d+$/.test(line)) {
        pid = Number(line.slice(4));
        if (spec.readyAtOnce === true) started.resolve();
        return;
      }
      appendFileSync(log, `${line}\n`);
      lastWords.push(line);
      if (lastWords.length > 5) lastWords.shift();
      if (readyWhen(line)) started.resolve();
      onLine?.(line);
    };
    for (const stream of [shell.stdout, shell.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) hear(line);
      });
    }
    const closed = new Promise<void>((resolve) => {
      shell.on('error', (error) => {
        lastWords.push(error.message);
        resolve();
      });
      shell.on('exit', () => resolve());
    }).then(async () => {
      shell.stdin?.destroy();
      // What it said last is in the pipes still.
      if (shell.stdout?.readableEnded === false) await Promise.race([once(shell, 'close'), pause(500)]);
      ended = true;
    });
    const child: Child = {
      name,
      get pid() {
        return pid ?? 0;
      },
      ended: () => ended,
      signal(signal) {
        if (!ended && pid !== null) {
          if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT') asked = true;
          kill(pid, signal);
        }
      },
      signalAll(signal) {
        if (ended || pid === null) return;
        for (const one of [pid, ...childrenOf(pid)]) kill(one, signal);
      },
      async stop(signal = 'SIGTERM') {
        if (ended) return;
        asked = true;
        if (pid !== null) {
          kill(pid, signal);
          // A stopped process takes no signal but SIGKILL.
          child.signalAll('SIGCONT');
        }
        await Promise.race([closed, pause(politeMs)]);
        if (!ended && pid !== null) kill(pid, 'SIGKILL');
        shell.stdin?.destroy();
        await closed;
      },
      gone: closed,
    };
    running.push(child);
    void closed.then(() => {
      running.splice(running.indexOf(child), 1);
      // One that never came up is its starter's affair.
      if (up && !asked && spec.mayEnd !== true) tellOfDeath(name);
      started.reject(new HarnessError(`${name} did not start: ${reasonIn(lastWords)}`));
    });
    const late = setTimeout(() => {
      started.reject(new HarnessError(`${name} is not up after ${readyWithinMs / 1000} s; see ${log}`));
      void child.stop('SIGKILL');
    }, readyWithinMs);
    await started.promise.finally(() => clearTimeout(late));
    up = true;
    return child;
  };

  return {
    start,
    async stopAll() {
      // In reverse: those that ask before those that answer.
      for (const child of [...running].reverse()) await child.stop();
    },
    onDeath(tell) {
      tellOfDeath = tell;
    },
  };
};

/** As `/proc` has it; nobody where there is none. */
const childrenOf = (pid: number): readonly number[] => {
  const parentOf = (entry: string): number => {
    try {
      // `pid (name) state parent ...`; a name may hold anything.
      return Number(readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
    } catch {
      return 0;
    }
  };
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc').flatMap((entry) =>
    /^\d+$/.test(entry) && parentOf(entry) === pid ? [Number(entry)] : [],
  );
};

const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
};

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

/** The line that says why, on one line: a log line's own message, or the last thing it said. */
const reasonIn = (lines: readonly string[]): string => {
  const said = lines.filter((line) => line.trim() !== '' && !/^\s+at /.test(line) && !line.startsWith('Node.js v'));
  return (said.find((line) => /error|refuse|in use|denied/i.test(line)) ?? said.at(-1) ?? 'it said nothing').trim();
};
