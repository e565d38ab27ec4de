import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../../gateway/ports.ts';
import { numbered } from '../../../gateway/store/dialect.ts';
import { migrations } from '../../../gateway/store/migrations/all.ts';
import { openPostgresStore, type PostgresStore, StoreUnavailable } from '../../../gateway/store/postgres.ts';
import { noPostgres, type Postgres, startPostgres } from '../../live/postgres.ts';
import { describeStore } from './store-contract.ts';

describe('a query said to PostgreSQL', () => {
  it.each([
    ['select 1', 'select 1'],
    ['update t set a = ?, b = ? where "c?" = ?', 'update t set a = $1, b = $2 where "c?" = $3'],
    [`select '?', 'it''s ?' where a = ?`, `select '?', 'it''s ?' where a = $1`],
  ])('numbers the values of %s', (sql, text) => {
    expect(numbered(sql)).toBe(text);
  });
});

describe.skipIf(noPostgres)('on PostgreSQL 15', () => {
  let postgres: Postgres;
  const opened: PostgresStore[] = [];
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });
  afterAll(async () => {
    await postgres.stop();
  });
  const open = async (url: string, onTrouble?: (trouble: { kind: string; code: string }) => void) => {
    const store = await openPostgresStore({ url, ...(onTrouble === undefined ? {} : { onTrouble }) });
    opened.push(store);
    return store;
  };
  const numbers = (store: PostgresStore) =>
    store.inspect('select number from migrations order by number').then((rows) => rows.map(({ number }) => number));
  const known = migrations.map(({ number }) => number);

  describeStore('PostgreSQL', async () => {
    const store = await openPostgresStore({ url: await postgres.newDatabase() });
    return { store, close: () => store.close() };
  });

  const insert: Query<{ id: string }, never> = {
    sql: 'insert into vault (id, sealed, created_ms) values (?, ?, ?)',
    parameters: [{ arg: 'id' }, { constant: 'x' }, { constant: 0 }],
  };
  const count: Query<object, { n: number }> = { sql: 'select count(*) as n from vault', parameters: [] };

  describe('a unit', () => {
    it('takes no statement after its end', async () => {
      const store = await open(await postgres.newDatabase());
      let late: () => Promise<unknown> = async () => undefined;
      await store.unit(async (tx) => {
        late = () => tx.run(insert, { id: 'late' });
      });
      await expect(late()).rejects.toThrow(/after the end/);
      expect(await store.read((tx) => tx.first(count, {}))).toEqual({ n: 0 });
    });

    it('is run again from its start when another one was first, and says so', async () => {
      const url = await postgres.newDatabase();
      const codes: string[] = [];
      const store = await open(url, ({ code }) => codes.push(code));
      const other = await open(url);
      let runs = 0;
      await store.unit(async (tx) => {
        runs += 1;
        const { n } = (await tx.first(count, {}))!;
        if (runs === 1)
          await other.unit(async (also) => {
            await also.first(count, {});
            await also.run(insert, { id: 'other' });
          });
        await tx.run(insert, { id: `after ${n}` });
      });
      expect([runs, codes]).toEqual([2, ['40001']]);
      expect(await store.inspect('select id from vault order by id')).toEqual([{ id: 'after 1' }, { id: 'other' }]);
    });

    it('is run again on another connection when its own is ended', async () => {
      const url = await postgres.newDatabase();
      const store = await open(url);
      let runs = 0;
      await store.unit(async (tx) => {
        runs += 1;
        await tx.run(insert, { id: 'a' });
        if (runs > 1) return;
        const name = new URL(url).pathname.slice(1);
        await postgres.admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
        await tx.first(count, {});
      });
      expect(runs).toBe(2);
      expect(await store.read((tx) => tx.first(count, {}))).toEqual({ n: 1 });
    });

    it('fails for good when it fails each time', async () => {
      const url = await postgres.newDatabase();
      const store = await open(url);
      let runs = 0;
      const unit = store.unit(async () => {
        runs += 1;
        throw Object.assign(new Error('again'), { code: '40001' });
      });
      await expect(unit).rejects.toThrow('again');
      expect(runs).toBe(50);
    });
  });

  describe('a database', () => {
    it('is upgraded once when several instances start together', async () => {
      const url = await postgres.newDatabase();
      const stores = await Promise.all(Array.from({ length: 5 }, () => open(url)));
      for (const store of stores) expect(await numbers(store)).toEqual(known);
    });

    it('whose upgrade was cut off is upgraded from there by the next start', async () => {
      const url = await postgres.newDatabase();
      const dying = new pg.Client({ connectionString: url });
      dying.on('error', () => undefined);
      await dying.connect();
      // What a start does up to its death: the lock, the notes, the first migration but for its end.
      await dying.query('select pg_advisory_lock(4240110)');
      await dying.query('create table migrations (number integer primary key)');
      await dying.query('begin');
      for (const statement of migrations[0]!.statements) await dying.query(statement);
      const starting = open(url);
      const [backend] = (await dying.query('select pg_backend_pid() as pid')).rows as { pid: number }[];
      await postgres.admin(`select pg_terminate_backend(${backend!.pid})`);
      expect(await numbers(await starting)).toEqual(known);
    });

    it('that a newer program upgraded is not opened', async () => {
      const url = await postgres.newDatabase();
      const store = await open(url);
      await store.inspect('insert into migrations values (9999)');
      await expect(openPostgresStore({ url })).rejects.toThrow(/9999.*newer/);
    });

    it.each([
      ['is not there', (url: string) => url.replace(/test_\d+/, 'nowhere'), /nowhere.*does not exist/],
      ['has no server', () => 'postgres://someone:secret@127.0.0.1:1/books', /127\.0\.0\.1:1\/books: .*ECONNREFUSED/],
    ])('that %s is refused in one line without its password', async (_what, change, why) => {
      const reason = await openPostgresStore({ url: change(await postgres.newDatabase()) }).catch(
        (one: unknown) => one,
      );
      expect(reason).toBeInstanceOf(StoreUnavailable);
      expect((reason as Error).message).toMatch(why);
      expect((reason as Error).message).not.toContain('secret');
    });
  });
});
