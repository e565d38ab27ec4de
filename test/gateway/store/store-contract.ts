/** What rooms may rely on, whichever database is behind the port. Each store runs the same suite. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import * as abuse from '../../../gateway/abuse/store.ts';
import * as cards from '../../../gateway/cards/store.ts';
import * as charges from '../../../gateway/charges/store.ts';
import * as compliance from '../../../gateway/compliance/store.ts';
import * as console from '../../../gateway/console/store.ts';
import * as customers from '../../../gateway/customers/store.ts';
import * as deliveries from '../../../gateway/deliveries/store.ts';
import * as disputes from '../../../gateway/disputes/store.ts';
import * as events from '../../../gateway/events/store.ts';
import * as fraud from '../../../gateway/fraud/store.ts';
import * as incidents from '../../../gateway/incidents/store.ts';
import * as nonRetention from '../../../gateway/non-retention/store.ts';
import * as onCall from '../../../gateway/on-call/store.ts';
import * as plans from '../../../gateway/plans/store.ts';
import type { Query, Store, Tx } from '../../../gateway/ports.ts';
import * as reconciliation from '../../../gateway/reconciliation/store.ts';
import { insertQuery } from '../../../gateway/store/query.ts';
import * as subscriptions from '../../../gateway/subscriptions/store.ts';
import * as threeDSecure from '../../../gateway/three-d-secure/store.ts';
import * as tokens from '../../../gateway/tokens/store.ts';
import * as vault from '../../../gateway/vault/store.ts';

/** An empty, upgraded store of its own for each test. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

const insert: Query<{ id: string }, never> = {
  sql: 'insert into vault (id, sealed, created_ms) values (?, ?, ?)',
  parameters: [{ arg: 'id' }, { constant: 'x' }, { constant: 0 }],
};
const insertOnce: Query<{ id: string }, never> = { ...insert, sql: `${insert.sql} on conflict (id) do nothing` };
const all: Query<object, { id: string }> = { sql: 'select id from vault order by id', parameters: [] };
const one: Query<{ id: string }, { id: string }> = {
  sql: 'select id from vault where id = ?',
  parameters: [{ arg: 'id' }],
};
const count: Query<object, { n: number }> = { sql: 'select count(*) as n from vault', parameters: [] };
const removeAll: Query<object, never> = { sql: 'delete from vault', parameters: [] };
const read: Query<{ id: string }, { sealed: string; created_ms: number }> = {
  sql: 'select sealed, created_ms from vault where id = ?',
  parameters: [{ arg: 'id' }],
};
const write: Query<{ id: string; sealed: string; at: number }, never> = {
  sql: 'update vault set sealed = ?, created_ms = ? where id = ?',
  parameters: [{ arg: 'sealed' }, { arg: 'at' }, { arg: 'id' }],
};
const insertTransfer = insertQuery('transfers', ['id', 'charge_id', 'debit', 'credit', 'amount', 'kind', 'at_ms']);

const add = (id: string) => (tx: Tx) => tx.run(insert, { id });
const ids = async (store: Store): Promise<string[]> => (await store.read((tx) => tx.all(all, {}))).map(({ id }) => id);

/** Every room's statements, by the file that exports them. */
const rooms: Readonly<Record<string, object>> = {
  'cards/store.ts': cards,
  'charges/store.ts': charges,
  'console/store.ts': console,
  'customers/store.ts': customers,
  'deliveries/store.ts': deliveries,
  'events/store.ts': events,
  'plans/store.ts': plans,
  'reconciliation/store.ts': reconciliation,
  'subscriptions/store.ts': subscriptions,
  'tokens/store.ts': tokens,
  'vault/store.ts': vault,
  'abuse/store.ts': abuse,
  'compliance/store.ts': compliance,
  'disputes/store.ts': disputes,
  'fraud/store.ts': fraud,
  'incidents/store.ts': incidents,
  'non-retention/store.ts': nonRetention,
  'on-call/store.ts': onCall,
  'three-d-secure/store.ts': threeDSecure,
};

