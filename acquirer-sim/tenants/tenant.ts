/** One merchant, or one payment company, behind the acquirer; and the book of all of them. */
import { createTokenBucket, type TokenBucket } from '../capacity/token-bucket.ts';
import type { Clock } from '../ports.ts';

/** Requests since start. `arrived` includes those turned away by the cap or by the full queue. */
export interface TenantCounters {
  arrived: number;
  served: number;
  overflowed: number;
  capped: number;
}

/** Told about every arrival of a watched tenant. */
export interface Watch {
  arrived(): void;
}

export interface Tenant {
  readonly id: string;
  readonly counters: TenantCounters;
  /** The operators' cap on all requests of this tenant together; null = none. */
  cap: TokenBucket | null;
  /** Set when the operators watch this tenant. */
  watch: Watch | null;
}

export interface Tenants {
  get(id: string): Tenant | undefined;
  /** The tenant of that id; made on first mention. */
  ensure(id: string): Tenant;
  all(): Iterable<Tenant>;
  /** Caps a tenant from now on, with a full bucket. Replaces an earlier cap. */
  cap(tenant: Tenant, ratePerSecond: number): void;
  lift(tenant: Tenant): void;
}

export const createTenants = (clock: Clock, ids: Iterable<string>): Tenants => {
  const byId = new Map<string, Tenant>();
  const ensure = (id: string): Tenant => {
    let tenant = byId.get(id);
    if (tenant === undefined) {
      tenant = { id, counters: { arrived: 0, served: 0, overflowed: 0, capped: 0 }, cap: null, watch: null };
      byId.set(id, tenant);
    }
    return tenant;
  };
  for (const id of ids) ensure(id);
  return {
    get: (id) => byId.get(id),
    ensure,
    all: () => byId.values(),
    cap(tenant, ratePerSecond) {
      tenant.cap = createTokenBucket(ratePerSecond, clock.monotonicMs());
    },
    lift(tenant) {
      tenant.cap = null;
    },
  };
};
