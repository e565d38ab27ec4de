/** 0 <= refunded <= captured <= authorised, in whole yen, in all three books. */
import { ofBooks, type Violation } from '../invariant.ts';

const inOrder = (amounts: readonly number[]): boolean =>
  amounts.every(
    (amount, index) => Number.isSafeInteger(amount) && amount >= (index === 0 ? 0 : (amounts[index - 1] ?? 0)),
  );

export const inv07 = ofBooks({
  id: 'INV-07',
  title: '0 <= refunded <= captured <= authorised, in whole yen',
  comparesAcquirers: true,
  judge(view) {
    const violations: Violation[] = [];
    let judged = 0;
    const check = (
      who: string,
      id: string,
      chargeId: string | null,
      amounts: readonly number[],
      atMs: number | null,
    ): void => {
      judged += 1;
      if (!inOrder(amounts))
        violations.push({
          atMs,
          objects: [id],
          text: [`${who} ${id}: refunded, captured, authorised are ${amounts.join(', ')}`, view.story(chargeId)].join(
            '\n',
          ),
        });
    };
    for (const charge of view.charges.values())
      check('gateway', charge.id, charge.id, [charge.refundedYen, charge.capturedYen, charge.amountYen], null);
    for (const one of view.held) {
      const { transactionId, refundedYen, capturedYen, authorisedYen, atMs } = one.transaction;
      check(one.acquirer, transactionId, one.chargeId, [refundedYen, capturedYen, authorisedYen], atMs);
    }
    for (const told of view.told.values())
      check(
        `told ${told.member}`,
        told.chargeId,
        told.chargeId,
        [told.refundedYen, told.capturedYen, told.amountYen],
        told.capturedToldMs,
      );
    return { judged, violations };
  },
});
