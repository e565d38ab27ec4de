/**
 * What a merchant was told is done is in the book at the end, whatever died in between: no
 * acknowledged charge, capture or refund is forgotten or taken back.
 */
import { createNotebook, type Invariant } from '../invariant.ts';

export const inv37: Invariant = {
  id: 'INV-37',
  title: 'no acknowledged write is lost',
  watch() {
    return {
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const lost = (chargeId: string, atMs: number | null, what: string): void =>
          violate({ atMs, objects: [chargeId], text: [what, view.story(chargeId)].join('\n') });
        for (const { chargeId, member, capturedToldMs, refundedYen } of view.told.values()) {
          judged();
          const charge = view.charges.get(chargeId);
          if (charge === undefined) {
            lost(
              chargeId,
              capturedToldMs,
              `${member} was told of ${chargeId}, and the gateway's book has no such charge`,
            );
            continue;
          }
          if (capturedToldMs !== null && charge.state !== 'captured')
            lost(
              chargeId,
              capturedToldMs,
              `${member} was told that ${chargeId} is captured, and the book says ${charge.state}`,
            );
          else if (refundedYen > charge.refundedYen && charge.state === 'captured')
            lost(
              chargeId,
              capturedToldMs,
              `${member} was told of ${refundedYen} yen refunded of ${chargeId}, the book has ${charge.refundedYen}`,
            );
        }
        return judgement();
      },
    };
  },
};
