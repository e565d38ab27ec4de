/**
 * Leases with fencing: how several instances on one database share out work.
 *
 * A row that is work has three columns. Whoever claims it is its holder until `lease_until_ms`; a
 * holder that died is succeeded by anybody when that time is over. One that was only asleep wakes
 * up and believes that it still holds it, so each claim has a number, `lease_token`, and every later
 * write of the holder says `and lease_token = mine`: the sleeper's write moves nothing and throws.
 *
 * Times are the wall clocks of the instances, so a lease must be longer than the work and the
 * difference between two clocks together.
 */
import type { Query, Tx } from '../ports.ts';
import type { Database } from './database.ts';

/** The columns of a row that can be leased; `leaseColumns` adds them to its table. */
export interface LeaseColumns {
  /** Instance that claimed it last; null: nobody ever did, or it was given back. */
  readonly lease_owner: string | null;
  /** Until when nobody else may claim it; null: anybody may. */
  readonly lease_until_ms: number | null;
  /** Grows by one with each claim, never falls. */
  readonly lease_token: number;
}

/** The statements of a migration that makes rows of `table` leasable. */
export const leaseColumns = (table: string): readonly string[] => [
  `alter table ${table} add column lease_owner text`,
  `alter table ${table} add column lease_until_ms bigint`,
  `alter table ${table} add column lease_token integer not null default 0`,
];

/** A holder's write moved nothing: its lease ran out and somebody else holds the row. Its unit must not commit. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * For every write of a holder: `hold(await tx.run(write, { ..., token }), 'delivery dlv_1')`.
 * @throws LeaseLost when it changed no row
 */
export const hold = (changed: number, what: string): void => {
  if (changed === 0) throw new LeaseLost(`${what} is not held any more: somebody else took it up`);
};

type LeasedTable = { [Table in keyof Database]: Database[Table] extends LeaseColumns ? Table : never }[keyof Database];
type Key<Table extends LeasedTable> = keyof Database[Table] & string;

export interface Leases<Row extends LeaseColumns> {
  /**
   * The row with its new lease, or undefined when somebody else holds it or claimed it since it was
   * read. `row` is as this unit, or an earlier one, read it.
   */
  claim(tx: Tx, row: Row, lease: { owner: string; nowMs: number; untilMs: number }): Promise<Row | undefined>;
  /** Holds it longer. @throws LeaseLost */
  renew(tx: Tx, row: Row, untilMs: number): Promise<Row>;
  /** Anybody may claim it again. @throws LeaseLost */
  release(tx: Tx, row: Row): Promise<Row>;
}

/** Leases on the rows of one table; `key` is its primary key, one text column. Made once, when a module loads. */
export const leasesOn = <Table extends LeasedTable>(table: Table, key: Key<Table>): Leases<Database[Table]> => {
  type Row = Database[Table];
  const nameOf = (row: Row): string => String(row[key]);
  const claimRow: Query<{ id: string; token: number; owner: string; now: number; until: number }, never> = {
    sql:
      `update "${table}" set "lease_owner" = ?, "lease_until_ms" = ?, "lease_token" = "lease_token" + 1 ` +
      `where "${key}" = ? and "lease_token" = ? and ("lease_until_ms" is null or "lease_until_ms" <= ?)`,
    parameters: [{ arg: 'owner' }, { arg: 'until' }, { arg: 'id' }, { arg: 'token' }, { arg: 'now' }],
  };
  const moveLease: Query<{ id: string; token: number; owner: string | null; until: number | null }, never> = {
    sql: `update "${table}" set "lease_owner" = ?, "lease_until_ms" = ? where "${key}" = ? and "lease_token" = ?`,
    parameters: [{ arg: 'owner' }, { arg: 'until' }, { arg: 'id' }, { arg: 'token' }],
  };
  const move = async (tx: Tx, row: Row, owner: string | null, until: number | null): Promise<Row> => {
    const id = nameOf(row);
    hold(await tx.run(moveLease, { id, token: row.lease_token, owner, until }), `${table} ${id}`);
    return { ...row, lease_owner: owner, lease_until_ms: until };
  };
  return {
    async claim(tx, row, { owner, nowMs: now, untilMs: until }) {
      const claimed = await tx.run(claimRow, { id: nameOf(row), token: row.lease_token, owner, now, until });
      if (claimed === 0) return undefined;
      return { ...row, lease_owner: owner, lease_until_ms: until, lease_token: row.lease_token + 1 };
    },
    renew: (tx, row, untilMs) => move(tx, row, row.lease_owner, untilMs),
    release: (tx, row) => move(tx, row, null, null),
  };
};
