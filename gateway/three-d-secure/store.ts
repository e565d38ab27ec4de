/** Statements about authentications. */
import { sql } from 'kysely';
import type { Query } from '../ports.ts';
import type { CardRow, DirectoryRow, Flag, ThreeDSecureFlowRow, VaultRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertFlow = insertQuery('three_d_secure_flows', [
  'id',
  'merchant_id',
  'livemode',
  'kind',
  'card_id',
  'fingerprint',
  'amount',
  'state',
  'status',
  'return_url',
  'server_trans_id',
  'ds_trans_id',
  'acs_trans_id',
  'message_version',
  'acs_url',
  'method_done',
  'result',
  'result_hash',
  'expiry_days',
  'created_ms',
  'started_ms',
  'asked_ms',
  'result_ms',
  'finished_ms',
  'expires_ms',
  'version',
]);

export const flowById: Query<{ id: string }, ThreeDSecureFlowRow> = query((db, arg) =>
  db.selectFrom('three_d_secure_flows').selectAll().where('id', '=', arg.id),
);

export const flowByServerTransId: Query<{ id: string }, ThreeDSecureFlowRow> = query((db, arg) =>
  db.selectFrom('three_d_secure_flows').selectAll().where('server_trans_id', '=', arg.id),
);

/** 0 rows changed: somebody else wrote since it was read. */
export const saveFlow: Query<ThreeDSecureFlowRow & { was: number }, never> = query((db, arg) =>
  db
    .updateTable('three_d_secure_flows')
    .set({
      state: arg.state,
      status: arg.status,
      return_url: arg.return_url,
      server_trans_id: arg.server_trans_id,
      ds_trans_id: arg.ds_trans_id,
      acs_trans_id: arg.acs_trans_id,
      message_version: arg.message_version,
      acs_url: arg.acs_url,
      method_done: arg.method_done,
      result: arg.result,
      result_hash: arg.result_hash,
      started_ms: arg.started_ms,
      asked_ms: arg.asked_ms,
      result_ms: arg.result_ms,
      finished_ms: arg.finished_ms,
      version: arg.version,
    })
    .where('id', '=', arg.id)
    .where('version', '=', arg.was),
);

export interface RequestsOf {
  readonly merchant: string;
  readonly livemode: Flag;
  readonly since: number;
  readonly until: number;
  /** `%` for any. */
  readonly resource: string;
}

export const countRequests: Query<RequestsOf, { count: number }> = query((db, arg) =>
  db
    .selectFrom('three_d_secure_flows')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('merchant_id', '=', arg.merchant)
    .where('livemode', '=', arg.livemode)
    .where('kind', '=', 'card')
    .where('created_ms', '>=', arg.since)
    .where('created_ms', '<=', arg.until)
    .where(sql<boolean>`(${arg.resource} = '%' or card_id = ${arg.resource})`),
);

export const listRequests: Query<RequestsOf & { limit: number; offset: number }, ThreeDSecureFlowRow> = query(
  (db, arg) =>
    db
      .selectFrom('three_d_secure_flows')
      .selectAll()
      .where('merchant_id', '=', arg.merchant)
      .where('livemode', '=', arg.livemode)
      .where('kind', '=', 'card')
      .where('created_ms', '>=', arg.since)
      .where('created_ms', '<=', arg.until)
      .where(sql<boolean>`(${arg.resource} = '%' or card_id = ${arg.resource})`)
      .orderBy('created_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(arg.limit)
      .offset(arg.offset),
);

/** Results that were stored and not taken further, by whoever died in between. */
export const decidedRequests: Query<Record<string, never>, { id: string }> = query((db) =>
  db.selectFrom('three_d_secure_flows').select('id').where('state', '=', 'decided').where('kind', '=', 'card'),
);

export const setCardStatus: Query<{ id: string; status: string }, never> = query((db, arg) =>
  db.updateTable('cards').set({ three_d_secure_status: arg.status }).where('id', '=', arg.id),
);

export const setChargeStatus: Query<{ id: string; status: string }, never> = query((db, arg) =>
  db.updateTable('charges').set({ three_d_secure_status: arg.status }).where('id', '=', arg.id),
);

/** The card with its sealed number, even after its deletion. */
export const cardToAsk: Query<{ id: string }, CardRow & Pick<VaultRow, 'sealed'>> = query((db, arg) =>
  db
    .selectFrom('cards')
    .innerJoin('vault', 'vault.id', 'cards.vault_id')
    .selectAll('cards')
    .select('vault.sealed')
    .where('cards.id', '=', arg.id),
);

export const directoryRow: Query<{ id: string }, DirectoryRow> = query((db, arg) =>
  db.selectFrom('three_d_secure_directory').selectAll().where('id', '=', arg.id),
);

/** Whose turn it is to ask: 0 rows changed means that another instance has just begun. */
export const beginAsking: Query<{ id: string; was: number; now: number }, never> = query((db, arg) =>
  db
    .updateTable('three_d_secure_directory')
    .set({ asked_ms: arg.now })
    .where('id', '=', arg.id)
    .where('asked_ms', '=', arg.was),
);

export const firstAsking: Query<DirectoryRow, never> = query((db, arg) =>
  db
    .insertInto('three_d_secure_directory')
    .values({ id: arg.id, serial: arg.serial, ranges: arg.ranges, asked_ms: arg.asked_ms })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

export const saveDirectory: Query<DirectoryRow, never> = query((db, arg) =>
  db
    .updateTable('three_d_secure_directory')
    .set({ serial: arg.serial, ranges: arg.ranges, asked_ms: arg.asked_ms })
    .where('id', '=', arg.id),
);
