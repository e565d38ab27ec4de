/**
 * Who is signed in. A session is a random cookie, kept as its hash in the store, so that it holds
 * at every instance and ends everywhere, and in memory, so that the page works while the database
 * does not: what happens then is what the page is for.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock, Entropy, Log, Store } from '../ports.ts';
import {
  insertSession,
  operatorByToken,
  removeOldSessions,
  removeSession,
  removeSessionsOf,
  sessionByHash,
} from './store.ts';
import type { Operator } from './tab.ts';

export interface Session {
  readonly operator: Operator;
  /** What forms of this session carry. */
  readonly csrf: string;
  readonly untilMs: number;
}

export interface Sessions {
  /** Who this token belongs to: an operator's account, or, with the admin token, whoever `name` says. */
  identify(token: string, name: string): Promise<Operator | null>;
  /** A new session; its cookie's value. */
  open(operator: Operator): Promise<string>;
  find(cookie: string): Promise<Session | null>;
  close(cookie: string): Promise<void>;
  /** Ends every session of an operator. */
  closeAll(operator: string): Promise<void>;
}

export const sessionMs = 8 * 3_600_000;
/** A session that ended elsewhere ends here within this time. */
const freshForMs = 10_000;
const keptMax = 1_000;

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Compares without telling how much of it is right. */
export const same = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

const csrfOf = (cookie: string): string => createHmac('sha256', cookie).update('console/csrf').digest('hex');

export const createSessions = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly adminToken: string;
}): Sessions => {
  const { clock, entropy, log, store } = deps;
  interface Kept {
    readonly session: Session;
    readAtMs: number;
  }
  const kept = new Map<string, Kept>();

  const keep = (hash: string, session: Session): void => {
    if (kept.size >= keptMax) kept.clear();
    kept.set(hash, { session, readAtMs: clock.monotonicMs() });
  };
  const roleOf = (role: string): Operator['role'] => (role === 'operator' ? 'operator' : 'viewer');

  return {
    async identify(token, name) {
      if (same(token, deps.adminToken)) return name === '' ? null : { name: `${name} (admin)`, role: 'operator' };
      const row = await store.read((tx) => tx.first(operatorByToken, { hash: digest(token) }));
      return row === undefined ? null : { name: row.id, role: roleOf(row.role) };
    },
    async open(operator) {
      const cookie = Buffer.from(entropy.bytes(32, `console/session/${operator.name}`)).toString('hex');
      const nowMs = clock.wallMs();
      const untilMs = nowMs + sessionMs;
      const row = {
        token_hash: digest(cookie),
        operator: operator.name,
        role: operator.role,
        created_ms: nowMs,
        until_ms: untilMs,
      };
      keep(row.token_hash, { operator, csrf: csrfOf(cookie), untilMs });
      await store
        .unit(async (tx) => {
          await tx.run(removeOldSessions, { now: nowMs });
          await tx.run(insertSession, row);
        })
        .catch(() => log.warn({ event: 'console.session-unsaved' }));
      return cookie;
    },
    async find(cookie) {
      if (!/^[0-9a-f]{64}$/.test(cookie)) return null;
      const hash = digest(cookie);
      const held = kept.get(hash);
      const nowMs = clock.wallMs();
      if (held !== undefined && held.session.untilMs <= nowMs) {
        kept.delete(hash);
        return null;
      }
      if (held !== undefined && clock.monotonicMs() - held.readAtMs < freshForMs) return held.session;
      let row: Awaited<ReturnType<typeof read>>;
      const read = () => store.read((tx) => tx.first(sessionByHash, { hash }));
      try {
        row = await read();
      } catch {
        // The database is away; who was signed in stays so.
        return held?.session ?? null;
      }
      if (row === undefined || Number(row.until_ms) <= nowMs) {
        kept.delete(hash);
        return null;
      }
      const session: Session = {
        operator: { name: row.operator, role: roleOf(row.role) },
        csrf: csrfOf(cookie),
        untilMs: Number(row.until_ms),
      };
      keep(hash, session);
      return session;
    },
    async close(cookie) {
      const hash = digest(cookie);
      kept.delete(hash);
      await store.unit((tx) => tx.run(removeSession, { hash }));
    },
    async closeAll(operator) {
      for (const [hash, { session }] of kept) if (session.operator.name === operator) kept.delete(hash);
      await store.unit((tx) => tx.run(removeSessionsOf, { operator }));
    },
  };
};
