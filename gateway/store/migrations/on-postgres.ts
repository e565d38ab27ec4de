/** Brings a PostgreSQL database up to date; several instances may start at the same time. */
import type { ClientBase } from 'pg';
import { migrations, newerThan } from './all.ts';

/** The advisory lock of whoever migrates: any number nobody else uses. */
const lockNumber = 4_240_110;

/**
 * Applies what is missing, each migration in a transaction of its own with the note of its number:
 * after a crash the next start goes on where this one ended. The lock belongs to the session, so a
 * dead instance holds nobody up. @throws when a newer program has migrated it
 */
export const migrateOnPostgres = async (client: ClientBase): Promise<void> => {
  await client.query('set statement_timeout = 0');
  await client.query(`select pg_advisory_lock(${lockNumber})`);
  try {
    await client.query('create table if not exists migrations (number integer primary key)');
    const { rows } = await client.query<{ number: number }>('select number from migrations order by number');
    const had = rows.map(({ number }) => number);
    const newer = newerThan(had);
    if (newer !== null) throw new Error(newer);
    for (const { number, statements } of migrations) {
      if (had.includes(number)) continue;
      await client.query('begin');
      try {
        for (const statement of statements) await client.query(statement);
        await client.query('insert into migrations values ($1)', [number]);
        await client.query('commit');
      } catch (reason) {
        await client.query('rollback');
        throw reason;
      }
    }
  } finally {
    await client.query(`select pg_advisory_unlock(${lockNumber})`);
    await client.query('reset statement_timeout');
  }
};
