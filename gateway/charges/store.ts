/** Statements about charges and attempts. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { AttemptRow, ChargeRow, Flag } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertCharge = insertQuery('charges', [
  'id',
  'merchant_id',
  'livemode',
  'amount',
  'captured_amount',
  'refunded_amount',
  'state',
  'capture',
  'card_id',
  'customer_id',
  'description',
  'metadata',
  'acquirer',
  'handle',
  'failure_code',
  'failure_message',
  'refund_reason',
  'expires_ms',
  'captured_ms',
  'created_ms',
  'idempotency_key',
  'pending_type',
  'pending_amount',
  'pending_since_ms',
  'attempts',
  'subscription_id',
  'reauth_of',
  'three_d_secure_status',
]);

/** Everything about a charge that a payment event may change; the rest is the merchant's. */
export const saveCharge: Query<ChargeRow, never> = query((db, arg) =>
  db
    .updateTable('charges')
    .set({
      captured_amount: arg.captured_amount,
      refunded_amount: arg.refunded_amount,
      state: arg.state,
      acquirer: arg.acquirer,
      handle: arg.handle,
      failure_code: arg.failure_code,
      failure_message: arg.failure_message,
      refund_reason: arg.refund_reason,
      expires_ms: arg.expires_ms,
      captured_ms: arg.captured_ms,
      pending_type: arg.pending_type,
      pending_amount: arg.pending_amount,
      pending_since_ms: arg.pending_since_ms,
      attempts: arg.attempts,
    })
    .where('id', '=', arg.id),
);

/** After 3-D Secure: 0 rows changed means that somebody else began it, or that it does not wait any more. */
export const beginVerified: Query<ChargeRow, never> = query((db, arg) =>
  db
    .updateTable('charges')
    .set({
      state: arg.state,
      acquirer: arg.acquirer,
      expires_ms: arg.expires_ms,
      attempts: arg.attempts,
      idempotency_key: arg.idempotency_key,
    })
    .where('id', '=', arg.id)
    .where('state', '=', 'unverified'),
);

export const chargeById: Query<{ id: string }, ChargeRow> = query((db, arg) =>
  db.selectFrom('charges').selectAll().where('id', '=', arg.id),
);

export const chargeOfMerchant: Query<{ id: string; merchant: string; livemode: Flag }, ChargeRow> = query((db, arg) =>
  db
    .selectFrom('charges')
    .selectAll()
    .where('id', '=', arg.id)
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode),
);

export const describeCharge: Query<{ id: string; description: string | null; metadata: string }, never> = query(
  (db, arg) =>
    db.updateTable('charges').set({ description: arg.description, metadata: arg.metadata }).where('id', '=', arg.id),
);

export interface ListOf {
  readonly merchant: string;
  readonly livemode: Flag;
  readonly since: number;
  readonly until: number;
  /** `%` for any. */
  readonly customer: string;
  /** `%` for any. */
  readonly subscription: string;
  /** Captured in this span of milliseconds, the end not included; from -1: captured or not. */
  readonly capturedFrom: number;
  readonly capturedTo: number;
}

export const countCharges: Query<ListOf, { count: number }> = query((db, arg) =>
  db
    .selectFrom('charges')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .where('reauth_of', 'is', null)
    .where(sql<boolean>`(${arg.customer} = '%' or customer_id = ${arg.customer})`)
    .where(sql<boolean>`(${arg.subscription} = '%' or subscription_id = ${arg.subscription})`)
    .where(sql<boolean>`coalesce(captured_ms, -1) >= ${arg.capturedFrom}`)
    .where(sql<boolean>`coalesce(captured_ms, -1) < ${arg.capturedTo}`),
);

