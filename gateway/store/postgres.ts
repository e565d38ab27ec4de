/**
 * The store on PostgreSQL: a pool of connections, each unit one serialisable transaction.
 *
 * Units of SQLite run one at a time, and rooms are written for that: read, decide, write. Here they
 * run side by side, in this instance and in others, and PostgreSQL refuses one of two that could
 * not have happened one after the other; it is then run again from its start. So a unit has no
 * effect outside `tx`. Nothing here reads a clock or rolls dice, ours or the database's.
 */
import pg from 'pg';
import type { Query, Store, Tx } from '../ports.ts';
import { numbered, readerOfType, valuesOf } from './dialect.ts';
import { migrateOnPostgres } from './migrations/on-postgres.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`; a socket is `postgres://user@localhost/database?host=/folder`. */
  readonly url: string;
  /** Connections of this instance at most; requests beyond that wait for one. */
  readonly connectionsMax?: number;
  /** Told of every unit that is run again, and of idle connections that broke. */
  readonly onTrouble?: (trouble: { readonly kind: 'again' | 'connection'; readonly code: string }) => void;
}

export interface PostgresStore extends Store {
  /** Runs one statement in a read of its own, for auditors and tools. */
  inspect(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The database cannot be used: not there, not allowed, newer than this program. Says no password. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** Runs of one unit, if others keep getting in its way. */
const runsMax = 50;
/** From this run on the unit is the only one of its instance: without that, one in many was never let through. */
const aloneFromRun = 4;
/** Of these, runs that a broken connection ended. */
const brokenRunsMax = 3;
/** Longer than a request waits for anything else. */
const connectTimeoutMs = 30_000;

/**
 * - An instance that is frozen inside a unit loses it, or its locks would stop all others.
 * - A small table is read whole by preference, and a unit that read a table whole is in conflict with
 *   everybody who writes to it; through an index it read a few rows. With 100 rows and 20 writers at
 *   once some units were refused 50 times running; through the index one in four ran twice.
 */
const sessionSettings = [
  '-c idle_in_transaction_session_timeout=30000',
  '-c statement_timeout=30000',
  '-c enable_seqscan=off',
  '-c timezone=UTC',
].join(' ');

const beginUnit = 'begin isolation level serializable';
const beginRead = 'begin isolation level repeatable read read only';

const codeOf = (reason: unknown): string => {
  const code = (reason as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
};

/** Could not have happened one after the other, or waited for each other. Nothing of it was written. */
const mayRunAgain = (code: string): boolean => code === '40001' || code === '40P01';

/** The server went away or ended the session: `08…`, `57P…`, a socket's own code, or no code at all from the driver. */
const isBroken = (reason: unknown): boolean =>
  /^(08|57P|E[A-Z]{4})/.test(codeOf(reason)) ||
  (reason instanceof Error && /^Connection terminated|^Client has encountered a connection error/.test(reason.message));

const types = {
  getTypeParser: (type: number, format?: 'text' | 'binary') =>
    readerOfType(type) ?? pg.types.getTypeParser(type, format as 'text'),
};

/** Opens the database and upgrades it if it is older. @throws StoreUnavailable */
export const openPostgresStore = async (options: PostgresStoreOptions): Promise<PostgresStore> => {
  const { url, connectionsMax = 10, onTrouble = () => undefined } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: connectionsMax,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 0,
    options: sessionSettings,
    types: types as pg.CustomTypesConfig,
  });
  // Without listeners the process ends when a connection does that is idle, or is between two statements.
  pool.on('error', (reason) => onTrouble({ kind: 'connection', code: codeOf(reason) }));
  pool.on('connect', (client) => void client.on('error', () => undefined));
  try {
    const client = await pool.connect();
    try {
      await migrateOnPostgres(client);
    } finally {
      client.release();
    }
  } catch (reason) {
    await pool.end();
    throw new StoreUnavailable(whyNot(url, reason), { cause: reason });
  }

  /** Statements by the name under which each connection prepares them once. */
  const statements = new Map<string, { name: string; text: string }>();
  const statementOf = ({ sql }: Query<object, unknown>): { name: string; text: string } => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = { name: `breakwater_${statements.size}`, text: numbered(sql) };
      statements.set(sql, statement);
    }
    return statement;
  };

  /** Statements of one run; none is taken any more when the run is over. */
  const txOn = (client: pg.PoolClient): { tx: Tx; end(): void } => {
    let over = false;
    const ask = (query: Query<object, unknown>, args: object): Promise<pg.QueryResult> => {
      if (over) throw new Error('a statement after the end of its unit');
      const { name, text } = statementOf(query);
      return client.query({ name, text, values: valuesOf(query, args) });
    };
    return {
      end() {
        over = true;
      },
      tx: {
        all: async <Args extends object, Row>(query: Query<Args, Row>, args: Args) =>
          (await ask(query, args)).rows as Row[],
        first: async <Args extends object, Row>(query: Query<Args, Row>, args: Args) =>
          (await ask(query, args)).rows[0] as Row | undefined,
        run: async <Args extends object>(query: Query<Args, unknown>, args: Args) =>
          (await ask(query, args)).rowCount ?? 0,
      },
    };
  };

  /** One run of a unit or read in a transaction of its own. */
  const once = async <T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    const { tx, end } = txOn(client);
    let committing = false;
    try {
      await client.query(begin);
      const value = await work(tx);
      end();
      committing = begin === beginUnit;
      await client.query('commit');
      client.release();
      return value;
    } catch (reason) {
      end();
      // A connection that cannot even take this back is not used again.
      const broken =
        isBroken(reason) ||
        !(await client.query('rollback').then(
          () => true,
          () => false,
        ));
      client.release(broken);
      if (committing && isBroken(reason))
        throw new Error('the connection broke while a unit was committed: it may be written or not', { cause: reason });
      throw reason;
    }
  };

  /** Held by a unit that was refused too often; those that begin meanwhile wait. */
  let door: Promise<void> | null = null;

  const repeated = async <T>(begin: string, work: (tx: Tx) => Promise<T>): Promise<T> => {
    let open: (() => void) | null = null;
    try {
      for (let run = 1, brokenRuns = 0; ; run += 1) {
        if (begin === beginUnit && open === null) while (door !== null) await door;
        try {
          return await once(begin, work);
        } catch (reason) {
          const code = codeOf(reason);
          const broken = isBroken(reason);
          if (broken) brokenRuns += 1;
          if (run >= runsMax || brokenRuns >= brokenRunsMax || !(broken || mayRunAgain(code))) throw reason;
          onTrouble({ kind: broken ? 'connection' : 'again', code });
          if (run + 1 < aloneFromRun || open !== null) continue;
          while (door !== null) await door;
          const opening = Promise.withResolvers<void>();
          door = opening.promise;
          open = opening.resolve;
        }
      }
    } finally {
      if (open !== null) {
        door = null;
        open();
      }
    }
  };

  return {
    unit: (work) => repeated(beginUnit, work),
    read: (work) => repeated(beginRead, work),
    inspect: async (sql) => (await pool.query<Record<string, unknown>>(sql)).rows,
    close: () => pool.end(),
  };
};

/** Where it is and why it cannot be used, in one line. */
const whyNot = (url: string, reason: unknown): string => {
  const parts = URL.canParse(url) ? new URL(url) : null;
  const where =
    parts === null ? 'the database' : `${parts.searchParams.get('host') ?? parts.host}${parts.pathname || '/'}`;
  // Several addresses of one name are tried; the first reason is as good as any.
  const first = reason instanceof AggregateError ? (reason.errors[0] as unknown) : reason;
  return `${where}: ${first instanceof Error && first.message !== '' ? first.message : codeOf(first) || 'cannot be opened'}`;
};
