/** What closes the door of the front: maintenance windows, connection limits, blocked addresses. */
import type { Closed, Door } from '../capacity/front.ts';
import type { Station } from '../capacity/station.ts';
import type { Blocklist } from '../tenants/addresses.ts';

interface Rule {
  readonly tenant: string | null;
  /** Connections at a time; null = closed for maintenance. */
  readonly max: number | null;
}

export interface Doors extends Door {
  set(id: string, rule: Rule): void;
  remove(id: string): void;
}

export const createDoors = (
  station: Pick<Station, 'busy' | 'queued'>,
  blocklist: Pick<Blocklist, 'isEmpty' | 'blocksSource'>,
): Doors => {
  const rules = new Map<string, Rule>();
  const judge = ({ tenant: scope, max }: Rule, tenant: string, held: number): Closed | null => {
    if (scope !== null && scope !== tenant) return null;
    if (max === null) return 'maintenance';
    if (scope !== null) return held >= max ? 'sessions' : null;
    return station.busy + station.queued >= max ? 'connections' : null;
  };
  return {
    set: (id, rule) => void rules.set(id, rule),
    remove: (id) => void rules.delete(id),
    closedTo({ id, held }) {
      if (rules.size === 0) return null;
      for (const rule of rules.values()) {
        const closed = judge(rule, id, held);
        if (closed !== null) return closed;
      }
      return null;
    },
    blocksSource: (tenant, source) => !blocklist.isEmpty() && blocklist.blocksSource(tenant, source),
  };
};
