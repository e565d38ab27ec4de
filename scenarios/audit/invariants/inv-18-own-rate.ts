/**
 * A merchant that keeps within the rate it was promised is never refused for its rate, whatever
 * the others do. (The whole counterfactual, the same day without the abuser, takes a second run.)
 *
 * What it has used up is counted here from what was let in, when that arrived, with a little less to
 * spend than was promised, so that a request on the very edge is nobody's violation. Merchants that
 * were told of abuse, or paused, have less than their rate from then on, and are left out from then on. So is a refusal of
 * one that had as many requests under way as it may have: that is another limit with the same words.
 */
import type { Asked } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import type { PromisedRate } from '../promises.ts';

type Zone = 'pk' | 'payment' | 'sk';

interface Arrival {
  readonly atMs: number;
  /** For its rate. */
  readonly refused: boolean;
}

/** A request that was let in, for as long as it counted as under way. */
interface Stay {
  readonly instance: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Lane {
  readonly merchant: string;
  readonly zone: Zone;
  readonly arrivals: Arrival[];
}

/** Paths of payments beside charges' own: they begin or change what is paid (payjp-api section 1.4). */
const paying = /^\/v1\/(?:charges\/[^/?]+\/reauth|subscriptions(?:\/[^/?]+(?:\/resume)?)?)(?:\?|$)/;

const zoneOf = ({ kind, key, exchange: { method, path } }: Asked): Zone => {
  if (key?.isSecret === false) return 'pk';
  if (kind === 'create' || kind === 'capture' || kind === 'refund' || kind === 'finish') return 'payment';
  return method !== 'GET' && paying.test(path) ? 'payment' : 'sk';
};

/** Of the rate that is promised, how much a merchant may use to be called within it. */
const edge = 0.9;

/** Refusals at which the rate had room left; in order of time. What is refused spends nothing. */
export const unjust = (arrivals: readonly Arrival[], { ratePerSecond, burst }: PromisedRate): readonly number[] => {
  const stepMs = 1000 / (ratePerSecond * edge);
  const ahead = Math.max(0, Math.floor(burst * edge) - 1) * stepMs;
  let dueMs = Number.NEGATIVE_INFINITY;
  const found: number[] = [];
  for (const { atMs, refused } of arrivals)
    if (!refused)
      // Beyond its burst it was lent to from what others leave, and that is not its own.
      dueMs = Math.min(Math.max(dueMs, atMs) + stepMs, atMs + burst * stepMs);
    else if (dueMs - atMs <= ahead) found.push(atMs);
  return found;
};

/**
 * Had the merchant nearly as many requests under way as it may have, altogether, or at one instance of those that each go
 * by a share while the shared place is away?
 */
const isCrowded = (stays: readonly Stay[], atMs: number, max: number, instances: number): boolean => {
  const there = stays.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  const counts = new Map<string, number>();
  for (const { instance } of there) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  return there.length >= max * edge || Math.max(0, ...counts.values()) >= Math.ceil(max / instances) * edge;
};

export const inv18: Invariant = {
  id: 'INV-18',
  title: 'a merchant within its own rate is never refused for its rate',
  watch({ promises }) {
    const lanes = new Map<string, Lane>();
    const stays = new Map<string, Stay[]>();
    /** Since when; by merchant, or by the name in the path of its own server. */
    const abusers = new Map<string, number>();
    const abuses = (merchant: string, atMs: number): void => {
      abusers.set(merchant, Math.min(atMs, abusers.get(merchant) ?? atMs));
    };
    if (promises.rates === null) return { judge: () => createNotebook().judgement() };
    const { rates, merchantInFlight, instances } = promises;
    const stay = (merchant: string, one: Stay): void => {
      const own = stays.get(merchant);
      if (own === undefined) stays.set(merchant, [one]);
      else own.push(one);
    };
    return {
      asked(asked) {
        const { key, exchange, decidedBy, status } = asked;
        if (key === null || exchange.arrivedMs === null) return;
        const { to: instance, arrivedMs: fromMs, answeredMs, endedMs } = exchange;
        const wasRefused = status === 429 && decidedBy === 'gateway-limiter';
        if (merchantInFlight !== null && !wasRefused)
          stay(key.merchant, { instance, fromMs, toMs: answeredMs ?? endedMs + merchantInFlight.slotMs });
        if (!key.livemode) return;
        if (decidedBy === 'gateway-paused') abuses(key.merchant, fromMs);
        const zone = zoneOf(asked);
        const name = `${key.merchant} ${zone}`;
        let lane = lanes.get(name);
        if (lane === undefined) {
          lane = { merchant: key.merchant, zone, arrivals: [] };
          lanes.set(name, lane);
        }
        // An acquirer without room is not the merchant's rate, and its answer says so.
        const isRate = wasRefused && !exchange.replyBody.includes('acquirers');
        lane.arrivals.push({ atMs: fromMs, refused: isRate && fromMs >= promises.ratesFromMs });
      },
      posted(exchange) {
        if (exchange.requestBody.includes('"type":"abuse"'))
          abuses(exchange.path.split('/', 2)[1] ?? '', exchange.sentMs);
      },
      logged({ fields, atMs }) {
        if (fields.event.startsWith('abuse.') && typeof fields.merchant === 'string') abuses(fields.merchant, atMs);
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const { merchant, zone, arrivals } of lanes.values()) {
          judged(arrivals.length);
          if (!arrivals.some(({ refused }) => refused)) continue;
          const sinceMs = abusers.get(merchant) ?? Number.POSITIVE_INFINITY;
          const before = arrivals.filter(({ atMs }) => atMs < sinceMs);
          for (const atMs of unjust(
            before.toSorted((one, other) => one.atMs - other.atMs),
            rates[zone],
          )) {
            const own = stays.get(merchant) ?? [];
            if (merchantInFlight !== null && isCrowded(own, atMs, merchantInFlight.max, instances)) continue;
            violate({
              atMs,
              objects: [merchant],
              text: `${merchant} was within its ${zone} rate of ${rates[zone].ratePerSecond}/s and refused for it at ${second(atMs)}`,
            });
          }
        }
        return judgement();
      },
    };
  },
};
