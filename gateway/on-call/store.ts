/** Statements of the lines to people. */
import type { Query } from '../ports.ts';
import type { OnCallLineRow } from '../store/database.ts';
import { query } from '../store/query.ts';

export const lineHeard: Query<OnCallLineRow, never> = query((db, arg) =>
  db
    .insertInto('on_call_lines')
    .values({ line: arg.line, heard_ms: arg.heard_ms })
    .onConflict((conflict) => conflict.column('line').doUpdateSet({ heard_ms: arg.heard_ms })),
);

export const lineById: Query<{ line: string }, OnCallLineRow> = query((db, arg) =>
  db.selectFrom('on_call_lines').selectAll().where('line', '=', arg.line),
);
