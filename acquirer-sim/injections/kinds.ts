/** What each kind of injection does while it lasts. */
import type { Operators } from '../operators/office.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Blocklist } from '../tenants/addresses.ts';
import type { Tenants } from '../tenants/tenant.ts';
import type { Doors } from './doors.ts';
import type { InjectionView, Kinds } from './engine.ts';
import type { Levels } from './levels.ts';
import { nextChangeMs, workersAt } from './recovery.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly levels: Levels;
  readonly doors: Doors;
  readonly blocklist: Blocklist;
  readonly tenants: Tenants;
}

/** The clock counts microseconds: a timer may be that much early for a time that is a fraction of one. */
const TICK_MS = 0.001;

export const createKinds = ({ clock, levels, doors, blocklist, tenants }: Dependencies): Kinds => ({
  capacity(id, { workers, queueMax, slowdown }) {
    levels.layCapacity(id, {
      ...(workers === undefined ? {} : { workers }),
      ...(queueMax === undefined ? {} : { queueMax }),
      ...(slowdown === undefined ? {} : { slowdown }),
    });
    return () => levels.liftCapacity(id);
  },

  recovery(id, recovery, elapsedAtFirstMs) {
    const beganMs = clock.monotonicMs() - elapsedAtFirstMs;
    let timer: Timer | null = null;
    const step = (): void => {
      const elapsedMs = clock.monotonicMs() - beganMs + TICK_MS;
      levels.layCapacity(id, { workers: workersAt(recovery, elapsedMs) });
      const nextMs = nextChangeMs(recovery, elapsedMs);
      timer = nextMs === null ? null : clock.after(nextMs - elapsedMs + TICK_MS, step);
    };
    step();
    return () => {
      timer?.cancel();
      levels.liftCapacity(id);
    };
  },

  maintenance(id, { tenant }) {
    doors.set(id, { tenant: tenant ?? null, max: null });
    return () => doors.remove(id);
  },

  connections(id, { tenant, max }) {
    doors.set(id, { tenant: tenant ?? null, max });
    return () => doors.remove(id);
  },

  blocked(id, { tenant, addresses }) {
    blocklist.set(id, tenant ?? null, addresses);
    return () => blocklist.remove(id);
  },

  traffic(id, { tenant: name, ratePerSecond, sources }) {
    const tenant = tenants.ensure(name);
    levels.layTraffic(id, tenant, { ratePerSecond, sources: sources ?? null });
    return () => levels.liftTraffic(id, tenant);
  },

  cap(id, { tenant: name, ratePerSecond }) {
    const tenant = tenants.ensure(name);
    levels.layCap(id, tenant, ratePerSecond);
    return () => levels.liftCap(id, tenant);
  },
});

/** Tells the tenants of a maintenance window that wants it told, when it is put: before it begins. */
export const announce = (
  operators: Pick<Operators, 'announce'>,
  all: Iterable<{ readonly id: string }>,
  { settings, tenant, beginsAtMs }: InjectionView,
): void => {
  if (settings.kind !== 'maintenance' || !settings.announce) return;
  for (const { id } of all) if (tenant === null || tenant === id) operators.announce(id, beginsAtMs);
};
