/**
 * Who may ask how often: GCRA per (merchant, mode, zone), a cap on concurrent requests, spare
 * capacity for merchants of good standing, and a rate per address before any key is looked up.
 *
 * A refusal stores nothing and has no side effect, because SDKs blindly repeat a POST after 429
 * (design.md section 6).
 */
import type { Limits } from '../policy/limits.ts';
import type { Clock } from '../ports.ts';
import { type Gcra, gcraOf } from './gcra.ts';
import type { Sharing, Verdict } from './sharing.ts';

export type Zone = keyof Limits['zones'];

export interface Limited {
  readonly merchantId: string;
  readonly mode: 'live' | 'test';
  readonly zone: Zone;
}

export type Admitted =
  /** `holder` goes back with `leave`. */
  | { readonly allowed: true; readonly holder: string | null }
  | { readonly allowed: false; readonly by: Zone | 'concurrency'; readonly retryAfterMs: number };

/** What abuse control knows of a merchant, asked on every call. */
export interface Standing {
  /** Part of its rate that the merchant has now; 1 unless it is held. */
  shareOf(merchantId: string): number;
  /** May it have more than its rate, if there is any? */
  mayBorrow(merchantId: string): boolean;
}

export interface Limiter {
  /** Spends one request of the merchant's rate and takes a slot; `retryAfterMs` is whole milliseconds, rounded up. */
  admit(request: Limited): Admitted | Promise<Admitted>;
  /** Gives the slot of an admitted request back, exactly once. */
  leave(merchantId: string, holder: string | null): void;
  /** Milliseconds until an address may try a key that is not known; 0: now, and counted. */
  tryKey(address: string): number | Promise<number>;
  /** Numbers of another policy, from the next request on. */
  apply(limits: Limits): void;
}

export interface LimiterDeps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly policy: { readonly limits: Limits };
  readonly sharing: Sharing;
  readonly standing: Standing;
}

/** Everything that is computed once from a policy. */
const prepare = (limits: Limits) => ({
  limits,
  activeFromMs: limits.activeFrom === undefined ? Number.NEGATIVE_INFINITY : Date.parse(limits.activeFrom),
  live: { pk: gcraOf(limits.zones.pk), payment: gcraOf(limits.zones.payment), sk: gcraOf(limits.zones.sk) },
  test: { pk: gcraOf(limits.testZones.pk), payment: gcraOf(limits.testZones.payment), sk: gcraOf(limits.testZones.sk) },
  surge: gcraOf(limits.surge),
  addresses: gcraOf(limits.addresses),
});

/** A part of a limit. At least one request fits into its burst, or nothing ever would. */
const partOf = (limit: Gcra, share: number): Gcra => ({
  intervalUs: Math.round(limit.intervalUs / share),
  burst: Math.max(1, Math.floor(limit.burst * share)),
});

const uncounted: Admitted = { allowed: true, holder: null };

export const createLimiter = ({ clock, policy, sharing, standing }: LimiterDeps): Limiter => {
  let now = prepare(policy.limits);

  // Asked on every call and not remembered: wall time may be set back.
  const active = (): boolean => now.limits.enabled && clock.wallMs() >= now.activeFromMs;

  const read = (verdict: Verdict, zone: Zone): Admitted =>
    verdict.allowed
      ? verdict
      : {
          allowed: false,
          by: verdict.by === 'slots' ? 'concurrency' : zone,
          retryAfterMs: verdict.retryAfterMs,
        };

  return {
    admit({ merchantId, mode, zone }) {
      if (!active()) {
        // Counted even while limits are off, or a request begun before `activeFrom` and ended
        // after it would give back a slot it never took.
        sharing.enter(merchantId);
        return uncounted;
      }
      const { scope, inFlightMax, surge } = now.limits;
      const slots = { key: merchantId, max: inFlightMax };
      const share = standing.shareOf(merchantId);
      const whole = now[mode][zone];
      const limit = share === 1 ? whole : partOf(whole, share);
      const rateKey = scope === 'everybody' ? `${mode}/${zone}` : `${mode}/${zone}/${merchantId}`;
      const decided = (own: Verdict): Admitted | Promise<Admitted> => {
        const may = !own.allowed && own.by === 'rate' && surge.enabled && mode === 'live' && share === 1;
        if (!may || !standing.mayBorrow(merchantId)) return read(own, zone);
        const lent = sharing.admit({ rateKey: 'surge', limit: now.surge, slots });
        // Nothing left to lend: it is told when its own rate lets it in again.
        const told = (verdict: Verdict): Admitted => read(verdict.allowed ? verdict : own, zone);
        return lent instanceof Promise ? lent.then(told) : told(lent);
      };
      const asked = sharing.admit({ rateKey, limit, slots });
      return asked instanceof Promise ? asked.then(decided) : decided(asked);
    },
    leave: (merchantId, holder) => sharing.leave(merchantId, holder),
    tryKey(address) {
      if (!active() || !now.limits.addresses.enabled) return 0;
      const wait = (verdict: Verdict): number => (verdict.allowed ? 0 : verdict.retryAfterMs);
      const asked = sharing.admit({ rateKey: `address/${address}`, limit: now.addresses });
      return asked instanceof Promise ? asked.then(wait) : wait(asked);
    },
    apply(limits) {
      now = prepare(limits);
    },
  };
};
