/** Statements about profiles, findings, and the payments that reports look at. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { CardRow, ChargeRow, DisputeRow, Flag, MandateFindingRow, MandateProfileRow } from '../store/database.ts';
import { query } from '../store/query.ts';

export const profileOf: Query<{ merchant: string }, MandateProfileRow> = query((db, arg) =>
  db.selectFrom('mandate_profiles').selectAll().where('merchant_id', '=', arg.merchant),
);

export const saveProfile: Query<MandateProfileRow, never> = query((db, arg) =>
  db
    .insertInto('mandate_profiles')
    .values({
      merchant_id: arg.merchant_id,
      enforcement: arg.enforcement,
      profile: arg.profile,
      updated_ms: arg.updated_ms,
    })
    .onConflict((conflict) =>
      conflict.column('merchant_id').doUpdateSet((set) => ({
        enforcement: set.ref('excluded.enforcement'),
        profile: set.ref('excluded.profile'),
        updated_ms: set.ref('excluded.updated_ms'),
      })),
    ),
);

export const addFinding: Query<MandateFindingRow, never> = query((db, arg) =>
  db
    .insertInto('mandate_findings')
    .values({
      id: arg.id,
      merchant_id: arg.merchant_id,
      livemode: arg.livemode,
      day: arg.day,
      moment: arg.moment,
      rule: arg.rule,
      passed: arg.passed,
      refused: arg.refused,
      first_ms: arg.first_ms,
      last_ms: arg.last_ms,
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((set) => ({
        passed: set('mandate_findings.passed', '+', set.ref('excluded.passed')),
        refused: set('mandate_findings.refused', '+', set.ref('excluded.refused')),
        last_ms: set.ref('excluded.last_ms'),
      })),
    ),
);

export interface Span {
  readonly merchant: string;
  readonly livemode: Flag;
  readonly from: number;
  readonly to: number;
}

export const findingsOf: Query<Span, { moment: string; rule: string; passed: number; refused: number }> = query(
  (db, arg) =>
    db
      .selectFrom('mandate_findings')
      .select(['moment', 'rule'])
      .select((select) => [
        select.fn.sum<number>('passed').as('passed'),
        select.fn.sum<number>('refused').as('refused'),
      ])
      .where('merchant_id', '=', arg.merchant)
      .where('livemode', '=', arg.livemode)
      .where('last_ms', '>=', arg.from)
      .where('first_ms', '<', arg.to)
      .groupBy(['moment', 'rule'])
      .orderBy('moment')
      .orderBy('rule'),
);

/** Card numbers of this merchant that somebody disputed as fraud. */
export const suspectedOf: Query<{ merchant: string }, { fingerprint: string }> = query((db, arg) =>
  db
    .selectFrom('disputes')
    .innerJoin('charges', 'charges.id', 'disputes.charge_id')
    .innerJoin('cards', 'cards.id', 'charges.card_id')
    .select('cards.fingerprint')
    .distinct()
    .where('disputes.merchant_id', '=', arg.merchant)
    .where('disputes.reason', '=', 'fraud'),
);

/** Payments with this card before a moment, oldest first: the first of them may have been authenticated. */
export const firstPayment: Query<
  { merchant: string; livemode: Flag; customer: string; card: string; before: number },
  Pick<ChargeRow, 'id' | 'three_d_secure_status'>
> = query((db, arg) =>
  db
    .selectFrom('charges')
    .select(['id', 'three_d_secure_status'])
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('customer_id', '=', arg.customer)
    .where('card_id', '=', arg.card)
    .where('created_ms', '<', arg.before)
    .where('state', 'in', ['authorised', 'captured', 'cancelled'])
    .orderBy('created_ms')
    .orderBy('id')
    .limit(1),
);

/** How a card was authenticated by itself, and when: at registration (`token`) or later (`card`). */
export const authenticationsOf: Query<
  { merchant: string; livemode: Flag; card: string },
  { kind: string; status: string; finished_ms: number | null }
> = query((db, arg) =>
  db
    .selectFrom('three_d_secure_flows')
    .select(['kind', 'status', 'finished_ms'])
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('kind', 'in', ['token', 'card'])
    .where('card_id', '=', arg.card)
    .where('status', 'in', ['verified', 'attempted'])
    .orderBy('created_ms', 'desc'),
);

export const authenticatedAmount: Query<{ id: string }, { amount: number | null }> = query((db, arg) =>
  db.selectFrom('three_d_secure_flows').select('amount').where('id', '=', arg.id),
);

export type PaidCharge = Pick<
  ChargeRow,
  | 'id'
  | 'amount'
  | 'created_ms'
  | 'customer_id'
  | 'subscription_id'
  | 'reauth_of'
  | 'metadata'
  | 'three_d_secure_status'
  | 'card_id'
  | 'state'
> &
  Pick<CardRow, 'fingerprint'> & {
    readonly card_created_ms: number;
    readonly card_status: string | null;
    readonly card_customer: string | null;
  };

/** A page of a merchant's payments with their cards, in the order of their making. */
export const paidCharges: Query<Span & { afterMs: number; afterId: string; limit: number }, PaidCharge> = query(
  (db, arg) =>
    db
      .selectFrom('charges')
      .innerJoin('cards', 'cards.id', 'charges.card_id')
      .select([
        'charges.id',
        'charges.amount',
        'charges.created_ms',
        'charges.customer_id',
        'charges.subscription_id',
        'charges.reauth_of',
        'charges.metadata',
        'charges.three_d_secure_status',
        'charges.card_id',
        'charges.state',
        'cards.fingerprint',
        'cards.created_ms as card_created_ms',
        'cards.three_d_secure_status as card_status',
        'cards.customer_id as card_customer',
      ])
      .where('charges.merchant_id', '=', arg.merchant)
      .where('charges.livemode', '=', arg.livemode)
      .where('charges.created_ms', '>=', arg.from)
      .where('charges.created_ms', '<', arg.to)
      .where('charges.state', 'in', ['authorised', 'captured', 'cancelled'])
      .where(
        sql<boolean>`(charges.created_ms > ${arg.afterMs} or (charges.created_ms = ${arg.afterMs} and charges.id > ${arg.afterId}))`,
      )
      .orderBy('charges.created_ms')
      .orderBy('charges.id')
      .limit(arg.limit),
);

/** Cards that were registered for customers, and how many of them with an authentication. */
export const registrations: Query<Span, { status: string | null; count: number }> = query((db, arg) =>
  db
    .selectFrom('cards')
    .select('three_d_secure_status as status')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('customer_id', 'is not', null)
    .where('created_ms', '>=', arg.from)
    .where('created_ms', '<', arg.to)
    .groupBy('three_d_secure_status')
    .orderBy('three_d_secure_status'),
);

export const disputesOf: Query<Span, DisputeRow> = query((db, arg) =>
  db
    .selectFrom('disputes')
    .selectAll()
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('created_ms', '>=', arg.from)
    .where('created_ms', '<', arg.to)
    .orderBy('created_ms')
    .orderBy('id'),
);