export const listCharges: Query<ListOf & { limit: number; offset: number }, ChargeRow> = query((db, arg) =>
  db
    .selectFrom('charges')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .where('reauth_of', 'is', null)
    .where(sql<boolean>`(${arg.customer} = '%' or customer_id = ${arg.customer})`)
    .where(sql<boolean>`(${arg.subscription} = '%' or subscription_id = ${arg.subscription})`)
    .where(sql<boolean>`coalesce(captured_ms, -1) >= ${arg.capturedFrom}`)
    .where(sql<boolean>`coalesce(captured_ms, -1) < ${arg.capturedTo}`)
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit)
    .offset(arg.offset),
);

export const insertAttempt = insertQuery('attempts', [
  'reference',
  'charge_id',
  'merchant_id',
  'acquirer',
  'kind',
  'amount',
  'state',
  'owner',
  'code',
  'sent_ms',
  'due_ms',
  'tries',
  'not_found',
  'first_not_found_ms',
  'reason',
  'lease_owner',
  'lease_until_ms',
  'lease_token',
]);

export const attemptByReference: Query<{ reference: string }, AttemptRow> = query((db, arg) =>
  db.selectFrom('attempts').selectAll().where('reference', '=', arg.reference),
);

/**
 * Moves an attempt on and ends its lease. `from` and `token` guard against two owners: 0 rows changed
 * means somebody else took it up. One that was never claimed, as all in flight, has token 0.
 */
export const moveAttempt: Query<
  {
    reference: string;
    from: string;
    token: number;
    to: string;
    code: string | null;
    due: number | null;
    tries: number;
  },
  never
> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set({ state: arg.to, code: arg.code, due_ms: arg.due, tries: arg.tries, lease_until_ms: null })
    .where('reference', '=', arg.reference)
    .where('state', '=', arg.from)
    .where('lease_token', '=', arg.token),
);

/** Of a claimed one. */
export const noteNotFound: Query<
  { reference: string; token: number; count: number; first: number; due: number; tries: number },
  never
> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set({
      not_found: arg.count,
      first_not_found_ms: arg.first,
      due_ms: arg.due,
      tries: arg.tries,
      lease_until_ms: null,
    })
    .where('reference', '=', arg.reference)
    .where('lease_token', '=', arg.token)
    .where('state', 'in', ['unknown', 'doubtful']),
);

/** What is due of one lane: authorisations that nobody knows about, or follow-ups that are not finished. */
const dueOf = (lane: '=' | '<>'): Query<{ acquirer: string; now: number; limit: number }, AttemptRow> =>
  query((db, arg) =>
    db
      .selectFrom('attempts')
      .selectAll()
      .where('acquirer', '=', arg.acquirer)
      .where('due_ms', 'is not', null)
      .where('due_ms', '<=', arg.now)
      .where('kind', lane, 'authorise')
      .orderBy('due_ms')
      // Neighbours in time lie together in the acquirer's listing.
      .orderBy('sent_ms')
      .orderBy('reference')
      .limit(arg.limit),
  );

const nextOf = (lane: '=' | '<>'): Query<{ acquirer: string }, { due: number | null }> =>
  query((db, arg) =>
    db
      .selectFrom('attempts')
      .select((select) => select.fn.min('due_ms').as('due'))
      .where('acquirer', '=', arg.acquirer)
      .where('due_ms', 'is not', null)
      .where('kind', lane, 'authorise'),
  );

export const dueAuthorisations = dueOf('=');
export const dueFollowUps = dueOf('<>');
export const nextAuthorisation = nextOf('=');
export const nextFollowUp = nextOf('<>');

/** After an outage: everything that waits for this acquirer, and that nobody works on, is due now. */
export const dueNow: Query<{ acquirer: string; now: number }, never> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set({ due_ms: arg.now })
    .where('acquirer', '=', arg.acquirer)
    .where('due_ms', '>', arg.now)
    // Those are looked for at times of their own, and must not stand before what is unknown.
    .where('state', '<>', 'absent')
    .where((where) => where.or([where('lease_until_ms', 'is', null), where('lease_until_ms', '<=', arg.now)])),
);

/**
 * Takes an attempt up for one look (`store/leases.ts`; its number of looks and when it is due again
 * are written with it): 0 rows changed means another instance did.
 */
