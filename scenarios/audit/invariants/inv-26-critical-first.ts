/**
 * Captures and refunds go through while new payments are shed: of those that ordinary merchants ask
 * for in such a second, at most one in ten thousand is turned away for want of room or by a breaker.
 *
 * A merchant's own rate is its own affair, and so is a merchant's wish to be refused rather than deferred.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { ownText } from '../own-text.ts';

const share = 1e-4;

export const inv26: Invariant = {
  id: 'INV-26',
  title: 'captures and refunds succeed while new payments are shed',
  watch({ promises: { reservesForCritical, defers } }) {
    if (!reservesForCritical || !defers) return { judge: () => createNotebook().judgement() };
    /** Whole seconds in which a create was turned away. */
    const shedding = new Set<number>();
    const critical: {
      readonly secondOf: number;
      readonly chargeId: string;
      readonly atMs: number;
      readonly refused: boolean;
    }[] = [];
    return {
      asked({ kind, exchange, decidedBy, status, objectId }) {
        if (exchange.arrivedMs === null || status === null) return;
        const room = exchange.replyBody.includes('acquirers') && status === 429;
        const turnedAway = room || (status === 503 && decidedBy === 'gateway-breaker');
        const secondOf = Math.floor(exchange.arrivedMs / 1000);
        if (kind === 'create') {
          if (turnedAway) shedding.add(secondOf);
        } else if ((kind === 'capture' || kind === 'refund') && critical.length < 500_000)
          critical.push({ secondOf, chargeId: ownText(objectId ?? ''), atMs: exchange.arrivedMs, refused: turnedAway });
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const during = critical.filter(({ secondOf }) => shedding.has(secondOf) || shedding.has(secondOf - 1));
        judged(during.length);
        const refused = during.filter((one) => one.refused);
        if (refused.length > during.length * share)
          for (const { chargeId, atMs } of refused)
            violate({
              atMs,
              objects: [chargeId],
              text: [
                `${chargeId} was turned away at ${second(atMs)} while new payments were shed (${refused.length} of ${during.length})`,
                view.story(chargeId),
              ].join('\n'),
            });
        return judgement();
      },
    };
  },
};
