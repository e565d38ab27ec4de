import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { Query, Tx } from '../../../gateway/ports.ts';
import { openSqliteStore, type SqliteStore } from '../../../gateway/store/sqlite.ts';
import { describeStore, type OpenedStore } from './store-contract.ts';

const insert: Query<{ id: string }, never> = {
  sql: 'insert into vault (id, sealed, created_ms) values (?, ?, ?)',
  parameters: [{ arg: 'id' }, { constant: 'x' }, { constant: 0 }],
};
const all: Query<object, { id: string }> = { sql: 'select id from vault order by id', parameters: [] };
const one: Query<{ id: string }, { id: string }> = {
  sql: 'select id from vault where id = ?',
  parameters: [{ arg: 'id' }],
};

const opened: { close(): void }[] = [];
const folders: string[] = [];
const open = (location = ':memory:'): SqliteStore => {
  const store = openSqliteStore({ location });
  opened.push(store);
  return store;
};
const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-store-'));
  folders.push(folder);
  return join(folder, 'gateway.sqlite');
};
const opening = (store: SqliteStore): OpenedStore => ({ store, close: async () => store.close() });
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const ids = async (store: SqliteStore): Promise<string[]> =>
  (await store.read((tx) => tx.all(all, {}))).map(({ id }) => id);
const add = (id: string) => (tx: Tx) => tx.run(insert, { id });

describeStore('SQLite in memory', async () => opening(openSqliteStore({ location: ':memory:' })));
describeStore('SQLite in a file', async () => opening(openSqliteStore({ location: newFile() })));

describe('a unit on SQLite', () => {
  it('runs alone: another one sees none or all of it', async () => {
    const store = open();
    const order: string[] = [];
    const slow = store.unit(async (tx) => {
      order.push('slow begins');
      for (let turn = 0; turn < 10; turn += 1) await tx.first(one, { id: 'a' });
      await tx.run(insert, { id: 'a' });
      order.push('slow ends');
    });
    const quick = store.unit(async (tx) => {
      order.push(`quick sees ${(await tx.all(all, {})).length}`);
    });
    await Promise.all([slow, quick]);
    expect(order).toEqual(['slow begins', 'slow ends', 'quick sees 1']);
  });

  it('that waits with others shares their commit, and one that fails takes nobody with it', async () => {
    const store = open();
    const settled = await Promise.allSettled([
      store.unit(add('first')),
      ...Array.from({ length: 200 }, (_, index) =>
        store.unit(async (tx) => {
          await tx.run(insert, { id: `unit ${String(index).padStart(3, '0')}` });
          if (index % 3 === 0) throw new Error(`unit ${index}`);
          return index;
        }),
      ),
    ]);
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(67);
    expect(await ids(store)).toEqual([
      'first',
      ...Array.from({ length: 200 }, (_, index) => index)
        .filter((index) => index % 3 !== 0)
        .map((index) => `unit ${String(index).padStart(3, '0')}`),
    ]);
  });

  it('that was asked for first is done first, reads among them', async () => {
    const store = open();
    const seen: number[] = [];
    const count = () => store.read(async (tx) => void seen.push((await tx.all(all, {})).length));
    await Promise.all([count(), store.unit(add('a')), count(), store.unit(add('b')), store.unit(add('c')), count()]);
    expect(seen).toEqual([0, 1, 3]);
  });

  it('is acknowledged only after the commit that holds it', async () => {
    const location = newFile();
    const store = open(location);
    const other = new DatabaseSync(location);
    opened.push(other);
    const committed = (): unknown => other.prepare('select count(*) as n from vault').get()?.n;
    const seen: unknown[] = [];
    await Promise.all(['a', 'b', 'c'].map((id) => store.unit(add(id)).then(() => seen.push(committed()))));
    expect(seen).toEqual([1, 3, 3]);
  });

  it('is refused while another process holds the database, and later ones are not', async () => {
    const location = newFile();
    const store = open(location);
    const other = new DatabaseSync(location);
    opened.push(other);
    other.exec('begin immediate');
    const settled = await Promise.allSettled([store.unit(add('a')), store.unit(add('b')), store.unit(add('c'))]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    other.exec('rollback');
    await store.unit(add('d'));
    expect(await ids(store)).toEqual(['d']);
  });
});

describe('a store in a file', () => {
  it('keeps what was committed', async () => {
    const location = newFile();
    const before = openSqliteStore({ location });
    await before.unit(add('a'));
    before.close();
    expect(await ids(open(location))).toEqual(['a']);
  });

  it('survives a power cut: every commit reaches the disk', () => {
    const location = newFile();
    const store = open(location);
    expect([...store.inspect('pragma synchronous')]).toEqual([{ synchronous: 2 }]);
    expect([...store.inspect('pragma journal_mode')]).toEqual([{ journal_mode: 'wal' }]);
  });

  it('is not opened when a newer program wrote it', () => {
    const location = newFile();
    const newer = new DatabaseSync(location);
    newer.exec('create table migrations (number integer primary key); insert into migrations values (9999)');
    newer.close();
    expect(() => openSqliteStore({ location })).toThrow(/newer/);
  });

  it('is not opened when it is no database', () => {
    expect(() => openSqliteStore({ location: '/nowhere/at/all.sqlite' })).toThrow();
  });
});

describe('units that come one callback at a time', () => {
  it('wait for what else has arrived, and share one commit', async () => {
    const waiting: (() => void)[] = [];
    const store = openSqliteStore({ location: ':memory:', gather: (then) => void waiting.push(then) });
    const began: string[] = [];
    const unit = (name: string): Promise<string> =>
      store.unit(async () => {
        began.push(name);
        return name;
      });
    const first = unit('first');
    await Promise.resolve();
    const second = unit('second');
    expect(began).toEqual([]);
    expect(waiting.length).toBe(1);
    waiting[0]!();
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
    expect(began).toEqual(['first', 'second']);
    expect(waiting.length).toBe(1);
    store.close();
  });
});
