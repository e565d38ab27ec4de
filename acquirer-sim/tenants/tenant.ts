/** One merchant, or one payment company, behind the acquirer; and the book of all of them. */
import { createTokenBucket, type TokenBucket } from '../capacity/token-bucket.ts';
import type { Clock } from '../ports.ts';
import type { StatePart } from '../state.ts';

/** Requests since start. `arrived` includes those turned away, for whatever reason. */
export interface TenantCounters {
  arrived: number;
  served: number;
  /** Turned away by the full queue. */
  overflowed: number;
  /** Turned away by the operators' cap. */
  capped: number;
  /** Turned away by maintenance, by a connection limit or by a blocked address. */
  refused: number;
}

const noCounters: TenantCounters = { arrived: 0, served: 0, overflowed: 0, capped: 0, refused: 0 };

/** Told about every arrival of a watched tenant. */
export interface Watch {
  arrived(): void;
}

export interface Tenant {
  readonly id: string;
  readonly counters: TenantCounters;
  /** Requests in the queue and in service: the connections it holds. */
  held: number;
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
  /** Counters and caps. Who is a tenant is not forgotten by a reset. */
  readonly state: StatePart<SavedTenant[]>;
}

interface SavedTenant {
  readonly id: string;
  readonly counters: TenantCounters;
  readonly cap: { readonly ratePerSecond: number; readonly tokens: number } | null;
}

export const createTenants = (clock: Clock, ids: Iterable<string>): Tenants => {
  const byId = new Map<string, Tenant>();
  const ensure = (id: string): Tenant => {
    let tenant = byId.get(id);
    if (tenant === undefined) {
      tenant = { id, counters: { ...noCounters }, held: 0, cap: null, watch: null };
      byId.set(id, tenant);
    }
    return tenant;
  };
  const forget = (tenant: Tenant): void => {
    Object.assign(tenant.counters, noCounters);
    tenant.cap = null;
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
    state: {
      save: () =>
        [...byId.values()].map(({ id, counters, cap }) => ({
          id,
          counters,
          cap: cap && { ratePerSecond: cap.ratePerSecond, tokens: cap.tokens(clock.monotonicMs()) },
        })),
      load(saved) {
        for (const tenant of byId.values()) forget(tenant);
        for (const { id, counters, cap } of saved) {
          const tenant = ensure(id);
          Object.assign(tenant.counters, counters);
          if (cap !== null) tenant.cap = createTokenBucket(cap.ratePerSecond, clock.monotonicMs(), cap.tokens);
        }
      },
      reset(id) {
        for (const tenant of byId.values()) if (id === null || tenant.id === id) forget(tenant);
      },
    },
  };
};
