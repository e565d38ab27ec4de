/**
 * However often and however many at once ask under one key, it is carried out once: one charge in
 * the gateway's book, and at most one authorisation that an acquirer still holds or has captured.
 */
import type { GatewayCharge } from '../books.ts';
import { ofBooks, type Violation } from '../invariant.ts';

export const inv15 = ofBooks({
  id: 'INV-15',
  title: 'one execution per idempotency key',
  judge(view) {
    const byKey = new Map<string, GatewayCharge[]>();
    for (const charge of view.charges.values()) {
      if (charge.idempotencyKey === null) continue;
      const key = `${charge.merchantId}|${charge.idempotencyKey}`;
      const own = byKey.get(key);
      if (own === undefined) byKey.set(key, [charge]);
      else own.push(charge);
    }
    const violations: Violation[] = [];
    for (const [key, charges] of byKey) {
      const live = charges.flatMap(({ id }) =>
        view.heldOf(id).filter(({ transaction: { state } }) => state === 'authorised' || state === 'captured'),
      );
      if (charges.length < 2 && live.length < 2) continue;
      const ids = charges.map(({ id }) => id);
      violations.push({
        atMs: live[1]?.transaction.atMs ?? null,
        objects: ids,
        text: [
          `key ${key.slice(key.indexOf('|') + 1)} has ${charges.length} charges and ${live.length} live authorisations`,
          ...ids.map((id) => view.story(id)),
        ].join('\n'),
      });
    }
    return { judged: byKey.size, violations };
  },
});
