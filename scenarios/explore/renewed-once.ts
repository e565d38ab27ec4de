/**
 * A cycle of a subscription is paid for once. A world lasts minutes and a cycle a month: whatever instances died,
 * slept or had no answer, a subscription has at most one payment that holds or has taken money.
 *
 * Read from the gateway's tables by SQL, with none of its code.
 */
import type { SqliteStore } from '../../gateway/app.ts';
import type { Violation } from './world.ts';

export const renewedOnce = (
  store: Pick<SqliteStore, 'inspect'>,
): { readonly judged: number; readonly violations: readonly Violation[] } => {
  const violations: Violation[] = [];
  let judged = 0;
  for (const row of store.inspect(
    `select subscription_id as id, count(*) as paid, group_concat(id, ' ') as charges from charges
     where subscription_id is not null and state in ('authorised', 'captured') group by subscription_id`,
  )) {
    judged += 1;
    if (Number(row.paid) < 2) continue;
    const charges = String(row.charges);
    violations.push({
      check: 'RENEWED',
      atMs: null,
      objects: [String(row.id), ...charges.split(' ')],
      text: `one cycle of subscription ${String(row.id)} was paid for ${Number(row.paid)} times: ${charges}`,
    });
  }
  return { judged, violations };
};
