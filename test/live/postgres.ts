/**
 * The live stage's PostgreSQL for tests: a cluster of its own in a temporary folder, reached by a
 * socket there, gone when the tests end, however they end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createHousehold } from '../../scenarios/live/children.ts';
import { startPostgres as startServer } from '../../scenarios/live/databases.ts';
import { isMissing } from './missing.ts';

/** For `describe.skipIf`: a person without PostgreSQL loses these tests, CI its whole result. */
export const noPostgres = isMissing('postgres');

export interface Postgres {
  /** A new, empty database. */
  newDatabase(): Promise<string>;
  /** Runs one statement as the superuser in the database that every cluster has. */
  admin(sql: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export const startPostgres = async (): Promise<Postgres> => {
  const logs = mkdtempSync(join(tmpdir(), 'breakwater-logs-'));
  const server = await startServer(createHousehold(logs));
  const admin = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: server.url });
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
      const url = new URL(server.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    admin,
    async stop() {
      await server.close();
      rmSync(logs, { recursive: true, force: true });
    },
  };
};
