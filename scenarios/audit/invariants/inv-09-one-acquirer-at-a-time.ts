/**
 * No authorisation is sent to a second acquirer while the fate of the first is open.
 *
 * Read from the bytes that left the gateway and came back (`wire.ts`), not from what the gateway
 * thinks it knows. "Not found" closes nothing here: a queued request may still be carried out.
 */
import type { SentAuthorisation } from '../exchanges.ts';
import { ofBooks, type Violation } from '../invariant.ts';

export const inv09 = ofBooks({
  id: 'INV-09',
  title: 'no authorisation at a second acquirer while the first is unknown',
  comparesAcquirers: true,
  judge(view) {
    const byCharge = new Map<string, SentAuthorisation[]>();
    let judged = 0;
    for (const sent of view.exchanges.authorisations()) {
      const chargeId = view.chargeOf(sent.acquirer, sent.reference);
      if (chargeId === null) continue;
      judged += 1;
      const own = byCharge.get(chargeId);
      if (own === undefined) byCharge.set(chargeId, [sent]);
      else own.push(sent);
    }
    const violations: Violation[] = [];
    for (const [chargeId, own] of byCharge)
      for (const second of own) {
        const open = own.find(
          (first) =>
            first.acquirer !== second.acquirer &&
            first.sentMs <= second.sentMs &&
            first !== second &&
            (first.definiteFromMs === null || first.definiteFromMs > second.sentMs),
        );
        if (open === undefined) continue;
        violations.push({
          atMs: second.sentMs,
          objects: [chargeId, open.reference, second.reference],
          text: [
            `${second.reference} was sent to ${second.acquirer} at ${Math.round(second.sentMs)} ms while ${open.reference} at ${open.acquirer} was open since ${Math.round(open.sentMs)} ms`,
            view.story(chargeId),
          ].join('\n'),
        });
      }
    return { judged, violations };
  },
});
