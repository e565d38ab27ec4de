/** A server as a child process: from its start to its first good answer, its memory, its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { request } from 'undici';
import { HarnessError } from '../cli/exit-status.ts';

/** One request and what its answer must contain. */
export interface Ask {
  readonly url: string;
  readonly body: string;
  /** Part of a good answer's body. */
  readonly good: string;
}

export interface RunningServer {
  /** From spawn to the first good answer. */
  readonly readyMs: number;
  /** Resident size now, of the process itself, MiB. */
  memoryMb(): number;
  stop(): Promise<void>;
}

export const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' } as const;

const patienceMs = 60_000;
const stderrTailMax = 2_000;

/** Below the ports that the load's own connections are given, which come and go by the thousand. */
let nextPort = 24_250;
const lastPort = 24_999;

/** A port that nobody listens on, another one each time. @throws HarnessError when there is none */
export const freePort = async (): Promise<number> => {
  for (; nextPort <= lastPort; nextPort += 1) {
    const server = createServer().listen(nextPort, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    nextPort += 1;
    return nextPort - 1;
  }
  throw new HarnessError('no free port');
};

const answersWell = async ({ url, body, good }: Ask): Promise<boolean> => {
  try {
    const reply = await request(url, { method: 'POST', headers: formHeaders, body });
    return (await reply.body.text()).includes(good) && reply.statusCode === 200;
  } catch {
    return false;
  }
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Starts it and waits for the first good answer. @throws HarnessError when that never comes */
export const startServer = async (
  name: string,
  {
    command,
    args,
    env,
    cwd,
  }: {
    readonly command: string;
    readonly args: readonly string[];
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly cwd: string;
  },
  ask: Ask,
): Promise<RunningServer> => {
  const startedMs = performance.now();
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let tail = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-stderrTailMax);
  });
  child.on('error', (error) => {
    tail += error.message;
  });
  while (!(await answersWell(ask))) {
    if (ended(child) || performance.now() - startedMs > patienceMs) {
      child.kill('SIGKILL');
      throw new HarnessError(`${name} gave no good answer\n${tail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const readyMs = performance.now() - startedMs;
  return {
    readyMs,
    memoryMb() {
      const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      return Number(pages ?? Number.NaN) / 1024;
    },
    async stop() {
      if (ended(child)) return;
      const gone = once(child, 'close');
      child.kill('SIGKILL');
      await gone;
    },
  };
};
