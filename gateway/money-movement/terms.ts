/**
 * Terms of a merchant, with what the ledger says about each (payjp-api section 3.7).
 *
 * Nothing is stored and nothing runs at a closing: the ledger only grows at its end, so a term
 * that is over comes to the same sums whenever it is asked about.
 */
import { sql } from 'kysely';
import type { Call } from '../http/endpoint.ts';
import { ownerOf } from '../http/written.ts';
import type { Query, Store, Tx } from '../ports.ts';
import type { Flag } from '../store/database.ts';
import { query } from '../store/query.ts';
import { type Term, termsBetween } from './calendar.ts';
import { movementId } from './ids.ts';

/** Captures and refunds of a term, in yen and in number. */
export interface Sums {
  readonly captureYen: number;
  readonly captureCount: number;
  readonly refundYen: number;
  readonly refundCount: number;
  /** Taken by disputes; those that spare the merchant are not in it. */
  readonly disputeYen: number;
  readonly disputeCount: number;
}

export interface ClosedTerm extends Term {
  readonly id: string;
  readonly closed: boolean;
  readonly sums: Sums;
}

export interface Terms {
  /** From the merchant's first to the present one, newest first. */
  all(tx: Tx, call: Call): Promise<readonly ClosedTerm[]>;
  /** The sums of any span, in milliseconds, its end not included. */
  sums(tx: Tx, owner: Owner, from: number, to: number): Promise<Sums>;
  /** The same of everybody, by `merchant/livemode`; whom nothing moved for is not in it. */
  sumsOfAll(tx: Tx, from: number, to: number): Promise<ReadonlyMap<string, Sums>>;
  /** The span of a term's captures, for lists of charges; null when there is no such term. */
  captured(call: Call, termId: string): Promise<{ capturedFrom: number; capturedTo: number } | null>;
}

export interface Owner {
  readonly merchant: string;
  readonly livemode: Flag;
}

const createdOf: Query<{ merchant: string }, { created_ms: number }> = query((db, arg) =>
  db.selectFrom('merchants').select('created_ms').where('id', '=', arg.merchant),
);

const sumsOf: Query<Owner & { from: number; to: number }, { kind: string; yen: number; count: number }> = query(
  (db, arg) =>
    db
      .selectFrom('transfers')
      .innerJoin('charges', 'charges.id', 'transfers.charge_id')
      .select((select) => [
        'transfers.kind as kind',
        select.fn.sum<number>('transfers.amount').as('yen'),
        select.fn.countAll<number>().as('count'),
      ])
      // Spelled out rather than passed as values: the index of these two kinds needs to see them.
      .where(sql<boolean>`transfers.kind in ('capture', 'refund')`)
      .where('transfers.at_ms', '>=', arg.from)
      .where('transfers.at_ms', '<', arg.to)
      .where('charges.merchant_id', '=', arg.merchant)
      .where('charges.livemode', '=', arg.livemode)
      .groupBy('transfers.kind'),
);

const sumsOfAllQuery: Query<
  { from: number; to: number },
  { merchant_id: string; livemode: Flag; kind: string; yen: number; count: number }
> = query((db, arg) =>
  db
    .selectFrom('transfers')
    .innerJoin('charges', 'charges.id', 'transfers.charge_id')
    .select((select) => [
      'charges.merchant_id as merchant_id',
      'charges.livemode as livemode',
      'transfers.kind as kind',
      select.fn.sum<number>('transfers.amount').as('yen'),
      select.fn.countAll<number>().as('count'),
    ])
    .where(sql<boolean>`transfers.kind in ('capture', 'refund')`)
    .where('transfers.at_ms', '>=', arg.from)
    .where('transfers.at_ms', '<', arg.to)
    .groupBy(['charges.merchant_id', 'charges.livemode', 'transfers.kind']),
);

/** A query of its own, or the index of captures and refunds would not serve. */
const disputesOf: Query<Owner & { from: number; to: number }, { yen: number | null; count: number }> = query(
  (db, arg) =>
    db
      .selectFrom('disputes')
      .select((select) => [select.fn.sum<number>('debited').as('yen'), select.fn.countAll<number>().as('count')])
      .where('merchant_id', '=', arg.merchant)
      .where('livemode', '=', arg.livemode)
      .where('borne_by', '=', 'merchant')
      .where('created_ms', '>=', arg.from)
      .where('created_ms', '<', arg.to),
);
const disputesOfAll: Query<
  { from: number; to: number },
  { merchant_id: string; livemode: Flag; kind: string; yen: number; count: number }
> = query((db, arg) =>
  db
    .selectFrom('disputes')
    .select((select) => [
      'merchant_id',
      'livemode',
      sql<string>`'dispute'`.as('kind'),
      select.fn.sum<number>('debited').as('yen'),
      select.fn.countAll<number>().as('count'),
    ])
    .where('borne_by', '=', 'merchant')
    .where('created_ms', '>=', arg.from)
    .where('created_ms', '<', arg.to)
    .groupBy(['merchant_id', 'livemode']),
);

const sumsFrom = (rows: readonly { kind: string; yen: number | null; count: number }[]): Sums => {
  const of = (kind: string, what: 'yen' | 'count'): number =>
    Number(rows.find((row) => row.kind === kind)?.[what] ?? 0);
  return {
    captureYen: of('capture', 'yen'),
    captureCount: of('capture', 'count'),
    refundYen: of('refund', 'yen'),
    refundCount: of('refund', 'count'),
    disputeYen: of('dispute', 'yen'),
    disputeCount: of('dispute', 'count'),
  };
};

export const createTerms = ({ store, wallMs }: { store: Store; wallMs: () => number }): Terms => {
  const spans = async (tx: Tx, call: Call): Promise<readonly (Term & { readonly id: string })[]> => {
    const { merchant, livemode } = ownerOf(call);
    const createdMs = (await tx.first(createdOf, { merchant }))?.created_ms ?? wallMs();
    return termsBetween(Number(createdMs), wallMs()).map((term) => ({
      ...term,
      id: movementId('tm_', merchant, livemode, term.startMs),
    }));
  };

  const sumsIn = async (tx: Tx, owner: Owner, from: number, to: number): Promise<Sums> => {
    const span = { merchant: owner.merchant, livemode: owner.livemode, from, to };
    const disputes = (await tx.all(disputesOf, span)).map((row) => ({ kind: 'dispute', ...row }));
    return sumsFrom([...(await tx.all(sumsOf, span)), ...disputes]);
  };

  return {
    sums: sumsIn,
    async sumsOfAll(tx, from, to) {
      const rows = [...(await tx.all(sumsOfAllQuery, { from, to })), ...(await tx.all(disputesOfAll, { from, to }))];
      const byOwner = Map.groupBy(rows, ({ merchant_id, livemode }) => `${merchant_id}/${livemode}`);
      return new Map([...byOwner].map(([owner, found]) => [owner, sumsFrom(found)]));
    },
    async all(tx, call) {
      const found: ClosedTerm[] = [];
      for (const term of await spans(tx, call)) {
        const sums = await sumsIn(tx, ownerOf(call), term.startMs, term.endMs);
        found.push({ ...term, closed: term.endMs <= wallMs(), sums });
      }
      return found;
    },
    captured: (call, termId) =>
      store.read(async (tx) => {
        const term = (await spans(tx, call)).find(({ id }) => id === termId);
        return term === undefined ? null : { capturedFrom: term.startMs, capturedTo: term.endMs };
      }),
  };
};
