/** Statements about rotations and the records they walk. */
import type { Query } from '../ports.ts';
import type { VaultRotationRow, VaultRow } from '../store/database.ts';
import { leasesOn } from '../store/leases.ts';
import { insertQuery, query } from '../store/query.ts';

export const insertRotation = insertQuery('vault_rotations', [
  'id',
  'key_id',
  'state',
  'reseal',
  'walk',
  'after_id',
  'seen',
  'rewrapped',
  'walk_rewrapped',
  'unreadable',
  'started_ms',
  'finished_ms',
  'lease_owner',
  'lease_until_ms',
  'lease_token',
]);

export const rotationLeases = leasesOn('vault_rotations', 'id');

export const lastRotation: Query<object, VaultRotationRow> = query((db) =>
  db.selectFrom('vault_rotations').selectAll().orderBy('started_ms', 'desc').orderBy('id', 'desc').limit(1),
);

export const runningRotation: Query<object, VaultRotationRow> = query((db) =>
  db
    .selectFrom('vault_rotations')
    .selectAll()
    .where('state', '=', 'running')
    .orderBy('started_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

export const supersedeRotations: Query<{ now: number }, never> = query((db, arg) =>
  db.updateTable('vault_rotations').set({ state: 'superseded', finished_ms: arg.now }).where('state', '=', 'running'),
);

/** How far its holder has come: moves nothing when somebody else holds it, or a newer one came first. */
export const saveRotation: Query<
  Pick<
    VaultRotationRow,
    | 'id'
    | 'state'
    | 'walk'
    | 'after_id'
    | 'seen'
    | 'rewrapped'
    | 'walk_rewrapped'
    | 'unreadable'
    | 'finished_ms'
    | 'lease_token'
  >,
  never
> = query((db, arg) =>
  db
    .updateTable('vault_rotations')
    .set({
      state: arg.state,
      walk: arg.walk,
      after_id: arg.after_id,
      seen: arg.seen,
      rewrapped: arg.rewrapped,
      walk_rewrapped: arg.walk_rewrapped,
      unreadable: arg.unreadable,
      finished_ms: arg.finished_ms,
    })
    .where('id', '=', arg.id)
    .where('state', '=', 'running')
    .where('lease_token', '=', arg.lease_token),
);

/** The next records of a walk: by primary key, so that no index has to know the master keys. */
export const recordsAfter: Query<{ after: string; limit: number }, Pick<VaultRow, 'id' | 'sealed'>> = query((db, arg) =>
  db.selectFrom('vault').select(['id', 'sealed']).where('id', '>', arg.after).orderBy('id').limit(arg.limit),
);

/** 0 rows changed: it was written since it was read. */
export const replaceSealed: Query<{ id: string; from: string; to: string }, never> = query((db, arg) =>
  db.updateTable('vault').set({ sealed: arg.to }).where('id', '=', arg.id).where('sealed', '=', arg.from),
);
