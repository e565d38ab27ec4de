/**
 * SQL written with Kysely's builder, compiled once when a module loads.
 *
 * Building per call costs twice the time of the statement itself (reference/virtual-stage.md,
 * measured), so a query is a constant: `query<Args, Row>((db, arg) => ...)`, where `arg.name`
 * stands for a value given at each call. The text uses `?` placeholders and portable SQL.
 */
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Query } from '../ports.ts';
import type { Database } from './database.ts';

class Argument {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

const builder = new Kysely<Database>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** Typed stand-ins: reading `arg.amount` yields a marker that the compiled query keeps in place. */
const markers = <Args extends object>(): { readonly [Name in keyof Args]-?: Args[Name] } =>
  new Proxy({} as { readonly [Name in keyof Args]-?: Args[Name] }, {
    get: (_target, name) => new Argument(String(name)),
  });

const constant = (value: unknown): string | number | null => {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`a compiled query holds a ${typeof value}, which is not portable`);
};

/** Compiles `build` once. `Args` are the values of a call, `Row` is one row of the result. */
export const query = <Args extends object, Row = never>(
  build: (db: Kysely<Database>, arg: { readonly [Name in keyof Args]-?: Args[Name] }) => Compilable,
): Query<Args, Row> => {
  const compiled = build(builder, markers<Args>()).compile();
  return {
    sql: compiled.sql,
    parameters: compiled.parameters.map((parameter) =>
      parameter instanceof Argument ? { arg: parameter.name } : { constant: constant(parameter) },
    ),
  };
};

/** An insert of a whole row, the most common statement. */
export const insertQuery = <Table extends keyof Database>(
  table: Table,
  columns: readonly (keyof Database[Table] & string)[],
): Query<Database[Table], never> => ({
  sql: `insert into "${table}" (${columns.map((column) => `"${column}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  parameters: columns.map((column) => ({ arg: column })),
});
