/**
 * The store on SQLite: one connection, units one at a time, group commit.
 *
 * Units that wait in the queue together run as savepoints of one open transaction and are
 * acknowledged after its COMMIT, so that a durable commit (one fsync) is shared by all of them
 * (reference/stack.md, "State"). A unit that fails rolls back to its savepoint and disturbs
 * nobody else.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Query, Store, Tx } from '../ports.ts';
import { valuesOf } from './dialect.ts';
import { migrations, newerThan } from './migrations/all.ts';

/** Units that one commit may carry; bounds how long the first of them waits for the last. */
const groupMax = 64;

export interface SqliteStoreOptions {
  /** A file path, or `:memory:`. */
  readonly location: string;
  /**
   * Calls back when everything that has arrived had its turn (`setImmediate`). A commit holds up the
   * whole process, and what came in meanwhile comes out of sockets one callback at a time: without
   * waiting for the last of them each would get a commit of its own. Absent: commits at once.
   */
  readonly gather?: (then: () => void) => void;
}

export interface SqliteStore extends Store {
  /** Runs one read-only statement outside any unit, for auditors and tools. */
  inspect(sql: string): Iterable<Record<string, unknown>>;
  close(): void;
}

/** A statement that gives values, and the names to make rows of them. */
interface Reader {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
}

/**
 * A row as an ordinary object. The driver's own rows are dictionaries, and reading, copying and
 * writing them out as JSON, which happens to every charge several times, takes twice as long.
 */
const rowOf = (columns: readonly string[], values: readonly unknown[]): Record<string, unknown> => {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) row[columns[index]!] = values[index];
  return row;
};

interface Waiting {
  readonly write: boolean;
  run(tx: Tx): Promise<unknown>;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** Opens (and if needed creates or upgrades) the database. Throws what SQLite says when it cannot. */
export const openSqliteStore = ({ location, gather }: SqliteStoreOptions): SqliteStore => {
  const db = new DatabaseSync(location);
  if (location === ':memory:') {
    // A commit that follows a page split walks every page there is; half as many pages halve it
    // (21 to 12 microseconds a commit at the end of a day).
    db.exec('pragma page_size = 8192');
  } else {
    db.exec('pragma journal_mode = wal');
    // Money: a unit is acknowledged only when it survives a power cut.
    db.exec('pragma synchronous = full');
  }
  db.exec('pragma foreign_keys = on');
  migrate(db);

  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const readers = new Map<Query<object, unknown>, Reader>();
  const readerOf = (query: Query<object, unknown>): Reader => {
    let reader = readers.get(query);
    if (reader === undefined) {
      const statement = db.prepare(query.sql);
      statement.setReturnArrays(true);
      reader = { statement, columns: statement.columns().map(({ name }) => name) };
      readers.set(query, reader);
    }
    return reader;
  };
  const tx: Tx = {
    all: async <Args extends object, Row>(query: Query<Args, Row>, args: Args) => {
      const { statement, columns } = readerOf(query);
      const rows = statement.all(...valuesOf(query, args)) as unknown as unknown[][];
      return rows.map((values) => rowOf(columns, values) as Row);
    },
    first: async <Args extends object, Row>(query: Query<Args, Row>, args: Args) => {
      const { statement, columns } = readerOf(query);
      const values = statement.get(...valuesOf(query, args)) as unknown as unknown[] | undefined;
      return values === undefined ? undefined : (rowOf(columns, values) as Row);
    },
    run: async <Args extends object>(query: Query<Args, unknown>, args: Args) =>
      Number(prepared(query.sql).run(...valuesOf(query, args)).changes),
  };

  const queue: Waiting[] = [];
  let working = false;

  const runGroup = async (group: readonly Waiting[]): Promise<void> => {
    const done: (() => void)[] = [];
    try {
      prepared('begin immediate').run();
      for (const unit of group) {
        prepared('savepoint unit').run();
        try {
          const value = await unit.run(tx);
          prepared('release unit').run();
          done.push(() => unit.resolve(value));
        } catch (reason) {
          prepared('rollback to unit').run();
          prepared('release unit').run();
          done.push(() => unit.reject(reason));
        }
      }
      prepared('commit').run();
    } catch (reason) {
      // It could not begin (another process writes) or commit (disk full): nothing of the group is durable.
      if (db.isTransaction) prepared('rollback').run();
      for (const unit of group) unit.reject(reason);
      return;
    }
    for (const acknowledge of done) acknowledge();
  };

  /** A unit alone needs no savepoint: the transaction is its own. */
  const runAlone = async (unit: Waiting): Promise<void> => {
    let value: unknown;
    try {
      prepared('begin immediate').run();
      value = await unit.run(tx);
      prepared('commit').run();
    } catch (reason) {
      if (db.isTransaction) prepared('rollback').run();
      unit.reject(reason);
      return;
    }
    unit.resolve(value);
  };

  const work = async (): Promise<void> => {
    working = true;
    while (queue.length > 0) {
      if (gather !== undefined && queue[0]!.write) await new Promise<void>((resolve) => gather(resolve));
      const next = queue.shift()!;
      if (!next.write) {
        await next.run(tx).then(next.resolve, next.reject);
        continue;
      }
      const group = [next];
      while (group.length < groupMax && queue[0]?.write === true) group.push(queue.shift()!);
      await (group.length === 1 ? runAlone(next) : runGroup(group));
    }
    working = false;
  };

  const enqueue = <T>(write: boolean, run: (tx: Tx) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      queue.push({ write, run, resolve: resolve as (value: unknown) => void, reject });
      if (!working) void work();
    });

  return {
    unit: (run) => enqueue(true, run),
    read: (run) => enqueue(false, run),
    inspect: (sql) => prepared(sql).iterate() as Iterable<Record<string, unknown>>,
    close: () => db.close(),
  };
};

/** Applies what is missing, each migration in a transaction of its own with the note of its number. */
const migrate = (db: DatabaseSync): void => {
  db.exec('create table if not exists migrations (number integer primary key)');
  const had = new Set(
    db
      .prepare('select number from migrations')
      .all()
      .map(({ number }) => Number(number)),
  );
  const newer = newerThan([...had]);
  if (newer !== null) throw new Error(newer);
  for (const { number, statements } of migrations) {
    if (had.has(number)) continue;
    db.exec('begin immediate');
    try {
      for (const statement of statements) db.exec(statement);
      db.prepare('insert into migrations values (?)').run(number);
      db.exec('commit');
    } catch (reason) {
      db.exec('rollback');
      throw reason;
    }
  }
};