const allStatements = Object.entries(rooms).flatMap(([file, exports]) =>
  Object.entries(exports as Record<string, unknown>).flatMap(([name, value]): [string, Query<object, unknown>][] =>
    typeof value === 'object' && value !== null && 'sql' in value && 'parameters' in value
      ? [[`${file} ${name}`, value as Query<object, unknown>]]
      : [],
  ),
);

/** The files that there are: a new room's must be in the list above. */
const storeFiles = readdirSync(join(import.meta.dirname, '../../../gateway'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /(^|\/)([a-z-]+-)?store\.ts$/.test(file) && !file.startsWith('status-page'))
  .toSorted();

export const describeStore = (name: string, open: () => Promise<OpenedStore>): void => {
  const opened: OpenedStore[] = [];
  const newStore = async (): Promise<Store> => {
    const one = await open();
    opened.push(one);
    return one.store;
  };
  afterEach(async () => {
    for (const { close } of opened.splice(0)) await close();
  });

  describe(`${name}: a unit`, () => {
    it('is written whole, and its value comes back', async () => {
      const store = await newStore();
      const value = await store.unit(async (tx) => {
        expect(await tx.run(insert, { id: 'a' })).toBe(1);
        // It sees its own writes.
        expect(await tx.first(one, { id: 'a' })).toEqual({ id: 'a' });
        expect(await tx.first(one, { id: 'b' })).toBeUndefined();
        await tx.run(insert, { id: 'b' });
        return 'done';
      });
      expect(value).toBe('done');
      expect(await ids(store)).toEqual(['a', 'b']);
      expect(await store.unit((tx) => tx.run(removeAll, {}))).toBe(2);
    });

    it('leaves nothing when it throws, and throws what it threw', async () => {
      const store = await newStore();
      const failure = new Error('no');
      const unit = store.unit(async (tx) => {
        await tx.run(insert, { id: 'a' });
        throw failure;
      });
      await expect(unit).rejects.toBe(failure);
      expect(await ids(store)).toEqual([]);
    });

    it('leaves nothing when the database refuses a statement', async () => {
      const store = await newStore();
      await store.unit(add('a'));
      const unit = store.unit(async (tx) => {
        await tx.run(insert, { id: 'b' });
        await tx.run(insert, { id: 'a' });
      });
      await expect(unit).rejects.toThrow(/unique/i);
      expect(await ids(store)).toEqual(['a']);
    });

    it('is refused when a statement lacks a value', async () => {
      const store = await newStore();
      await expect(store.unit((tx) => tx.run(insert, {} as { id: string }))).rejects.toThrow(TypeError);
      expect(await ids(store)).toEqual([]);
    });

    it('that fails takes none with it that ran beside it', async () => {
      const store = await newStore();
      const settled = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) =>
          store.unit(async (tx) => {
            await tx.run(insert, { id: `unit ${String(index).padStart(3, '0')}` });
            if (index % 3 === 0) throw new Error(`unit ${index}`);
            return index;
          }),
        ),
      );
      expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(20);
      expect(await ids(store)).toHaveLength(40);
    });

    it('says of one key to exactly one of many that it was the first', async () => {
      const store = await newStore();
      const changed = await Promise.all(
        Array.from({ length: 50 }, () => store.unit((tx) => tx.run(insertOnce, { id: 'a' }))),
      );
      expect(changed.filter((rows) => rows === 1)).toHaveLength(1);
      expect(changed.filter((rows) => rows === 0)).toHaveLength(49);
    });

    it('adds to what the one before it wrote', async () => {
      const store = await newStore();
      await store.unit(add('a'));
      await Promise.all(
        Array.from({ length: 40 }, () =>
          store.unit(async (tx) => {
            const row = (await tx.first(read, { id: 'a' }))!;
            await tx.run(write, { id: 'a', sealed: 'x', at: row.created_ms + 1 });
          }),
        ),
      );
      expect((await store.read((tx) => tx.first(read, { id: 'a' })))?.created_ms).toBe(40);
    });

    it('decides by what is there, although another one writes a row of its own meanwhile', async () => {
      const store = await newStore();
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store.unit(async (tx) => {
            // Two that both see one row and add a second are the classic mistake of snapshots.
            if ((await tx.first(count, {}))!.n < 2) await tx.run(insert, { id: `row ${index}` });
          }),
        ),
      );
      expect(await ids(store)).toHaveLength(2);
    });
  });

  describe(`${name}: a read`, () => {
    it('sees one moment, however long it takes', async () => {
      const store = await newStore();
      await store.unit(add('a'));
      const writing: Promise<unknown>[] = [];
      const seen = await store.read(async (tx) => {
        const counts: number[] = [(await tx.first(count, {}))!.n];
        for (let turn = 0; turn < 20; turn += 1) {
          writing.push(store.unit(add(`later ${turn}`)));
          counts.push((await tx.first(count, {}))!.n);
        }
        return counts;
      });
      await Promise.all(writing);
      expect(new Set(seen)).toEqual(new Set([1]));
      expect(await ids(store)).toHaveLength(21);
    });

    it('sees what was acknowledged before it was asked for', async () => {
      const store = await newStore();
      for (let index = 0; index < 10; index += 1) {
        await store.unit(add(`row ${index}`));
        expect(await ids(store)).toHaveLength(index + 1);
      }
    });
  });

  describe(`${name}: a value`, () => {
    it.each(['', "it's", '"quoted" \\ $1 ? %', '日本語 🌊', 'line\nbreak\ttab'])(
      'comes back as it was: %j',
      async (text) => {
        const store = await newStore();
        await store.unit(async (tx) => {
          await tx.run(insert, { id: 'a' });
          await tx.run(write, { id: 'a', sealed: text, at: Number.MAX_SAFE_INTEGER });
        });
        expect(await store.read((tx) => tx.first(read, { id: 'a' }))).toEqual({
          sealed: text,
          created_ms: Number.MAX_SAFE_INTEGER,
        });
      },
    );

    it('that is counted or added up is a number, and null where there is nothing', async () => {
      const store = await newStore();
      const sums: Query<object, Record<string, number | null>> = {
        sql: 'select count(*) as n, sum(amount) as yen, sum(at_ms) as ms, max(at_ms) as last, min(amount) as least from transfers',
        parameters: [],
      };
      expect(await store.read((tx) => tx.first(sums, {}))).toEqual({
        n: 0,
        yen: null,
        ms: null,
        last: null,
        least: null,
      });
      await store.unit(async (tx) => {
        for (const amount of [2_000_000_000, 2_000_000_000])
          await tx.run(insertTransfer, {
            id: 't',
            charge_id: 'ch',
            debit: 'a',
            credit: 'b',
            amount,
            kind: 'k',
            at_ms: 1_500_000_000_000,
          });
      });
      expect(await store.read((tx) => tx.first(sums, {}))).toEqual({
        n: 2,
        yen: 4_000_000_000,
        ms: 3_000_000_000_000,
        last: 1_500_000_000_000,
        least: 2_000_000_000,
      });
    });

    it.each([
      ['a transfer of nothing', 0, 'b'],
      ['a negative transfer', -5, 'b'],
      ['a transfer from an account to itself', 5, 'a'],
    ])('is not taken when it is %s', async (_what, amount, credit) => {
      const store = await newStore();
      const row = { id: 't', charge_id: 'ch', debit: 'a', credit, amount, kind: 'k', at_ms: 1 };
      await expect(store.unit((tx) => tx.run(insertTransfer, row))).rejects.toThrow(/check constraint/i);
    });
  });

  it(`${name}: every statement of every room is one that it understands`, async () => {
    const store = await newStore();
    expect(Object.keys(rooms).toSorted()).toEqual(storeFiles);
    expect(allStatements.length).toBeGreaterThan(60);
    const refused: string[] = [];
    for (const [where, statement] of allStatements) {
      // One is a number, a text and a flag; which rows there are does not matter.
      const args = Object.fromEntries(
        statement.parameters.flatMap((parameter) => ('arg' in parameter ? [[parameter.arg, 1]] : [])),
      );
      const reason = await store
        .unit(async (tx) => {
          await tx.all(statement, args);
          throw new Error('enough');
        })
        .catch(({ message }: Error) => message);
      if (reason !== 'enough' && !/constraint/i.test(reason)) refused.push(`${where}: ${reason}`);
    }
    expect(refused).toEqual([]);
  });
};
