/**
 * A capture comes before the authorisation's end, takes no more than was authorised, and never
 * follows a void: read from the acquirers' rows, with the end that the gateway promised.
 */
import { ofBooks, type Violation } from '../invariant.ts';

export const inv11 = ofBooks({
  id: 'INV-11',
  title: 'no capture after expiry, beyond the authorised amount, or after a void',
  comparesAcquirers: true,
  judge(view) {
    const violations: Violation[] = [];
    let judged = 0;
    for (const { acquirer, transaction, chargeId, approved, captures } of view.held) {
      const charge = chargeId === null ? undefined : view.charges.get(chargeId);
      for (const capture of captures) {
        judged += 1;
        const voided = approved.slice(0, approved.indexOf(capture)).find((row) => row.kind === 'void');
        const expiresMs = charge?.expiresMs ?? null;
        const wrong =
          voided !== undefined
            ? `after the void at ${Math.round(voided.atMs)} ms`
            : transaction.capturedYen > transaction.authorisedYen
              ? `${transaction.capturedYen} yen of ${transaction.authorisedYen} authorised`
              : expiresMs !== null && capture.atMs > expiresMs
                ? `${Math.round(capture.atMs - expiresMs)} ms after the authorisation had ended`
                : null;
        if (wrong === null) continue;
        violations.push({
          atMs: capture.atMs,
          objects: [transaction.transactionId, ...(chargeId === null ? [] : [chargeId])],
          text: [`${acquirer} captured ${transaction.reference}: ${wrong}`, view.story(chargeId)].join('\n'),
        });
      }
    }
    return { judged, violations };
  },
});
