/**
 * The settled world: once faults are over and the world was left alone, nobody has anything left to do about
 * money. Read from the gateway's tables by SQL, with none of its code.
 */
import type { SqliteStore } from '../../gateway/app.ts';
import type { Violation } from './world.ts';

interface Undone {
  readonly judged: number;
  readonly violations: readonly Violation[];
}

const describedMax = 10;

/** @param unknownLeft Outcomes the auditor found to be still unknown. */
export const leftUndone = (store: Pick<SqliteStore, 'inspect'>, unknownLeft: number): Undone => {
  const violations: Violation[] = [];
  const found = (objects: readonly string[], text: string): void => {
    if (violations.length < describedMax) violations.push({ check: 'SETTLED', atMs: null, objects, text });
  };
  let judged = 0;
  for (const row of store.inspect('select id, state, pending_type, pending_amount from charges')) {
    judged += 1;
    const id = String(row.id);
    if (row.state === 'pending' || row.state === 'unknown')
      found([id], `charge ${id} is still ${row.state} after the world was left alone`);
    if (row.pending_type !== null)
      found(
        [id],
        `the ${row.pending_type as string} of ${Number(row.pending_amount)} yen of charge ${id} is still deferred`,
      );
  }
  for (const row of store.inspect(
    // An `absent` one is only looked for once more, an hour later.
    "select reference, charge_id, kind, state, acquirer, tries from attempts where due_ms is not null and state <> 'absent'",
  )) {
    judged += 1;
    found(
      [String(row.charge_id), String(row.reference)],
      `the ${String(row.kind)} ${String(row.reference)} at ${String(row.acquirer)} is ${String(row.state)} after ${String(row.tries)} tries and still has to be looked at`,
    );
  }
  if (unknownLeft > 0 && violations.length === 0) found([], `${unknownLeft} outcomes are still unknown`);
  return { judged, violations };
};
