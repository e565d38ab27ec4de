/**
 * Amount and merchant are the same in what the merchant asked, what the gateway recorded and what the acquirer
 * approved; amount and card number are those of the request on the wire.
 */
import { ofBooks, type Violation } from '../invariant.ts';

export const inv10 = ofBooks({
  id: 'INV-10',
  title: 'what was sent is what the merchant asked: amount, card and merchant',
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
    for (const { acquirer, reference, sentMs, card, amountYen } of view.exchanges.authorisations()) {
      const chargeId = view.chargeOf(acquirer, reference);
      const asked = chargeId === null ? undefined : view.asked.payment(chargeId);
      if (asked === undefined) continue;
      judged += 1;
      if (card !== null && asked.card !== null && card !== asked.card)
        violate(asked.chargeId, sentMs, `${acquirer} was sent another card under ${reference} than the buyer's`);
      else if (amountYen !== null && asked.amountYen !== null && amountYen !== asked.amountYen)
        violate(
          asked.chargeId,
          sentMs,
          `${acquirer} was sent ${amountYen} yen under ${reference}, ${asked.amountYen} were asked`,
        );
    }
    return { judged, violations };
  },
});
