/** Nothing is begun upstream for a request whose time is over: its own deadline, or the policy's. */
import { createNotebook, type Invariant, second } from '../invariant.ts';

export const inv25: Invariant = {
  id: 'INV-25',
  title: 'no authorisation is begun after its request ran out of time',
  watch({ promises: { deadlineMs } }) {
    if (deadlineMs === null) return { judge: () => createNotebook().judgement() };
    return {
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        for (const { acquirer, reference, sentMs } of view.exchanges.authorisations()) {
          const chargeId = view.chargeOf(acquirer, reference);
          const payment = chargeId === null ? undefined : view.asked.payment(chargeId);
          if (payment === undefined || payment.arrivedMs > sentMs) continue;
          judged();
          const untilMs = payment.arrivedMs + Math.min(payment.deadlineMs ?? deadlineMs, deadlineMs);
          if (sentMs <= untilMs) continue;
          violate({
            atMs: sentMs,
            objects: [payment.chargeId, reference],
            text: [
              `${reference} was sent to ${acquirer} at ${second(sentMs)}, ${second(sentMs - untilMs)} after its request had run out of time`,
              view.story(payment.chargeId),
            ].join('\n'),
          });
        }
        return judgement();
      },
    };
  },
};
