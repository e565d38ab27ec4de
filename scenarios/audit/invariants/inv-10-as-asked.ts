/** Amount and merchant are the same in what the merchant asked, what the gateway recorded and what the acquirer approved. */
import { ofBooks, type Violation } from '../invariant.ts';

export const inv10 = ofBooks({
  id: 'INV-10',
  title: 'what was sent is what the merchant asked: amount and merchant',
  comparesAcquirers: true,
  judge(view) {
    const violations: Violation[] = [];
    let judged = 0;
    const violate = (chargeId: string, atMs: number | null, what: string): void => {
      violations.push({ atMs, objects: [chargeId], text: [what, view.story(chargeId)].join('\n') });
    };
    for (const told of view.told.values()) {
      judged += 1;
      const charge = view.charges.get(told.chargeId);
      if (charge === undefined)
        violate(told.chargeId, told.capturedToldMs, `${told.member} was told of a charge the gateway does not have`);
      else if (charge.merchantId !== told.merchantId)
        violate(charge.id, told.capturedToldMs, `${told.merchantId} was told of a charge of ${charge.merchantId}`);
      else if (charge.amountYen !== told.amountYen)
        violate(
          charge.id,
          told.capturedToldMs,
          `${told.member} asked ${told.amountYen} yen, the gateway recorded ${charge.amountYen}`,
        );
    }
    for (const one of view.held) {
      const charge = one.chargeId === null ? undefined : view.charges.get(one.chargeId);
      if (one.approval === null || charge === undefined) continue;
      judged += 1;
      if (one.approval.amountYen !== charge.amountYen)
        violate(
          charge.id,
          one.approval.atMs,
          `${one.acquirer} approved ${one.approval.amountYen} yen, the gateway asked ${charge.amountYen}`,
        );
    }
    return { judged, violations };
  },
});
