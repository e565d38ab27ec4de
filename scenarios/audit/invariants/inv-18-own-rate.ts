/**
 * A merchant that keeps within the rate it was promised is never refused for its rate, whatever
 * the others do. (The whole counterfactual, the same day without the abuser, takes a second run.)
 *
 * Its rate is counted here from when its requests arrived, a little stricter than promised, so that
 * a request on the very edge is nobody's violation. Merchants that were told of abuse, or paused,
 * have less than their rate, and are left out.
 */
import type { Asked } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import type { PromisedRate } from '../promises.ts';

type Zone = 'pk' | 'payment' | 'sk';

interface Lane {
  readonly merchant: string;
  readonly zone: Zone;
  readonly arrivedMs: number[];
  readonly refusedMs: number[];
}

const zoneOf = ({ kind, key }: Asked): Zone => {
  if (key?.isSecret === false) return 'pk';
  return kind === 'create' || kind === 'capture' || kind === 'refund' ? 'payment' : 'sk';
};

/** Of the rate that is promised, how much a merchant may use to be called within it. */
const edge = 0.9;

/** Arrivals at which the rate was kept, in order of time; the others spend nothing. */
export const within = (arrivals: readonly number[], { ratePerSecond, burst }: PromisedRate): ReadonlySet<number> => {
  const stepMs = 1000 / (ratePerSecond * edge);
  const ahead = Math.max(0, Math.floor(burst * edge) - 1) * stepMs;
  let dueMs = Number.NEGATIVE_INFINITY;
  const kept = new Set<number>();
  for (const atMs of arrivals) {
    if (dueMs - atMs > ahead) continue;
    dueMs = Math.max(dueMs, atMs) + stepMs;
    kept.add(atMs);
  }
  return kept;
};

export const inv18: Invariant = {
  id: 'INV-18',
  title: 'a merchant within its own rate is never refused for its rate',
  watch({ promises }) {
    const lanes = new Map<string, Lane>();
    /** By merchant's receiver: the name in the path of its own server. */
    const abusers = new Set<string>();
    if (promises.rates === null) return { judge: () => createNotebook().judgement() };
    const { rates } = promises;
    return {
      asked(asked) {
        const { key, exchange, decidedBy, status } = asked;
        if (key === null || !key.livemode || exchange.arrivedMs === null) return;
        if (decidedBy === 'gateway-paused') abusers.add(key.merchant);
        const zone = zoneOf(asked);
        const name = `${key.merchant} ${zone}`;
        let lane = lanes.get(name);
        if (lane === undefined) {
          lane = { merchant: key.merchant, zone, arrivedMs: [], refusedMs: [] };
          lanes.set(name, lane);
        }
        lane.arrivedMs.push(exchange.arrivedMs);
        // An acquirer without room is not the merchant's rate, and its answer says so.
        const isRate = status === 429 && decidedBy === 'gateway-limiter' && !exchange.replyBody.includes('acquirers');
        if (isRate && exchange.arrivedMs >= promises.ratesFromMs) lane.refusedMs.push(exchange.arrivedMs);
      },
      posted(exchange) {
        if (exchange.requestBody.includes('"type":"abuse"')) abusers.add(exchange.path.split('/', 2)[1] ?? '');
      },
      logged({ fields }) {
        if (fields.event.startsWith('abuse.') && typeof fields.merchant === 'string') abusers.add(fields.merchant);
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const { merchant, zone, arrivedMs, refusedMs } of lanes.values()) {
          judged(arrivedMs.length);
          if (refusedMs.length === 0 || abusers.has(merchant)) continue;
          const kept = within(
            arrivedMs.toSorted((one, other) => one - other),
            rates[zone],
          );
          for (const atMs of refusedMs)
            if (kept.has(atMs))
              violate({
                atMs,
                objects: [merchant],
                text: `${merchant} was within its ${zone} rate of ${rates[zone].ratePerSecond}/s and refused for it at ${second(atMs)}`,
              });
        }
        return judgement();
      },
    };
  },
};
