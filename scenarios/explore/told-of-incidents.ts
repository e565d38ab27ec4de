/**
 * Merchants hear of what hurts them, and of its end. Once the world is left alone, whoever the gateway counts as
 * told of an incident was really told, and whoever was told of an incident that is over was told so.
 *
 * Who was told is what arrived at the merchants' own servers; that the gateway believes it is not asked for.
 */
import type { SqliteStore } from '../../gateway/app.ts';
import type { ExchangeRecord } from '../stage/exchange.ts';
import type { Violation } from './world.ts';

interface Heard {
  readonly begun: Set<string>;
  readonly ended: Set<string>;
}

interface Notice {
  readonly type?: unknown;
  readonly incident?: unknown;
}

const noticePath = /^\/([^/]+)\/notices$/;

export const createToldOfIncidents = () => {
  const heard = new Map<string, Heard>();
  const of = (incident: string): Heard => {
    let one = heard.get(incident);
    if (one === undefined) {
      one = { begun: new Set(), ended: new Set() };
      heard.set(incident, one);
    }
    return one;
  };
  return {
    exchange({ path, requestBody, arrivedUs }: ExchangeRecord): void {
      const member = noticePath.exec(path)?.[1];
      if (member === undefined || requestBody === null || arrivedUs === null) return;
      const { type, incident } = JSON.parse(requestBody) as Notice;
      if (typeof incident !== 'string') return;
      if (type === 'incident') of(incident).begun.add(member);
      if (type === 'incident_resolved') of(incident).ended.add(member);
    },
    judge(store: Pick<SqliteStore, 'inspect'>): { readonly judged: number; readonly violations: readonly Violation[] } {
      const violations: Violation[] = [];
      let judged = 0;
      const violate = (incident: string, members: readonly string[], what: string): void => {
        if (members.length > 0)
          violations.push({
            check: 'TOLD',
            atMs: null,
            objects: [incident, ...members],
            text: `incident ${incident}: ${members.join(', ')} ${what}`,
          });
      };
      for (const row of store.inspect('select id, open, record from incidents')) {
        const id = String(row.id);
        const { begun, ended } = of(id);
        const record = (typeof row.record === 'string' ? JSON.parse(row.record) : {}) as { told?: readonly string[] };
        const told = record.told ?? [];
        judged += Math.max(told.length, begun.size);
        violate(
          id,
          told.filter((member) => !begun.has(member) && !ended.has(member)),
          'count as told and heard nothing',
        );
        if (Number(row.open) === 0)
          violate(
            id,
            [...begun].filter((member) => !ended.has(member)),
            'heard that it began and never that it is over',
          );
      }
      return { judged, violations };
    },
  };
};
