/**
 * Capacity, caps and traffic, each in layers: the lowest is what was set to stay (configuration,
 * operators, a control call without a time to live); injections lie over it. What shows is applied
 * at once, and only when it differs: a cap that stays the same keeps its bucket.
 */
import type { Station, StationSettings } from '../capacity/station.ts';
import type { StatePart } from '../state.ts';
import type { Background, Traffic } from '../tenants/background.ts';
import type { Tenant, Tenants } from '../tenants/tenant.ts';

export interface Levels {
  setCapacity(change: Partial<StationSettings>): void;
  layCapacity(id: string, change: Partial<StationSettings>): void;
  liftCapacity(id: string): void;
  /** Caps to stay; null lifts. A cap begins with a full bucket. */
  setCap(tenant: Tenant, ratePerSecond: number | null): void;
  layCap(id: string, tenant: Tenant, ratePerSecond: number): void;
  liftCap(id: string, tenant: Tenant): void;
  setTraffic(tenant: Tenant, traffic: Traffic): void;
  layTraffic(id: string, tenant: Tenant, traffic: Traffic): void;
  liftTraffic(id: string, tenant: Tenant): void;
  /** Lets several layers change, and shows what comes of it once. */
  together(change: () => void): void;
  /** The lowest layers. Those above are saved by whoever laid them. */
  readonly state: StatePart<SavedLevels>;
}

interface SavedLevels {
  readonly capacity: StationSettings;
  readonly caps: readonly [string, number][];
  readonly traffic: readonly [string, Traffic][];
}

interface Dependencies {
  readonly station: Station;
  /** Shares the slowdown and nothing else. */
  readonly listingStation: Station;
  readonly tenants: Tenants;
  readonly background: Background;
  readonly initial: { readonly capacity: StationSettings; readonly traffic: ReadonlyMap<string, Traffic> };
}

/** Layers of each tenant, by id of the injection. */
class TenantLayers<Value> {
  readonly base = new Map<string, Value>();
  readonly #laid = new Map<string, Map<string, Value>>();

  lay(tenant: string, id: string, value: Value): void {
    const layers = this.#laid.get(tenant) ?? new Map<string, Value>();
    this.#laid.set(tenant, layers.set(id, value));
  }

  lift(tenant: string, id: string): void {
    this.#laid.get(tenant)?.delete(id);
  }

  shown(tenant: string): Value | undefined {
    return [...(this.#laid.get(tenant)?.values() ?? [])].at(-1) ?? this.base.get(tenant);
  }
}

export const createLevels = ({ station, listingStation, tenants, background, initial }: Dependencies): Levels => {
  let capacity = initial.capacity;
  const laid = new Map<string, Partial<StationSettings>>();
  const caps = new TenantLayers<number>();
  const traffic = new TenantLayers<Traffic>();

  let isHeld = false;

  const showCapacity = (): void => {
    if (isHeld) return;
    let shown = capacity;
    for (const change of laid.values()) shown = { ...shown, ...change };
    const { workers, queueMax, slowdown } = station.settings;
    if (shown.workers !== workers || shown.queueMax !== queueMax || shown.slowdown !== slowdown) station.change(shown);
    if (listingStation.settings.slowdown !== shown.slowdown) listingStation.change({ slowdown: shown.slowdown });
  };

  const showCap = (tenant: Tenant): void => {
    if (isHeld) return;
    const shown = caps.shown(tenant.id) ?? null;
    if (shown === (tenant.cap?.ratePerSecond ?? null)) return;
    if (shown === null) tenants.lift(tenant);
    else tenants.cap(tenant, shown);
  };

  const showTraffic = (tenant: Tenant): void => {
    if (isHeld) return;
    const now = background.get(tenant);
    const shown = traffic.shown(tenant.id) ?? (now && { ratePerSecond: 0, sources: null });
    if (shown === undefined) return;
    if (now?.ratePerSecond === shown.ratePerSecond && now.sources === shown.sources) return;
    background.set(tenant, shown);
  };

  for (const [id, arrivals] of initial.traffic) {
    traffic.base.set(id, arrivals);
    showTraffic(tenants.ensure(id));
  }

  return {
    setCapacity(change) {
      capacity = { ...capacity, ...change };
      showCapacity();
    },
    layCapacity(id, change) {
      laid.set(id, change);
      showCapacity();
    },
    liftCapacity(id) {
      laid.delete(id);
      showCapacity();
    },
    setCap(tenant, ratePerSecond) {
      if (ratePerSecond === null) {
        caps.base.delete(tenant.id);
        showCap(tenant);
        return;
      }
      caps.base.set(tenant.id, ratePerSecond);
      if (caps.shown(tenant.id) === ratePerSecond) tenants.cap(tenant, ratePerSecond);
      else showCap(tenant);
    },
    layCap(id, tenant, ratePerSecond) {
      caps.lay(tenant.id, id, ratePerSecond);
      showCap(tenant);
    },
    liftCap(id, tenant) {
      caps.lift(tenant.id, id);
      showCap(tenant);
    },
    setTraffic(tenant, arrivals) {
      traffic.base.set(tenant.id, arrivals);
      showTraffic(tenant);
    },
    layTraffic(id, tenant, arrivals) {
      traffic.lay(tenant.id, id, arrivals);
      showTraffic(tenant);
    },
    liftTraffic(id, tenant) {
      traffic.lift(tenant.id, id);
      showTraffic(tenant);
    },
    together(change) {
      isHeld = true;
      try {
        change();
      } finally {
        isHeld = false;
      }
      showCapacity();
      for (const tenant of tenants.all()) {
        showCap(tenant);
        showTraffic(tenant);
      }
    },
    state: {
      save: () => ({ capacity, caps: [...caps.base], traffic: [...traffic.base] }),
      // Loaded before the stations, the tenants and the traffic themselves: those say what shows.
      load(saved) {
        capacity = saved.capacity;
        caps.base.clear();
        for (const [id, rate] of saved.caps) caps.base.set(id, rate);
        traffic.base.clear();
        for (const [id, arrivals] of saved.traffic) traffic.base.set(id, arrivals);
        listingStation.change({ slowdown: capacity.slowdown });
      },
      reset(id) {
        if (id === null) {
          capacity = initial.capacity;
          showCapacity();
        }
        for (const tenant of tenants.all()) {
          if (id !== null && tenant.id !== id) continue;
          caps.base.delete(tenant.id);
          showCap(tenant);
          const arrivals = initial.traffic.get(tenant.id);
          if (arrivals === undefined) traffic.base.delete(tenant.id);
          else traffic.base.set(tenant.id, arrivals);
          showTraffic(tenant);
        }
      },
    },
  };
};
