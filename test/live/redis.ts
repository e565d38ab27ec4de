/**
 * A real Redis for tests: a server of its own on a socket in a temporary folder, gone when the
 * tests end, however they end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

const program = '/usr/bin/redis-server';
const howToGetIt = 'sudo apt-get install redis-server';

const isHere = existsSync(program);
if (!isHere && process.env.CI === 'true') throw new Error(`Redis is missing; get it with: ${howToGetIt}`);
if (!isHere) process.stderr.write(`skipped: Redis is missing; get it with: ${howToGetIt}\n`);

/** For `describe.skipIf`: a person without Redis loses these tests, CI its whole result. */
export const noRedis = !isHere;

export interface RedisServer {
  /** Address for clients: a socket in a folder of its own. */
  readonly url: string;
  /** SIGKILL; resolves when it is gone. What it held is forgotten. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay, nobody answers. */
  freeze(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again after a kill, empty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Ends the server when the tests do, and when they are killed: the shell's input closes then. */
const watched = '"$0" "$@" & server=$!; echo "pid $server"; cat > /dev/null; kill -KILL $server; wait $server';

export const startRedis = async (): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-redis-'));
  const url = join(folder, 'redis.sock');
  let shell: ChildProcess | null = null;
  let pid = 0;

  const start = async (): Promise<void> => {
    rmSync(url, { force: true });
    const flags = ['--port', '0', '--unixsocket', url, '--dir', folder, '--save', '', '--appendonly', 'no'];
    const child = spawn('/bin/sh', ['-c', watched, program, ...flags], { stdio: ['pipe', 'pipe', 'pipe'] });
    shell = child;
    let said = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/ready to accept connections/i.test(said)) resolve();
      });
      child.once('exit', () => reject(new Error(`Redis ended: ${said}`)));
    });
    pid = Number(/^pid (\d+)$/m.exec(said)?.[1]);
    // The line is there before the socket answers.
    const client = new Redis(url, { maxRetriesPerRequest: 50, retryStrategy: () => 10 });
    await client.ping();
    client.disconnect();
  };

  const end = async (): Promise<void> => {
    if (shell === null || shell.exitCode !== null) return;
    const ended = once(shell, 'exit');
    // A stopped process takes no signal but this one.
    shell.stdin?.end();
    await ended;
    shell = null;
  };

  await start();
  return {
    url,
    kill: end,
    freeze: () => process.kill(pid, 'SIGSTOP'),
    resume: () => process.kill(pid, 'SIGCONT'),
    start,
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