export const claimAttempt: Query<
  { reference: string; token: number; owner: string; now: number; until: number },
  never
> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set((set) => ({
      tries: set('tries', '+', 1),
      due_ms: arg.until,
      lease_owner: arg.owner,
      lease_until_ms: arg.until,
      lease_token: set('lease_token', '+', 1),
    }))
    .where('reference', '=', arg.reference)
    .where('lease_token', '=', arg.token)
    .where((where) => where.or([where('lease_until_ms', 'is', null), where('lease_until_ms', '<=', arg.now)])),
);

/** Before a claimed follow-up is sent: 0 rows changed means that another instance took the attempt up. */
export const beginSending: Query<{ reference: string; from: string; token: number; until: number }, never> = query(
  (db, arg) =>
    db
      .updateTable('attempts')
      .set({ state: 'doubtful', due_ms: arg.until, lease_until_ms: arg.until })
      .where('reference', '=', arg.reference)
      .where('state', '=', arg.from)
      .where('lease_token', '=', arg.token),
);

/** When anybody may look at a claimed one again. */
export const postponeAttempt: Query<{ reference: string; token: number; due: number }, never> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set({ due_ms: arg.due, lease_until_ms: null })
    .where('reference', '=', arg.reference)
    .where('lease_token', '=', arg.token)
    .where('due_ms', 'is not', null),
);

/** In flight: of this instance, which has just begun and so has nothing in flight, or of one that is dead. */
export const inFlight: Query<{ owner: string; now: number }, AttemptRow> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('state', '=', 'sending')
    .where((where) =>
      where.or([
        where('owner', '=', arg.owner),
        where('lease_until_ms', 'is', null),
        where('lease_until_ms', '<=', arg.now),
      ]),
    )
    .orderBy('reference'),
);

/** In flight for longer than its lease: whoever sent it is dead. */
export const leftInFlight: Query<{ now: number }, AttemptRow> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('state', '=', 'sending')
    .where('lease_until_ms', '<=', arg.now)
    .orderBy('reference'),
);

/**
 * Bytes may have gone out: it is asked about, by anybody. The new token is why the instance that sent
 * it books nothing when it was only asleep.
 */
export const takeUpAttempt: Query<{ reference: string; token: number; to: string; now: number }, never> = query(
  (db, arg) =>
    db
      .updateTable('attempts')
      .set((set) => ({
        state: arg.to,
        due_ms: arg.now,
        lease_until_ms: null,
        lease_token: set('lease_token', '+', 1),
      }))
      .where('reference', '=', arg.reference)
      .where('state', '=', 'sending')
      .where('lease_token', '=', arg.token),
);

/** Its authorisation was in flight. */
export const doubtCharge: Query<{ id: string }, never> = query((db, arg) =>
  db.updateTable('charges').set({ state: 'unknown' }).where('id', '=', arg.id).where('state', '=', 'pending'),
);

/** Claimed by an earlier life of this instance, which works on nothing any more. */
export const releaseOwn: Query<{ owner: string; now: number }, never> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set((set) => ({ due_ms: arg.now, lease_until_ms: null, lease_token: set('lease_token', '+', 1) }))
    .where('due_ms', 'is not', null)
    .where('lease_until_ms', 'is not', null)
    .where('lease_owner', '=', arg.owner),
);

export const countUnsettled: Query<{ acquirer: string }, { count: number }> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('acquirer', '=', arg.acquirer)
    .where('state', '=', 'unknown')
    .where('due_ms', 'is not', null),
);

/** The authorisations of two charges change places. */
export const swapAuthorisations: Query<{ one: string; other: string }, never> = query((db, arg) =>
  db
    .updateTable('attempts')
    .set({ charge_id: sql<string>`case when charge_id = ${arg.one} then ${arg.other} else ${arg.one} end` })
    .where('kind', '=', 'authorise')
    .where('state', '=', 'approved')
    .where('charge_id', 'in', [arg.one, arg.other]),
);
