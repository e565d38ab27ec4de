/**
 * Who did what, when and why: rows that are only ever added.
 *
 * Each row carries a keyed hash over itself and the hash of the row before. Whoever changes or
 * removes one in the database, without the gateway's key, breaks every hash from there on;
 * `verify` finds the first. What was asked for is written before it is done, its end after it: a
 * row without an end says that the process died in between.
 */
import { createHmac } from 'node:crypto';
import type { Clock, Store } from '../ports.ts';
import type { AuditRow } from '../store/database.ts';
import { auditAfter, auditBefore, auditBySeq, insertAudit, lastAudit } from './store.ts';

export type AuditKind = 'asked' | 'done' | 'refused' | 'failed' | 'signed_in' | 'signed_out';

export interface AuditEntry {
  readonly operator: string;
  readonly kind: AuditKind;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly reason: string;
  /** The row that this is the end of. */
  readonly aboutSeq: number | null;
}

export interface Audit {
  /** Writes it down. @throws when the store does not take it: then nothing may be done. */
  write(entry: AuditEntry): Promise<number>;
  /** The newest first, before a number. */
  list(beforeSeq: number, limit: number): Promise<readonly AuditRow[]>;
  find(seq: number): Promise<AuditRow | undefined>;
  /** Number of the first row that is not what was written, or follows one that is missing; null: none. */
  verify(): Promise<{ readonly rows: number; readonly brokenAt: number | null }>;
}

const start = '0'.repeat(64);
const pageRows = 500;

/** Every column but the hash itself, in one fixed order. */
const textOf = (row: Omit<AuditRow, 'hash'>): string =>
  JSON.stringify([
    Number(row.seq),
    Number(row.at_ms),
    row.instance,
    row.operator,
    row.kind,
    row.action,
    row.subject,
    row.detail,
    row.reason,
    row.about_seq === null ? null : Number(row.about_seq),
    row.before_hash,
  ]);

export const createAudit = (deps: {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly store: Store;
  readonly instanceId: string;
  /** The gateway's; a key of our own is made of it. */
  readonly key: Uint8Array;
}): Audit => {
  const { clock, store, instanceId } = deps;
  const key = createHmac('sha256', deps.key).update('console/audit').digest();
  const hashOf = (row: Omit<AuditRow, 'hash'>): string => createHmac('sha256', key).update(textOf(row)).digest('hex');

  return {
    write: (entry) => {
      const atMs = clock.wallMs();
      return store.unit(async (tx) => {
        const last = await tx.first(lastAudit, {});
        const row = {
          seq: Number(last?.seq ?? 0) + 1,
          at_ms: atMs,
          instance: instanceId,
          operator: entry.operator,
          kind: entry.kind,
          action: entry.action,
          subject: entry.subject,
          detail: JSON.stringify(entry.detail),
          reason: entry.reason,
          about_seq: entry.aboutSeq,
          before_hash: last?.hash ?? start,
        };
        await tx.run(insertAudit, { ...row, hash: hashOf(row) });
        return row.seq;
      });
    },
    list: (before, limit) => store.read((tx) => tx.all(auditBefore, { before, limit })),
    find: (seq) => store.read((tx) => tx.first(auditBySeq, { seq })),
    async verify() {
      let seq = 0;
      let before = start;
      for (;;) {
        const rows = await store.read((tx) => tx.all(auditAfter, { after: seq, limit: pageRows }));
        for (const row of rows) {
          if (Number(row.seq) !== seq + 1 || row.before_hash !== before || row.hash !== hashOf(row))
            return { rows: seq, brokenAt: seq + 1 };
          seq = Number(row.seq);
          before = row.hash;
        }
        if (rows.length < pageRows) return { rows: seq, brokenAt: null };
      }
    },
  };
};
