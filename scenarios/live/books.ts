/**
 * The three books of a live run: the gateway's by SQL, the acquirers' by their control API, and
 * what passed between them from the acquirers' journals.
 *
 * The theatre's own reading of the gateway's tables is used as it is. It reads a store that answers
 * at once; PostgreSQL does not. So it is run twice: first to learn what it asks, then on the answers.
 */
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { Fetch } from '../../gateway/ports.ts';
import type { Exchange, GatewayBook } from '../audit/books.ts';
import { HarnessError } from '../cli/exit-status.ts';
import { gatewayBook } from '../theatre/books.ts';
import { acquirerHost, urlOf } from '../theatre/credentials.ts';
import { callJson } from '../theatre/director.ts';

type Row = Record<string, unknown>;

/** Reads the gateway's database from outside. */
export interface Reader {
  rows(sql: string): Promise<Row[]>;
  close(): Promise<void>;
}

/** PostgreSQL has no rowid: by our time, then by transaction, then by statement inside it. */
const asWritten = 'at_ms, xmin::text::bigint, cmin::text::bigint, ctid';

const why = (error: unknown): string =>
  error instanceof Error ? error.message || (error as { code?: string }).code || error.name : String(error);

/** @throws HarnessError when the database does not answer */
export const openReader = async (databaseUrl: string | null, databasePath: string): Promise<Reader> => {
  if (databaseUrl === null) {
    const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 5_000 });
    return {
      rows: (sql) => Promise.resolve(database.prepare(sql).all() as Row[]),
      close: () => Promise.resolve(database.close()),
    };
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => {});
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    throw new HarnessError(`the database does not answer: ${why(error)}`, { cause: error });
  }
  return {
    rows: async (sql) => (await pool.query<Row>(sql.replace(/order by rowid/g, `order by ${asWritten}`))).rows,
    close: () => pool.end(),
  };
};

const everythingOf = (book: GatewayBook): void => {
  for (const read of Object.values(book) as (() => Iterable<unknown>)[]) Array.from(read.call(book));
};

/** The gateway's book as of now. */
export const readGatewayBook = async (reader: Reader, startWallMs: number): Promise<GatewayBook> => {
  const asked = new Set<string>();
  const learning = {
    inspect(sql: string): Row[] {
      asked.add(sql);
      return [];
    },
  };
  everythingOf(gatewayBook(learning, startWallMs));
  const answers = new Map<string, Row[]>();
  for (const sql of asked) answers.set(sql, await reader.rows(sql));
  return gatewayBook({ inspect: (sql) => answers.get(sql) ?? [] }, startWallMs);
};

const openWork = `select
  (select count(*) from attempts where (due_ms is not null and state <> 'absent') or state in ('sending', 'unknown', 'doubtful', 'waiting'))
  + (select count(*) from charges where pending_type is not null or state in ('pending', 'unknown')) as n`;

/** Attempts and charges whose end is not known yet. */
export const openWorkIn = async (reader: Reader): Promise<number> => Number((await reader.rows(openWork))[0]?.n);

interface JournalEntry {
  readonly seq: number;
  readonly atMs: number;
  readonly tookMs: number;
  readonly tenant: string | null;
  readonly reference: string | null;
  readonly status: number;
  readonly way: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly answer: string;
}

const pageRows = 1_000;

export interface ExchangeRequest {
  readonly acquirer: string;
  readonly startWallMs: number;
  readonly ourTenant: string;
  /** The gateway waits no longer for anything; a later answer was not heard. */
  readonly patienceMs: number;
  /** References whose answer the gateway said it never had. */
  readonly unheard: ReadonlySet<string>;
}

/**
 * What one acquirer was asked by us, as it saw it. Card numbers are masked there, which the auditor
 * does not look at. An answer that a fault on the way swallowed counts as heard: the judgement is
 * then milder than it could be, never harsher.
 */
export const readExchanges = async (fetch: Fetch, request: ExchangeRequest): Promise<readonly Exchange[]> => {
  const { acquirer, startWallMs, ourTenant, patienceMs, unheard } = request;
  const exchanges: Exchange[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const url: string = `${urlOf(acquirerHost(acquirer))}/sim/v1/journal?after=${after}&limit=${pageRows}&tenant=${ourTenant}`;
    const page = (await callJson(fetch, 'GET', url, null)) as { entries: JournalEntry[]; next: number | null };
    for (const { atMs, tookMs, status, way, path, fields, answer, reference } of page.entries) {
      if (path === '/contact' || path.startsWith('/sim/')) continue;
      const isHeard = way === 'whole' && tookMs < patienceMs && !(reference !== null && unheard.has(reference));
      const sentMs = atMs - startWallMs;
      exchanges.push({
        acquirer,
        path,
        requestBody: new URLSearchParams(fields).toString(),
        sentMs,
        endedMs: sentMs + Math.min(tookMs, patienceMs),
        outcome: isHeard ? 'answered' : 'lost',
        status: isHeard ? status : null,
        replyBody: isHeard ? answer : null,
      });
    }
    after = page.next;
  }
  return exchanges;
};
