/**
 * At most one successful capture at all acquirers together, per charge and per idempotency key of a
 * merchant. A capture that was given back still counts: the buyer saw the money leave twice.
 */
import { ofBooks, type Violation } from '../invariant.ts';
import type { Held } from '../view.ts';

export const inv01 = ofBooks({
  id: 'INV-01',
  title: 'at most one capture per charge and per idempotency key, over all acquirers',
  comparesAcquirers: true,
  judge(view) {
    const groups = new Map<string, Held[]>();
    const add = (group: string, one: Held): void => {
      const known = groups.get(group);
      if (known === undefined) groups.set(group, [one]);
      else known.push(one);
    };
    for (const one of view.held) {
      if (one.captures.length === 0 || one.transaction.state === 'voided') continue;
      if (one.chargeId === null) {
        add(`${one.acquirer} reference ${one.transaction.reference}`, one);
        continue;
      }
      add(`charge ${one.chargeId}`, one);
      const charge = view.charges.get(one.chargeId);
      const told = view.told.get(one.chargeId);
      const key = charge?.idempotencyKey ?? told?.idempotencyKey ?? null;
      const merchant = charge?.merchantId ?? told?.merchantId;
      if (key !== null) add(`key ${key} of ${merchant ?? '?'}`, one);
    }
    const violations: Violation[] = [];
    const named = new Set<string>();
    for (const [group, held] of groups) {
      const captures = held.flatMap((one) => one.captures);
      if (captures.length < 2) continue;
      const chargeIds = [...new Set(held.flatMap((one) => one.chargeId ?? []))];
      // A key whose single charge was already named says nothing new.
      if (chargeIds.length === 1 && named.has(chargeIds[0] ?? '')) continue;
      for (const id of chargeIds) named.add(id);
      violations.push({
        atMs: captures[1]?.atMs ?? null,
        objects: [group, ...chargeIds, ...held.map((one) => one.transaction.transactionId)],
        text: [
          `${group} was captured ${captures.length} times`,
          ...(chargeIds.length === 0 ? [view.story(null, held)] : chargeIds.map((id) => view.story(id))),
        ].join('\n'),
      });
    }
    return { judged: groups.size, violations };
  },
});
