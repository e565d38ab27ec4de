/**
 * Who may ask how often: GCRA per (merchant, mode, zone), and a cap on concurrent requests.
 *
 * A refusal stores nothing and has no side effect, because SDKs blindly repeat a POST after 429
 * (design.md section 6). One gateway instance counts for itself.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock } from '../ports.ts';
import { decide, type Gcra, gcraOf } from './gcra.ts';

export type Zone = keyof Policy['limits']['zones'];

export interface Limited {
  readonly merchantId: string;
  readonly mode: 'live' | 'test';
  readonly zone: Zone;
}

export type Taken = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number };

export interface Limiter {
  /** Spends one request of the merchant's rate. `retryAfterMs` is rounded up to whole milliseconds. */
  take(request: Limited): Taken;
  /** Takes a slot among the merchant's concurrent requests. False: refused, and nothing to leave. */
  enter(merchantId: string): boolean;
  /** Gives the slot of a successful `enter` back. */
  leave(merchantId: string): void;
  /** Entries held, for the test that memory stays bounded. */
  size(): number;
}

/** Below this many entries nobody sweeps: 40 kB at most, and ordinary worlds stay under it. */
const sweepFloor = 512;

const admitted: Taken = { allowed: true };

export const createLimiter = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
  readonly policy: Pick<Policy, 'limits'>;
}): Limiter => {
  const { clock } = deps;
  const { enabled, activeFrom, zones, inFlightMax } = deps.policy.limits;
  const limits: Record<Zone, Gcra> = { pk: gcraOf(zones.pk), payment: gcraOf(zones.payment), sk: gcraOf(zones.sk) };
  const activeFromWallMs = activeFrom === undefined ? Number.NEGATIVE_INFINITY : Date.parse(activeFrom);
  const tatsUs = new Map<string, number>();
  const inFlight = new Map<string, number>();
  let sweepAt = sweepFloor;

  // Asked on every call and not remembered: wall time may be set back.
  const active = (): boolean => enabled && clock.wallMs() >= activeFromWallMs;

  /**
   * Forgets full buckets, which are the same as absent ones. It runs when the table has doubled
   * since the last sweep: constant cost per request on average, and at most twice the entries
   * that are really in use.
   */
  const sweep = (nowUs: number): void => {
    for (const [key, tatUs] of tatsUs) if (tatUs <= nowUs) tatsUs.delete(key);
    sweepAt = Math.max(sweepFloor, tatsUs.size * 2);
  };

  return {
    take: ({ merchantId, mode, zone }) => {
      if (!active()) return admitted;
      const nowUs = Math.round(clock.monotonicMs() * 1000);
      const key = `${mode}/${zone}/${merchantId}`;
      const decision = decide(tatsUs.get(key) ?? 0, nowUs, 1, limits[zone]);
      if (!decision.allowed) return { allowed: false, retryAfterMs: Math.ceil(decision.retryAfterUs / 1000) };
      tatsUs.set(key, decision.tatUs);
      if (tatsUs.size > sweepAt) sweep(nowUs);
      return admitted;
    },
    enter: (merchantId) => {
      // Counted even while limits are off, or a request begun before `activeFrom` and ended
      // after it would give back a slot it never took.
      const count = inFlight.get(merchantId) ?? 0;
      if (count >= inFlightMax && active()) return false;
      inFlight.set(merchantId, count + 1);
      return true;
    },
    leave: (merchantId) => {
      const count = inFlight.get(merchantId);
      if (count === undefined) throw new Error(`leave without enter: ${merchantId}`);
      if (count === 1) inFlight.delete(merchantId);
      else inFlight.set(merchantId, count - 1);
    },
    size: () => tatsUs.size + inFlight.size,
  };
};
