/**
 * Idle capacity is usable: nobody is told that the acquirers have no room while nothing at all was
 * on its way to any of them.
 */
import { createNotebook, type Invariant, second } from '../invariant.ts';

const stepMs = 50;
const before = 6_000;

export const inv20: Invariant = {
  id: 'INV-20',
  title: 'nobody is turned away for want of room while nothing is on its way upstream',
  watch() {
    /** One bit a step: something was in flight. Grown as the day goes on. */
    let busy = new Uint8Array(65_536);
    const refused: { readonly merchant: string; readonly fromMs: number; readonly toMs: number }[] = [];
    const stepAt = (atMs: number): number => Math.max(0, Math.floor(atMs / stepMs) + before);
    return {
      upstream({ exchange }) {
        const to = stepAt(exchange.endedMs);
        if (to >= busy.length) {
          const grown = new Uint8Array(Math.max(busy.length * 2, to + 1));
          grown.set(busy);
          busy = grown;
        }
        busy.fill(1, stepAt(exchange.sentMs), to + 1);
      },
      asked({ key, status, decidedBy, exchange }) {
        if (status !== 429 || decidedBy !== 'gateway-limiter' || !exchange.replyBody.includes('acquirers')) return;
        if (exchange.arrivedMs === null || refused.length >= 50_000) return;
        const toMs = exchange.answeredMs ?? exchange.arrivedMs;
        refused.push({ merchant: key?.merchant ?? '?', fromMs: exchange.arrivedMs, toMs });
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const { merchant, fromMs, toMs } of refused) {
          judged();
          // A second before it, too: what has just ended may not be counted as ended yet.
          const idle = busy.subarray(stepAt(fromMs - 1_000), stepAt(toMs) + 1).indexOf(1) < 0;
          if (idle)
            violate({
              atMs: fromMs,
              objects: [merchant],
              text: `${merchant} was told at ${second(toMs)} that the acquirers are at capacity, and nothing was on its way to them`,
            });
        }
        return judgement();
      },
    };
  },
};
