/**
 * What we send each acquirer, kept below what is agreed with it: on 2017-07-14 the acquirer drew that
 * line for all of us, because of one merchant.
 *
 * One rate for each acquirer, shared by all instances. New payments may spend only a part of the
 * burst, so that captures, refunds, reversals and inquiries pass while new payments wait.
 */
import type { Limits } from '../policy/limits.ts';
import { type Gcra, gcraOf } from './gcra.ts';
import type { Sharing, Verdict } from './sharing.ts';

export type OutboundClass = 'payment' | 'critical';

export interface Outbound {
  /**
   * Milliseconds until so many calls may be sent; 0: now, and they are counted. Asked again after the wait. What is more
   * calls than may come back to back waits until there is room for all of those.
   */
  take(acquirer: string, kind: OutboundClass, calls: number): number | Promise<number>;
  apply(limits: Limits): void;
}

interface Caps {
  readonly payment: Gcra;
  readonly critical: Gcra;
}

const capsOf = ({ outbound }: Limits): ReadonlyMap<string, Caps> => {
  if (!outbound.enabled) return new Map();
  return new Map(
    Object.entries(outbound.contractPerSecond).map(([acquirer, contract]) => {
      const ratePerSecond = contract * outbound.share;
      // Rounded down: what is agreed is agreed to the last call.
      const burst = Math.max(1, Math.floor(ratePerSecond * outbound.burstSeconds));
      const critical = gcraOf({ ratePerSecond, burst });
      const forPayments = Math.max(1, Math.floor(burst * (1 - outbound.criticalReserve)));
      return [acquirer, { critical, payment: { ...critical, burst: forPayments } }];
    }),
  );
};

export const createOutbound = (deps: {
  readonly policy: { readonly limits: Limits };
  readonly sharing: Sharing;
}): Outbound => {
  const { sharing } = deps;
  let caps = capsOf(deps.policy.limits);
  const waitOf = (verdict: Verdict): number => (verdict.allowed ? 0 : verdict.retryAfterMs);
  return {
    take(acquirer, kind, calls) {
      const cap = caps.get(acquirer);
      if (cap === undefined) return 0;
      const limit = cap[kind].burst < calls ? { ...cap[kind], burst: calls } : cap[kind];
      const asked = sharing.admit({ rateKey: `outbound/${acquirer}`, limit, cost: calls });
      return asked instanceof Promise ? asked.then(waitOf) : waitOf(asked);
    },
    apply(limits) {
      caps = capsOf(limits);
    },
  };
};
