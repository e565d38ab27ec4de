/** Test keys see test objects and live keys live ones, and nothing of test mode reaches an acquirer. */
import { createNotebook, type Invariant, second } from '../invariant.ts';

export const inv33: Invariant = {
  id: 'INV-33',
  title: 'test mode and live mode never meet',
  watch({ asked: book }) {
    const { judged, violate, judgement } = createNotebook();
    return {
      asked({ key, status, exchange }) {
        if (key === null || status !== 200) return;
        const at = exchange.replyBody.indexOf('"livemode":');
        if (at < 0) return;
        judged();
        const isLive = exchange.replyBody.startsWith('true', at + 11);
        if (isLive === key.livemode) return;
        violate({
          atMs: exchange.endedMs,
          objects: [key.merchant],
          text: `${key.merchant} used a ${key.livemode ? 'live' : 'test'} key for ${exchange.method} ${exchange.path} and got ${isLive ? 'live' : 'test'} data at ${second(exchange.endedMs)}`,
        });
      },
      judge(view) {
        const all = createNotebook();
        const already = judgement();
        all.judged(already.judged);
        for (const violation of already.violations) all.violate(violation);
        for (const { acquirer, reference, sentMs } of view.exchanges.authorisations()) {
          const chargeId = view.chargeOf(acquirer, reference);
          const payment = chargeId === null ? undefined : book.payment(chargeId);
          if (payment === undefined) continue;
          all.judged();
          if (!payment.livemode)
            all.violate({
              atMs: sentMs,
              objects: [payment.chargeId, reference],
              text: `${payment.chargeId} was made with a test key and sent to ${acquirer} at ${second(sentMs)}`,
            });
        }
        return all.judgement();
      },
    };
  },
};
