/**
 * The order of events about one object: a later one waits for the end of the earlier one, delivered
 * or given up, and for nothing else. Pure.
 *
 * A lane is what waits for one endpoint and object. Rows carry their place in it (`seq`, counted by
 * the database among the rows that wait), so that an instance sees from the row alone whether it
 * knows what went before. What it does not know, another instance wrote: then it has to ask.
 */

export interface LaneRow {
  readonly id: string;
  readonly endpoint_id: string | null;
  readonly object_id: string | null;
  readonly seq: number;
}

/** May this row go? `ask`: only the database knows. */
export type Verdict = 'go' | 'wait' | 'ask';

export interface Lanes<Row extends LaneRow> {
  arrive(row: Row): Verdict;
  /** The database knows of nothing before it. False: it is not the first here any more. */
  cleared(row: Row): boolean;
  /** It is over. `written`: the database knows that. Answers what comes next, if anything does. */
  ended(row: Row, written: boolean): { readonly row: Row; readonly verdict: Verdict } | null;
  /** Somebody else has it now: what comes next has to ask. */
  lost(row: Row): { readonly row: Row; readonly verdict: Verdict } | null;
  /** The ends of these rows are about to be written: from here on the database counts without them. */
  writing(rows: readonly LaneRow[]): void;
  readonly size: number;
}

interface Lane<Row> {
  /** By `seq`; the first is the one that may go. */
  readonly rows: Row[];
  going: boolean;
  /** Place of the last row that ended here and is not written; 0 when there is none. */
  last: number;
}

export const createLanes = <Row extends LaneRow>(): Lanes<Row> => {
  const lanes = new Map<string, Lane<Row>>();
  const keyOf = (row: LaneRow): string => `${row.endpoint_id} ${row.object_id}`;

  const judge = (lane: Lane<Row>): Verdict => {
    const first = lane.rows[0]!;
    lane.going = first.seq === 1 || first.seq === lane.last + 1;
    return lane.going ? 'go' : 'ask';
  };

  const next = (key: string, lane: Lane<Row>, keep: boolean) => {
    lane.going = false;
    const row = lane.rows[0];
    if (row !== undefined) return { row, verdict: judge(lane) };
    if (!keep) lanes.delete(key);
    return null;
  };

  return {
    arrive(row) {
      if (row.endpoint_id === null) return 'go';
      const key = keyOf(row);
      const lane = lanes.get(key);
      if (lane === undefined) {
        const going = row.seq === 1;
        lanes.set(key, { rows: [row], going, last: 0 });
        return going ? 'go' : 'ask';
      }
      // Two units may be told of in another order than they were committed in.
      let at = lane.rows.length;
      while (at > (lane.going ? 1 : 0) && lane.rows[at - 1]!.seq > row.seq) at -= 1;
      lane.rows.splice(at, 0, row);
      return at === 0 ? judge(lane) : 'wait';
    },
    cleared(row) {
      const lane = lanes.get(keyOf(row));
      if (lane === undefined || lane.rows[0]?.id !== row.id || lane.going) return false;
      lane.going = true;
      return true;
    },
    ended(row, written) {
      const key = keyOf(row);
      const lane = lanes.get(key);
      if (lane === undefined) return null;
      lane.rows.shift();
      lane.last = row.seq;
      return next(key, lane, !written);
    },
    lost(row) {
      const key = keyOf(row);
      const lane = lanes.get(key);
      if (lane === undefined) return null;
      const at = lane.rows.findIndex(({ id }) => id === row.id);
      if (at !== -1) lane.rows.splice(at, 1);
      if (at > 0) return null;
      lane.last = 0;
      return next(key, lane, false);
    },
    writing(rows) {
      for (const row of rows) {
        const key = keyOf(row);
        if (lanes.get(key)?.rows.length === 0) lanes.delete(key);
      }
    },
    get size() {
      return lanes.size;
    },
  };
};
