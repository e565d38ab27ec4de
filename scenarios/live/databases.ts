/**
 * PostgreSQL 15 and Redis 7 of a run's own, in temporary folders, reached by sockets there.
 *
 * PostgreSQL waits for no disk (`fsync=off`): the machine does not crash in a live run, processes
 * do, and what a process wrote the kernel keeps. It does wait for its own log
 * (`synchronous_commit=on`), or a killed server would lose what it had acknowledged.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HarnessError } from '../cli/exit-status.ts';
import type { Child, Household } from './children.ts';
import { pause } from './real-world.ts';
import { toolFile } from './tools.ts';

export interface Database {
  readonly url: string;
  readonly version: string;
  child(): Child;
  /** After a SIGKILL: the same data again. */
  restart(): Promise<void>;
  /** Stops it and removes its files. */
  close(): Promise<void>;
}

const settings = {
  fsync: 'off',
  full_page_writes: 'off',
  listen_addresses: '',
  max_connections: '200',
  shared_buffers: '64MB',
};

/** PostgreSQL refuses to run as root: then it runs as the user that its Debian package made. */
const postgresUser = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  if (uid === undefined || gid === undefined)
    throw new HarnessError('no user postgres to run PostgreSQL as; get it with: sudo apt-get install postgresql-15');
  return { uid, gid };
};

const restartsMax = 20;

export const startPostgres = async (household: Household): Promise<Database> => {
  const program = toolFile('postgres');
  const as = postgresUser();
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-pg-'));
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  chmodSync(folder, 0o755);
  const data = path.join(folder, 'data');
  const initArgs = [
    '--pgdata',
    data,
    '--username',
    'breakwater',
    '--auth',
    'trust',
    '--no-sync',
    '--encoding',
    'UTF8',
    '--locale',
    'C',
  ];
  const made = spawnSync(path.join(path.dirname(program), 'initdb'), initArgs, {
    encoding: 'utf8',
    cwd: folder,
    ...as,
  });
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new HarnessError(
      `PostgreSQL: initdb: ${(made.stderr || made.error?.message || '').trim().split('\n').at(-1)}`,
    );
  }
  const start = (): Promise<Child> =>
    household.start({
      name: 'postgres',
      file: program,
      args: [
        '-D',
        data,
        '-k',
        folder,
        ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ],
      cwd: folder,
      as,
      readyWhen: (line) => line.includes('ready to accept connections'),
    });
  let child = await start();
  const version = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim();
  return {
    url: `postgres://breakwater@localhost/postgres?host=${folder}`,
    version,
    child: () => child,
    async restart() {
      await child.gone;
      // Its workers of before hold the shared memory until they have noticed.
      for (let tries = 1; ; tries += 1) {
        try {
          child = await start();
          return;
        } catch (error) {
          if (tries >= restartsMax) throw error;
          await pause(250);
        }
      }
    },
    async close() {
      await child.stop('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export const startRedis = async (household: Household): Promise<Database> => {
  const program = toolFile('redis');
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-redis-'));
  const url = path.join(folder, 'redis.sock');
  let version = '';
  const start = (): Promise<Child> => {
    if (existsSync(url)) rmSync(url);
    return household.start({
      name: 'redis',
      file: program,
      args: ['--port', '0', '--unixsocket', url, '--dir', folder, '--save', '', '--appendonly', 'no'],
      readyWhen: (line) => /ready to accept connections/i.test(line),
      onLine(line) {
        version = /Redis version=([\d.]+)/.exec(line)?.[1] ?? version;
      },
    });
  };
  let child = await start();
  return {
    url,
    version,
    child: () => child,
    async restart() {
      await child.gone;
      child = await start();
    },
    async close() {
      await child.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
