/** Capacity, traffic and caps: what there is and how much of it is asked for. */
import { operation, Refusal } from '../operation.ts';
import {
  CapacityChange,
  CapacityView,
  CapChange,
  CapView,
  knownTenant,
  Load,
  TrafficChange,
  TrafficView,
  tenantInPath,
} from '../schema.ts';
import { loadView } from '../views.ts';
import type { Controlled } from './controlled.ts';

const noTenant = () => new Refusal(400, 'tenant', 'is not a tenant of this acquirer');

export const loadOperations = ({ acquirer, clock, station, tenants, background, levels, injections }: Controlled) => [
  operation({
    id: 'getLoad',
    method: 'get',
    path: '/load',
    summary: 'Capacity, queue, caps, and what each tenant sent since the start',
    answer: Load,
    handle: () => loadView(acquirer, clock.wallMs(), station, tenants, background),
  }),
  operation({
    id: 'putCapacity',
    method: 'put',
    path: '/capacity',
    summary: 'Changes workers, queue bound or service times, for good or for a time',
    body: CapacityChange,
    changes: true,
    answer: CapacityView,
    handle({ body: { workers, queueMax, slowdown, ttlMs } }) {
      const change = {
        ...(workers === undefined ? {} : { workers }),
        ...(queueMax === undefined ? {} : { queueMax }),
        ...(slowdown === undefined ? {} : { slowdown }),
      };
      if (ttlMs === undefined) {
        levels.setCapacity(change);
        return { ...station.settings };
      }
      const { id, endsAtMs } = injections.add({ kind: 'capacity', ...change, afterMs: 0, ttlMs });
      return { ...station.settings, injection: id, endsAtMs };
    },
  }),
  operation({
    id: 'putTraffic',
    method: 'put',
    path: '/tenants/{tenant}/traffic',
    summary: "A background tenant's arrivals (0 ends them); makes the tenant if nobody knew it. A flood is a tenant",
    params: tenantInPath,
    body: TrafficChange,
    changes: true,
    answer: TrafficView,
    handle({ params: { tenant }, body: { ratePerSecond, sources, ttlMs } }) {
      const traffic = { ratePerSecond, sources: sources ?? null };
      if (ttlMs === undefined) {
        levels.setTraffic(tenants.ensure(tenant), traffic);
        return { tenant, ...traffic };
      }
      const { id, endsAtMs } = injections.add({
        kind: 'traffic',
        tenant,
        ratePerSecond,
        ...(sources === undefined ? {} : { sources }),
        afterMs: 0,
        ttlMs,
      });
      return { tenant, ...traffic, injection: id, endsAtMs };
    },
  }),
  operation({
    id: 'putCap',
    method: 'put',
    path: '/caps/{tenant}',
    summary: 'Caps all requests of a tenant together, for good or for a time',
    params: knownTenant,
    body: CapChange,
    changes: true,
    answer: CapView,
    handle({ params, body: { ratePerSecond, ttlMs } }) {
      const tenant = tenants.get(params.tenant);
      if (tenant === undefined) return noTenant();
      if (ttlMs === undefined) {
        levels.setCap(tenant, ratePerSecond);
        return { tenant: tenant.id, ratePerSecond };
      }
      const { id, endsAtMs } = injections.add({ kind: 'cap', tenant: tenant.id, ratePerSecond, afterMs: 0, ttlMs });
      return { tenant: tenant.id, ratePerSecond, injection: id, endsAtMs };
    },
  }),
  operation({
    id: 'deleteCap',
    method: 'delete',
    path: '/caps/{tenant}',
    summary: 'Lifts the cap that was set to stay; one with a time to live is ended under `/active`',
    params: knownTenant,
    changes: true,
    answer: CapView,
    handle({ params }) {
      const tenant = tenants.get(params.tenant);
      if (tenant === undefined) return noTenant();
      levels.setCap(tenant, null);
      return { tenant: tenant.id, ratePerSecond: tenant.cap?.ratePerSecond ?? null };
    },
  }),
];
