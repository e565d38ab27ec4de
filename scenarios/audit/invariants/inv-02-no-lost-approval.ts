/**
 * Every approval an acquirer still holds or has captured belongs to a live charge of the gateway at
 * that acquirer; all others were voided. A charge can own one: a second approval is a lost one.
 */
import { ofBooks, type Violation } from '../invariant.ts';

export const inv02 = ofBooks({
  id: 'INV-02',
  title: 'every approval is matched by a live charge, or voided',
  settled: true,
  comparesAcquirers: true,
  judge(view) {
    const owned = new Set<string>();
    const violations: Violation[] = [];
    let judged = 0;
    for (const one of view.held) {
      if (one.approval === null) continue;
      judged += 1;
      const { state } = one.transaction;
      if (state !== 'authorised' && state !== 'captured') continue;
      const charge = one.chargeId === null ? undefined : view.charges.get(one.chargeId);
      const lives = charge !== undefined && (charge.state === 'authorised' || charge.state === 'captured');
      if (lives && charge.acquirer === one.acquirer && !owned.has(charge.id)) {
        owned.add(charge.id);
        continue;
      }
      const owner =
        charge === undefined ? 'no charge' : `charge ${charge.id} (${charge.state} at ${charge.acquirer ?? '-'})`;
      violations.push({
        atMs: one.approval.atMs,
        objects: [one.transaction.transactionId, ...(one.chargeId === null ? [] : [one.chargeId])],
        text: [
          `${one.acquirer} has ${one.transaction.transactionId} ${state} for ${owner}`,
          view.story(one.chargeId, [one]),
        ].join('\n'),
      });
    }
    return { judged, violations };
  },
});
