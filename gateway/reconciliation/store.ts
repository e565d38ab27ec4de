/** Statements of the reconciliation: its own rows, and the books as it reads them. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { AttemptRow, ChargeRow, Flag, ReconciliationRow, TransferRow } from '../store/database.ts';
import { leasesOn } from '../store/leases.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertRun = insertQuery('reconciliations', [
  'id',
  'acquirer',
  'date',
  'cause',
  'state',
  'tries',
  'due_ms',
  'reason',
  'report',
  'discrepancies',
  'created_ms',
  'finished_ms',
  'lease_owner',
  'lease_until_ms',
  'lease_token',
]);

export const runLeases = leasesOn('reconciliations', 'id');

export const runById: Query<{ id: string }, ReconciliationRow> = query((db, arg) =>
  db.selectFrom('reconciliations').selectAll().where('id', '=', arg.id),
);

export const listRuns: Query<{ limit: number }, Omit<ReconciliationRow, 'report'>> = query((db, arg) =>
  db
    .selectFrom('reconciliations')
    .select(['id', 'acquirer', 'date', 'cause', 'state', 'tries', 'due_ms', 'reason', 'discrepancies'])
    .select(['created_ms', 'finished_ms', 'lease_owner', 'lease_until_ms', 'lease_token'])
    .orderBy('created_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(arg.limit),
);

export const dueRuns: Query<{ now: number }, ReconciliationRow> = query((db, arg) =>
  db
    .selectFrom('reconciliations')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('due_ms', '<=', arg.now)
    .orderBy('due_ms')
    .orderBy('id')
    .limit(10),
);

export const nextRun: Query<object, { due: number | null }> = query((db) =>
  db
    .selectFrom('reconciliations')
    .select((select) => select.fn.min('due_ms').as('due'))
    .where('state', '=', 'waiting'),
);

/** The latest finished run of a day. */
export const lastRunOf: Query<{ acquirer: string; date: string }, ReconciliationRow> = query((db, arg) =>
  db
    .selectFrom('reconciliations')
    .selectAll()
    .where('acquirer', '=', arg.acquirer)
    .where('date', '=', arg.date)
    .where('state', '=', 'done')
    .orderBy('finished_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

export const lastDailyDate: Query<{ acquirer: string }, { date: string | null }> = query((db, arg) =>
  db
    .selectFrom('reconciliations')
    .select((select) => select.fn.max('date').as('date'))
    .where('acquirer', '=', arg.acquirer)
    .where('cause', '=', 'daily'),
);

/** The holder's note of how it went: moves nothing when somebody else holds it. */
export const saveRun: Query<
  Pick<
    ReconciliationRow,
    'id' | 'state' | 'tries' | 'due_ms' | 'reason' | 'report' | 'discrepancies' | 'finished_ms' | 'lease_token'
  >,
  never
> = query((db, arg) =>
  db
    .updateTable('reconciliations')
    .set({
      state: arg.state,
      tries: arg.tries,
      due_ms: arg.due_ms,
      reason: arg.reason,
      report: arg.report,
      discrepancies: arg.discrepancies,
      finished_ms: arg.finished_ms,
    })
    .where('id', '=', arg.id)
    .where('lease_token', '=', arg.lease_token),
);

export interface Page {
  readonly account: string;
  readonly from: number;
  readonly to: number;
  /** The last row of the page before, by time and id. */
  readonly afterMs: number;
  readonly afterId: string;
  readonly limit: number;
}

/** Captures and refunds at one acquirer, oldest first, a page at a time. */
export const movementsIn: Query<Page, TransferRow> = query((db, arg) =>
  db
    .selectFrom('transfers')
    .selectAll()
    // Spelled out rather than passed as values: the index of these two kinds needs to see them.
    .where(sql<boolean>`kind in ('capture', 'refund')`)
    .where('at_ms', '>=', arg.from)
    .where('at_ms', '<', arg.to)
    .where(sql<boolean>`(debit = ${arg.account} or credit = ${arg.account})`)
    .where(sql<boolean>`(at_ms > ${arg.afterMs} or (at_ms = ${arg.afterMs} and id > ${arg.afterId}))`)
    .orderBy('at_ms')
    .orderBy('id')
    .limit(arg.limit),
);

/** What an account moved in a span, in one sum: the pages above have to come to the same. */
export const movedIn: Query<{ account: string; from: number; to: number }, { yen: number | null }> = query((db, arg) =>
  db
    .selectFrom('transfers')
    .select(sql<number | null>`sum(case when debit = ${arg.account} then amount else -amount end)`.as('yen'))
    .where(sql<boolean>`kind in ('capture', 'refund')`)
    .where('at_ms', '>=', arg.from)
    .where('at_ms', '<', arg.to)
    .where(sql<boolean>`(debit = ${arg.account} or credit = ${arg.account})`),
);

export const merchantIds: Query<object, { id: string }> = query((db) =>
  db.selectFrom('merchants').select('id').orderBy('id'),
);

/** Charges that one merchant began in a span, a page at a time. */
export const chargesBegun: Query<
  { merchant: string; livemode: Flag; from: number; to: number; afterMs: number; afterId: string; limit: number },
  Pick<ChargeRow, 'id' | 'created_ms'>
> = query((db, arg) =>
  db
    .selectFrom('charges')
    .select(['id', 'created_ms'])
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('created_ms', '>=', arg.from)
    .where('created_ms', '<', arg.to)
    .where(sql<boolean>`(created_ms > ${arg.afterMs} or (created_ms = ${arg.afterMs} and id > ${arg.afterId}))`)
    .orderBy('created_ms')
    .orderBy('id')
    .limit(arg.limit),
);

/** Authorisations under the references that a charge's creation may have used. */
export const authorisationsUnder: Query<
  { a: string; b: string; c: string; d: string; acquirer: string; charge: string },
  AttemptRow
> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('reference', 'in', [arg.a, arg.b, arg.c, arg.d])
    .where('kind', '=', 'authorise')
    .where('acquirer', '=', arg.acquirer)
    .where('charge_id', '=', arg.charge)
    .orderBy('reference'),
);

/** The same where a renewed authorisation changed places with another charge's: reads the whole table. */
export const authorisationOf: Query<{ acquirer: string; charge: string }, AttemptRow> = query((db, arg) =>
  db
    .selectFrom('attempts')
    .selectAll()
    .where('charge_id', '=', arg.charge)
    .where('kind', '=', 'authorise')
    .where('state', '=', 'approved')
    .where('acquirer', '=', arg.acquirer),
);

/** Every account and what it stands at, debits less credits. */
export const balances: Query<object, { account: string; yen: number }> = {
  sql:
    'select "account", sum("yen") as "yen" from (select "debit" as "account", "amount" as "yen" from "transfers" ' +
    'union all select "credit" as "account", -"amount" as "yen" from "transfers") as "sides" group by "account" order by "account"',
  parameters: [],
};

/** Entries that stand twice under one id. */
export const writtenTwice: Query<object, { id: string; count: number }> = {
  sql: 'select "id", count(*) as "count" from "transfers" group by "id" having count(*) > 1 order by "id" limit 20',
  parameters: [],
};

export interface ChargeSums {
  readonly state: string;
  readonly merchant_id: string;
  readonly acquirer: string;
  readonly count: number;
  readonly amount: number;
  readonly captured: number;
  readonly refunded: number;
  /** Taken from merchants by disputes. */
  readonly disputed: number;
}

export const chargeSums: Query<object, ChargeSums> = query((db) =>
  db
    .selectFrom('charges')
    .select(['state', 'merchant_id', 'acquirer'])
    .select((select) => [
      select.fn.countAll<number>().as('count'),
      select.fn.sum<number>('amount').as('amount'),
      select.fn.sum<number>('captured_amount').as('captured'),
      select.fn.sum<number>('refunded_amount').as('refunded'),
      select.fn.sum<number>('disputed_amount').as('disputed'),
    ])
    .groupBy(['state', 'merchant_id', 'acquirer'])
    .orderBy('merchant_id')
    .orderBy('acquirer')
    .orderBy('state'),
);

/** What disputes of protected payments cost us, by acquirer. */
export const disputeLosses: Query<object, { acquirer: string; yen: number }> = query((db) =>
  db
    .selectFrom('disputes')
    .select('acquirer')
    .select((select) => select.fn.sum<number>('debited').as('yen'))
    .where('borne_by', '=', 'gateway')
    .groupBy('acquirer')
    .orderBy('acquirer'),
);
