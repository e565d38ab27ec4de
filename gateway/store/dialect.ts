/**
 * Where the two databases differ, in one place. Queries and migrations are written once, in the
 * portable part of SQL with `?` for a value; this says them to PostgreSQL.
 *
 * What "portable" asks of a query: quoted or plain lower-case names, integers of at most 53 bits,
 * text without U+0000, `count`, `sum`, `min`, `max`, `coalesce` and `case`, `on conflict do nothing`;
 * no clock or random function, no rowid, no boolean, and no statement that may fail and be survived:
 * on PostgreSQL a failed statement ends its unit.
 */
import type { Query } from '../ports.ts';

/** `?` outside quotes becomes `$1`, `$2`, … in order. */
export const numbered = (sql: string): string => {
  let count = 0;
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) => {
    if (part !== '?') return part;
    count += 1;
    return `$${count}`;
  });
};

export type Value = string | number | null;

/** The values of one call, in the order of the query's parameters. @throws TypeError when one is missing */
export const valuesOf = (query: Query<object, unknown>, args: object): Value[] =>
  query.parameters.map((parameter) => {
    if (!('arg' in parameter)) return parameter.constant;
    const value = (args as Record<string, Value | undefined>)[parameter.arg];
    // Both drivers would write null and say nothing.
    if (value === undefined) throw new TypeError(`no value for ${parameter.arg} in ${query.sql}`);
    return value;
  });

/** Object ids of PostgreSQL's types whose values the driver gives as text: int8 and numeric (what sums are). */
const int8 = 20;
const numeric = 1700;

/** Reads what PostgreSQL sends as SQLite would: every number is a number. Undefined: as the driver does. */
export const readerOfType = (type: number): ((text: string) => number) | undefined =>
  type === int8 || type === numeric ? Number : undefined;
