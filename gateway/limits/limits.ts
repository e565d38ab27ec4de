/** The limits of one instance, built together: what comes in, what goes out, and the count behind both. */
import type { Limits as LimitsPolicy } from '../policy/limits.ts';
import type { Clock, Log, Shared } from '../ports.ts';
import { createLimiter, type Limiter, type Standing } from './limiter.ts';
import { createOutbound, type Outbound } from './outbound.ts';
import { createSharing, type Sharing } from './sharing.ts';

export interface Limits {
  readonly limiter: Limiter;
  readonly outbound: Outbound;
  /** Leases at the shared place, and what became of it. */
  readonly sharing: Pick<Sharing, 'lease' | 'release' | 'state' | 'size'>;
  /** Numbers of another policy, from the next request on. */
  apply(policy: LimitsPolicy): void;
  close(): void;
}

export const createLimits = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>;
  readonly log: Log;
  readonly policy: { readonly limits: LimitsPolicy };
  /** Absent: this instance counts for itself. */
  readonly shared?: Shared | undefined;
  readonly instances: number;
  readonly instanceId: string;
  readonly standing: Standing;
}): Limits => {
  const { policy } = deps;
  const sharing = createSharing({
    ...deps,
    slotMs: () => policy.limits.slotMs,
    lookEveryMs: () => policy.limits.sharedLookEveryMs,
  });
  const limiter = createLimiter({ ...deps, sharing });
  const outbound = createOutbound({ ...deps, sharing });
  return {
    limiter,
    outbound,
    sharing,
    apply(limits) {
      limiter.apply(limits);
      outbound.apply(limits);
    },
    close: () => sharing.close(),
  };
};
