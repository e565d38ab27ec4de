/**
 * The generic cell rate algorithm: one integer per limited thing, no refill job.
 *
 * `tatUs` is the theoretical arrival time: the moment at which everything admitted so far would
 * have arrived had it come evenly spaced. A request may run ahead of its time by `burst`
 * intervals. It admits exactly what a token bucket of `burst` tokens, refilled one per interval,
 * would (resilience-patterns section 1); the test drives such a bucket beside it.
 */
import type { ZoneLimit } from '../policy/limits.ts';

export interface Gcra {
  /** Microseconds that one request of cost 1 pays for: 1e6 / rate. */
  readonly intervalUs: number;
  /** Requests of cost 1 that pass back to back from rest. */
  readonly burst: number;
}

export interface GcraDecision {
  readonly allowed: boolean;
  /** What to store: moved when allowed, as it was when refused. */
  readonly tatUs: number;
  /** 0 when allowed; else the same request passes exactly this much later, if nothing else came. */
  readonly retryAfterUs: number;
  /** Requests of cost 1 that would pass now, after this one. */
  readonly remaining: number;
}

/**
 * The interval is whole microseconds, so a rate that does not divide 1e6 is off by at most half
 * a microsecond per request (30/s: 0.001 %). Never below 1, or a huge rate would become no limit.
 */
export const gcraOf = (zone: ZoneLimit): Gcra => ({
  intervalUs: Math.max(1, Math.round(1e6 / zone.ratePerSecond)),
  burst: zone.burst,
});

/**
 * Decides one request. All times are whole microseconds of the monotonic clock; a first request
 * has `tatUs` 0 or anything in the past.
 *
 * @throws RangeError when `cost` exceeds the burst: no waiting would ever admit it.
 */
export const decide = (tatUs: number, nowUs: number, cost: number, limit: Gcra): GcraDecision => {
  if (cost > limit.burst) throw new RangeError(`cost ${cost} exceeds burst ${limit.burst}`);
  const depthUs = limit.burst * limit.intervalUs;
  const startUs = Math.max(nowUs, tatUs);
  const movedUs = startUs + cost * limit.intervalUs;
  const allowedFromUs = movedUs - depthUs;
  if (nowUs < allowedFromUs) {
    const remaining = Math.floor((depthUs - (startUs - nowUs)) / limit.intervalUs);
    return { allowed: false, tatUs, retryAfterUs: allowedFromUs - nowUs, remaining };
  }
  const remaining = Math.floor((depthUs - (movedUs - nowUs)) / limit.intervalUs);
  return { allowed: true, tatUs: movedUs, retryAfterUs: 0, remaining };
};
