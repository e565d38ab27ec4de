/**
 * What the gateway leans on may fail, and each failure has its written answer: the shared place of
 * limits lost costs no answers and lifts no limit; a directory server that is away lets no payment
 * through that needs it (INV-12); a status page that is away costs nobody an answer.
 *
 * Judged here: as long as the shared place is lost, no merchant gets more than a quarter above its
 * rate past the limits, over any minute (`gateway/limits` writes that bound down). One whose answers
 * are good may have borrowed spare capacity beside it.
 */
import type { Asked } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';

const minuteMs = 60_000;
const above = 1.25;
/** For the edges of the minute and for what an instance had in hand. */
const margin = 1.1;
/** Whoever has more bad answers than this borrows nothing. */
const badShareMax = 0.5;

interface Passed {
  readonly times: number[];
  bad: number;
}

export const inv45: Invariant = {
  id: 'INV-45',
  title: 'limits hold without the place they share',
  watch({ promises: { rates, instances, surge } }) {
    if (rates === null || instances < 2) return { judge: () => createNotebook().judgement() };
    const lost: { readonly fromMs: number; toMs: number }[] = [];
    /** By merchant: payments let through while the place was lost. */
    const passed = new Map<string, Passed>();
    const isLost = (atMs: number): boolean => lost.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
    const payments: ReadonlySet<Asked['kind']> = new Set(['create', 'capture', 'refund']);
    return {
      logged({ fields, atMs }) {
        const last = lost.at(-1);
        const isOpen = last !== undefined && last.toMs === Number.POSITIVE_INFINITY;
        if (fields.event === 'shared.lost' && !isOpen) lost.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY });
        else if (fields.event === 'shared.back' && isOpen) last.toMs = atMs;
      },
      asked({ kind, key, exchange, decidedBy, status }) {
        if (lost.length === 0 || key === null || !payments.has(kind) || exchange.arrivedMs === null) return;
        if (decidedBy === 'gateway-limiter' || status === null || !isLost(exchange.arrivedMs)) return;
        let own = passed.get(key.merchant);
        if (own === undefined) {
          own = { times: [], bad: 0 };
          passed.set(key.merchant, own);
        }
        own.times.push(exchange.arrivedMs);
        if (status >= 400) own.bad += 1;
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        // Every instance gives its whole burst once.
        const own = rates.payment.ratePerSecond * 60 * above + rates.payment.burst * instances;
        const borrowed = surge === null ? 0 : surge.ratePerSecond * 60 * above + surge.burst * instances;
        for (const [merchant, { times: unsorted, bad }] of passed) {
          const most = (own + (bad > unsorted.length * badShareMax ? 0 : borrowed)) * margin;
          const times = unsorted.toSorted((one, other) => one - other);
          judged(times.length);
          let first = 0;
          for (const [index, atMs] of times.entries()) {
            while (times[first]! < atMs - minuteMs) first += 1;
            if (index - first + 1 <= most) continue;
            violate({
              atMs,
              objects: [merchant],
              text: `${merchant} got ${index - first + 1} payments past the limits within a minute at ${second(atMs)}, while the shared place was lost; ${Math.floor(most)} is the bound`,
            });
            break;
          }
        }
        return judgement();
      },
    };
  },
};
