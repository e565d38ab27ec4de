/** Statements of the console. The audit log has none that changes or removes a row. */
import type { Query } from '../ports.ts';
import type { AuditRow, ConsoleSessionRow, OperatorRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertAudit = insertQuery('audit_log', [
  'seq',
  'at_ms',
  'instance',
  'operator',
  'kind',
  'action',
  'subject',
  'detail',
  'reason',
  'about_seq',
  'before_hash',
  'hash',
]);

export const lastAudit: Query<object, AuditRow> = query((db) =>
  db.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').limit(1),
);

/** The newest first, before a number. */
export const auditBefore: Query<{ before: number; limit: number }, AuditRow> = query((db, arg) =>
  db.selectFrom('audit_log').selectAll().where('seq', '<', arg.before).orderBy('seq', 'desc').limit(arg.limit),
);

/** The oldest first, after a number: to go through all of it. */
export const auditAfter: Query<{ after: number; limit: number }, AuditRow> = query((db, arg) =>
  db.selectFrom('audit_log').selectAll().where('seq', '>', arg.after).orderBy('seq').limit(arg.limit),
);

export const auditBySeq: Query<{ seq: number }, AuditRow> = query((db, arg) =>
  db.selectFrom('audit_log').selectAll().where('seq', '=', arg.seq),
);

export const insertOperator = insertQuery('operators', [
  'id',
  'name',
  'role',
  'token_hash',
  'created_ms',
  'removed_ms',
]);

export const operatorByToken: Query<{ hash: string }, OperatorRow> = query((db, arg) =>
  db.selectFrom('operators').selectAll().where('token_hash', '=', arg.hash).where('removed_ms', 'is', null),
);

export const operatorById: Query<{ id: string }, OperatorRow> = query((db, arg) =>
  db.selectFrom('operators').selectAll().where('id', '=', arg.id),
);

export const allOperators: Query<object, OperatorRow> = query((db) =>
  db.selectFrom('operators').selectAll().where('removed_ms', 'is', null).orderBy('id'),
);

export const removeOperator: Query<{ id: string; at: number }, never> = query((db, arg) =>
  db.updateTable('operators').set({ removed_ms: arg.at }).where('id', '=', arg.id).where('removed_ms', 'is', null),
);

export const insertSession = insertQuery('console_sessions', [
  'token_hash',
  'operator',
  'role',
  'created_ms',
  'until_ms',
]);

export const sessionByHash: Query<{ hash: string }, ConsoleSessionRow> = query((db, arg) =>
  db.selectFrom('console_sessions').selectAll().where('token_hash', '=', arg.hash),
);

export const removeSession: Query<{ hash: string }, never> = query((db, arg) =>
  db.deleteFrom('console_sessions').where('token_hash', '=', arg.hash),
);

export const removeSessionsOf: Query<{ operator: string }, never> = query((db, arg) =>
  db.deleteFrom('console_sessions').where('operator', '=', arg.operator),
);

export const removeOldSessions: Query<{ now: number }, never> = query((db, arg) =>
  db.deleteFrom('console_sessions').where('until_ms', '<=', arg.now),
);
