/**
 * Maintenance windows: planned work, ours or an acquirer's. What fails because of it is no
 * incident that people are told of; it is watched all the same, and what still fails when the
 * window is over is published then.
 */

import { describe } from '../http/endpoint.ts';
import { newId } from '../ids.ts';
import type { Clock, Entropy, Log, Store } from '../ports.ts';
import type { Component } from '../status-page/facts.ts';
import type { MaintenanceWindowRow } from '../store/database.ts';
import { cancelWindow, insertWindow, windowsAfter } from './store.ts';

export interface MaintenanceWindow {
  readonly id: string;
  /** Null: our own work. */
  readonly acquirer: string | null;
  /** Empty: every component. */
  readonly components: readonly Component[];
  readonly reason: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Our own work: every call of the API is answered by 503 `under_maintenance` until it is over. */
  readonly stopsApi: boolean;
}

/** Is this trouble what the work was expected to cause? Everything hit must be covered. Pure. */
export const covers = (
  window: MaintenanceWindow,
  scopes: readonly string[],
  components: readonly Component[],
  wallMs: number,
): boolean =>
  wallMs >= window.fromMs &&
  wallMs < window.toMs &&
  (window.acquirer === null || scopes.every((scope) => scope === window.acquirer)) &&
  (window.components.length === 0 || components.every((component) => window.components.includes(component)));

export interface Windows {
  covers(scopes: readonly string[], components: readonly Component[], wallMs: number): boolean;
  /** End of the first window that is under way; null: none is. */
  nextEndMs(wallMs: number): number | null;
  /** End of the work that stops the API now; null: it is open. */
  apiStoppedUntilMs(wallMs: number): number | null;
  plan(window: Omit<MaintenanceWindow, 'id'>): Promise<MaintenanceWindow>;
  /** False: there is no such one. */
  cancel(id: string): Promise<boolean>;
  list(): readonly MaintenanceWindow[];
  /** Reads what the store has. */
  load(): Promise<void>;
}

const ofRow = (row: MaintenanceWindowRow): MaintenanceWindow => ({
  id: row.id,
  acquirer: row.acquirer,
  components: JSON.parse(row.components) as readonly Component[],
  reason: row.reason,
  fromMs: row.from_ms,
  toMs: row.to_ms,
  stopsApi: row.stops_api === 1,
});

export const createWindows = (deps: {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
}): Windows => {
  const { clock, store } = deps;
  let windows: readonly MaintenanceWindow[] = [];
  const load = async (): Promise<void> => {
    try {
      const rows = await store.read((tx) => tx.all(windowsAfter, { now: clock.wallMs() }));
      windows = rows.map(ofRow);
    } catch (reason) {
      deps.log.error({ event: 'maintenance.unread', reason: describe(reason) });
    }
  };
  return {
    covers: (scopes, components, wallMs) => windows.some((window) => covers(window, scopes, components, wallMs)),
    nextEndMs: (wallMs) => {
      const ends = windows.filter(({ fromMs, toMs }) => wallMs >= fromMs && wallMs < toMs).map(({ toMs }) => toMs);
      return ends.length === 0 ? null : Math.min(...ends);
    },
    apiStoppedUntilMs(wallMs) {
      let untilMs: number | null = null;
      // Asked by every request: nearly always there is no window at all.
      for (const { stopsApi, fromMs, toMs } of windows)
        if (stopsApi && wallMs >= fromMs && wallMs < toMs) untilMs = Math.max(untilMs ?? 0, toMs);
      return untilMs;
    },
    plan: async (asked) => {
      const window = { id: newId(deps.entropy, 'mnt_', `${asked.acquirer ?? '-'}/${asked.fromMs}`), ...asked };
      await store.unit((tx) =>
        tx.run(insertWindow, {
          id: window.id,
          acquirer: window.acquirer,
          components: JSON.stringify(window.components),
          reason: window.reason,
          from_ms: window.fromMs,
          to_ms: window.toMs,
          cancelled: 0,
          created_ms: clock.wallMs(),
          stops_api: window.stopsApi ? 1 : 0,
        }),
      );
      await load();
      return window;
    },
    cancel: async (id) => {
      const cancelled = await store.unit((tx) => tx.run(cancelWindow, { id }));
      await load();
      return cancelled > 0;
    },
    list: () => windows,
    load,
  };
};
