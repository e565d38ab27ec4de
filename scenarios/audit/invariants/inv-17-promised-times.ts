/**
 * Nothing ends before the time that was promised, whatever the clocks do: a hold is let go, or its
 * capture refused as too late, only after the end that its merchant was shown.
 *
 * That no idempotency key is forgotten early is INV-13's and INV-15's to see.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';

/** Promised ends are whole seconds. */
const graceMs = 1_000;

export const inv17: Invariant = {
  id: 'INV-17',
  title: 'no hold ends before the time its merchant was promised',
  comparesAcquirers: true,
  watch({ asked }) {
    const refused: { chargeId: string; atMs: number }[] = [];
    return {
      asked({ kind, status, objectId, exchange }) {
        if (kind !== 'capture' || status === null || status < 400 || objectId === null) return;
        if (exchange.replyBody.includes('"charge_expired"') && refused.length < 10_000)
          refused.push({ chargeId: objectId, atMs: exchange.answeredMs ?? exchange.endedMs });
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        for (const { chargeId, heldUntilMs, touched } of asked.payments()) {
          if (heldUntilMs === null) continue;
          judged();
          if (touched) continue;
          for (const { acquirer, transaction, approved } of view.heldOf(chargeId)) {
            const voided = approved.find(({ kind }) => kind === 'void');
            // Only what is let go altogether: a hold that is renewed is one hold to its merchant.
            const lives = view.charges.get(chargeId)?.state === 'authorised';
            if (voided === undefined || lives || voided.atMs >= heldUntilMs - graceMs) continue;
            violate({
              atMs: voided.atMs,
              objects: [chargeId, transaction.transactionId],
              text: [
                `${chargeId} was promised until ${second(heldUntilMs)}, nobody asked for it, and ${acquirer} was told to let it go at ${second(voided.atMs)}`,
                view.story(chargeId),
              ].join('\n'),
            });
          }
        }
        for (const { chargeId, atMs } of refused) {
          const until = asked.payment(chargeId)?.heldUntilMs ?? null;
          if (until === null) continue;
          judged();
          if (atMs < until - graceMs)
            violate({
              atMs,
              objects: [chargeId],
              text: [
                `a capture of ${chargeId} was refused as too late at ${second(atMs)}, promised until ${second(until)}`,
                view.story(chargeId),
              ].join('\n'),
            });
        }
        return judgement();
      },
    };
  },
};
