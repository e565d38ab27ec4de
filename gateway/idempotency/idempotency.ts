/**
 * `Idempotency-Key`: one execution, the same bytes for every repetition
 * (resilience-patterns section 10).
 *
 * A row is written in the unit that creates the effect, so a key without an effect does not
 * exist. While the outcome is unknown the row is `open`: a repetition is told the charge's
 * present state, and is remembered as waiting, so that an approval found later may be adopted.
 */
import { createHmac } from 'node:crypto';
import type { Answer } from '../http/endpoint.ts';
import type { Query, Tx } from '../ports.ts';
import type { Flag, IdempotencyRow } from '../store/database.ts';
import { query } from '../store/query.ts';

export interface KeyOf {
  readonly merchantId: string;
  readonly livemode: Flag;
  readonly key: string;
}

export interface Idempotency {
  /** As it stands. One that is `started` for longer than its lease is `open`: whoever began it is dead. */
  find(tx: Tx, key: KeyOf): Promise<IdempotencyRow | undefined>;
  /** False when somebody else has just begun with this key. */
  begin(tx: Tx, key: KeyOf & { hash: string; chargeId: string; reference?: string }): Promise<boolean>;
  /** Begun and answered in the same unit. False when somebody else has used this key. */
  keep(tx: Tx, key: KeyOf & { hash: string }, answer: Answer): Promise<boolean>;
  /** Keeps the answer; repetitions get its bytes. */
  finish(tx: Tx, key: KeyOf, answer: Answer): Promise<void>;
  /** The outcome is not known yet. */
  leaveOpen(tx: Tx, key: KeyOf): Promise<void>;
  markWaiting(tx: Tx, key: KeyOf): Promise<void>;
  /** After a crash of this instance; `beganBeforeMs`: only what was begun before, when it lives and something in it broke. */
  takeUpOrphans(tx: Tx, beganBeforeMs?: number): Promise<void>;
  /** Path and parameters, hashed under a secret: parameters may hold a card number. */
  hashOf(path: string, text: string): string;
}

const findRow: Query<{ merchant: string; livemode: Flag; key: string }, IdempotencyRow> = query((db, arg) =>
  db
    .selectFrom('idempotency')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('key', '=', arg.key),
);
const insertRow: Query<IdempotencyRow, never> = query((db, arg) =>
  db
    .insertInto('idempotency')
    .values({
      merchant_id: arg.merchant_id,
      livemode: arg.livemode,
      key: arg.key,
      params_hash: arg.params_hash,
      state: arg.state,
      owner: arg.owner,
      charge_id: arg.charge_id,
      reference: arg.reference,
      status: arg.status,
      body: arg.body,
      headers: arg.headers,
      waiting: 0,
      created_ms: arg.created_ms,
    })
    .onConflict((conflict) => conflict.columns(['merchant_id', 'livemode', 'key']).doNothing()),
);
const finishRow: Query<
  {
    merchant: string;
    livemode: Flag;
    key: string;
    state: string;
    status: number | null;
    body: string | null;
    headers: string | null;
  },
  never
> = query((db, arg) =>
  db
    .updateTable('idempotency')
    .set({ state: arg.state, status: arg.status, body: arg.body, headers: arg.headers })
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('key', '=', arg.key)
    // An answer that was given once stays the answer, whoever comes late with another.
    .where('state', '<>', 'done'),
);
const setWaiting: Query<{ merchant: string; livemode: Flag; key: string }, never> = query((db, arg) =>
  db
    .updateTable('idempotency')
    .set({ waiting: 1 })
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('key', '=', arg.key),
);
const orphans: Query<{ owner: string; before: number }, never> = query((db, arg) =>
  db
    .updateTable('idempotency')
    .set({ state: 'open' })
    .where('state', '=', 'started')
    .where('owner', '=', arg.owner)
    .where('created_ms', '<=', arg.before),
);

/** What of an answer is kept besides status and body. */
type KeptHeaders = Pick<Answer, 'decidedBy' | 'acquirer' | 'outcome'>;

const keptColumns = (answer: Answer): Pick<IdempotencyRow, 'status' | 'body' | 'headers'> => {
  const headers: KeptHeaders = { decidedBy: answer.decidedBy, acquirer: answer.acquirer, outcome: answer.outcome };
  return { status: answer.status, body: answer.body, headers: JSON.stringify(headers) };
};

export const createIdempotency = ({
  owner,
  hashKey,
  wallMs,
  leaseMs,
}: {
  owner: string;
  hashKey: Uint8Array;
  wallMs: () => number;
  /** How long a key that was begun belongs to whoever began it: longer than its requests may take. */
  leaseMs: number;
}): Idempotency => ({
  async find(tx, { merchantId, livemode, key }) {
    const row = await tx.first(findRow, { merchant: merchantId, livemode, key });
    // Begun by an instance that died: how far it came is told by the charge and its attempt.
    return row?.state === 'started' && row.created_ms + leaseMs <= wallMs() ? { ...row, state: 'open' } : row;
  },
  async begin(tx, { merchantId, livemode, key, hash, chargeId, reference }) {
    const row: IdempotencyRow = {
      merchant_id: merchantId,
      livemode,
      key,
      params_hash: hash,
      state: 'started',
      owner,
      charge_id: chargeId,
      reference: reference ?? null,
      status: null,
      body: null,
      headers: null,
      waiting: 0,
      created_ms: wallMs(),
    };
    return (await tx.run(insertRow, row)) === 1;
  },
  async keep(tx, { merchantId, livemode, key, hash }, answer) {
    const row: IdempotencyRow = {
      merchant_id: merchantId,
      livemode,
      key,
      params_hash: hash,
      state: 'done',
      owner,
      charge_id: null,
      reference: null,
      ...keptColumns(answer),
      waiting: 0,
      created_ms: wallMs(),
    };
    return (await tx.run(insertRow, row)) === 1;
  },
  async finish(tx, { merchantId, livemode, key }, answer) {
    await tx.run(finishRow, {
      merchant: merchantId,
      livemode,
      key,
      state: 'done',
      ...keptColumns(answer),
    });
  },
  async leaveOpen(tx, { merchantId, livemode, key }) {
    await tx.run(finishRow, {
      merchant: merchantId,
      livemode,
      key,
      state: 'open',
      status: null,
      body: null,
      headers: null,
    });
  },
  async markWaiting(tx, { merchantId, livemode, key }) {
    await tx.run(setWaiting, { merchant: merchantId, livemode, key });
  },
  async takeUpOrphans(tx, beganBeforeMs = Number.MAX_SAFE_INTEGER) {
    await tx.run(orphans, { owner, before: beganBeforeMs });
  },
  hashOf: (path, text) => createHmac('sha256', hashKey).update(path).update('\n').update(text).digest('base64'),
});

/** The kept answer of a finished row. */
export const keptAnswer = (row: IdempotencyRow): Answer => ({
  status: row.status ?? 500,
  body: row.body ?? '',
  ...(JSON.parse(row.headers ?? '{"decidedBy":"gateway"}') as KeptHeaders),
});
