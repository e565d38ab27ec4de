/**
 * A real PostgreSQL for tests: a cluster of its own in a temporary folder, reached by a socket in
 * that folder, gone when the tests end, however they end.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

const folderOfPrograms = '/usr/lib/postgresql/15/bin';
const howToGetIt = 'sudo apt-get install postgresql-15';

const isHere = existsSync(join(folderOfPrograms, 'postgres'));
if (!isHere && process.env.CI === 'true') throw new Error(`PostgreSQL 15 is missing; get it with: ${howToGetIt}`);
if (!isHere) process.stderr.write(`skipped: PostgreSQL 15 is missing; get it with: ${howToGetIt}\n`);

/** For `describe.skipIf`: a person without PostgreSQL loses these tests, CI its whole result. */
export const noPostgres = !isHere;

export interface Postgres {
  /** A new, empty database. */
  newDatabase(): Promise<string>;
  /** Runs one statement as the superuser in the database that every cluster has. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as the user that its Debian package made. */
const runsAs = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  const [, , uid, gid] = (line ?? '').split(':').map(Number);
  if (uid === undefined || gid === undefined) throw new Error('no user postgres to run PostgreSQL as');
  return { uid, gid };
};

/** Nothing of it has to outlive the machine, so it waits for no disk. */
const settings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '64MB',
};

/** Ends the server when the tests do, and when they are killed: the shell's input closes then. */
const watched = '"$0" "$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server';

export const startPostgres = async (): Promise<Postgres> => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-postgres-'));
  const user = runsAs();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const made = spawnSync(
    join(folderOfPrograms, 'initdb'),
    [
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
    ],
    { encoding: 'utf8', cwd: folder, ...user },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const server: ChildProcess = spawn(
    '/bin/sh',
    [
      '-c',
      watched,
      join(folderOfPrograms, 'postgres'),
      '-D',
      data,
      '-k',
      folder,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'], ...user },
  );
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)));
  });
  await ready;
  const urlOf = (database: string): string => `postgres://breakwater@localhost/${database}?host=${folder}`;
  const admin = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: urlOf('postgres') });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  let databases = 0;
  return {
    async newDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      await admin(`create database ${name}`);
      return urlOf(name);
    },
    admin,
    async stop() {
      const ended = once(server, 'exit');
      server.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
