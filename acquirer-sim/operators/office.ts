/**
 * The operators' room: watches rates, moves the state machines, caps, lifts, tells.
 *
 * Looks once a second and only while there is something to look at: the first arrival of a quiet
 * tenant wakes it, and it sleeps again when the tenant is calm and its window empty.
 */

import type { SavedAttempt } from '../attempts.ts';
import type { OperatorSettings } from '../config.ts';
import type { Clock, Fetch, Log, Timer } from '../ports.ts';
import type { StatePart } from '../state.ts';
import type { Tenant, Tenants } from '../tenants/tenant.ts';
import { advance, type Move, type WatchState } from './machine.ts';
import { createNotices, type Notice, type NoticeTarget } from './notices.ts';
import { createRateWindow, type SavedWindow } from './rate-window.ts';

export interface OperatorsView {
  readonly tenants: Readonly<Record<string, WatchedView>>;
  /** The last moves, oldest first. */
  readonly history: readonly HistoryEntry[];
}

export interface WatchedView {
  readonly state: WatchState['name'];
  /** Wall time the state began. */
  readonly sinceMs: number;
  /** Offered, over the watch window. */
  readonly ratePerSecond: number;
  readonly thresholdPerSecond: number;
}

export interface HistoryEntry {
  readonly atMs: number;
  readonly tenant: string;
  readonly what: Move | 'noticed' | 'informed';
  readonly [detail: string]: unknown;
}

interface SavedWatch {
  readonly settings: OperatorSettings;
  readonly state: WatchState;
  readonly sinceWallMs: number;
  readonly window: SavedWindow;
  /** Whether they were going to look at the next whole second. */
  readonly looking: boolean;
}

export interface SavedOperators {
  /** The office's own time, which every other time in here is on. */
  readonly nowMs: number;
  readonly watches: readonly SavedWatch[];
  readonly history: readonly HistoryEntry[];
  readonly notices: readonly SavedAttempt<Notice>[];
}

export interface Operators {
  view(): OperatorsView;
  /** Watches a tenant from now on, calm; replaces how it was watched before. */
  watch(settings: OperatorSettings): void;
  /** No longer watches it. A cap stays; false when it was not watched. */
  unwatch(tenant: string): boolean;
  /** Tells a tenant of scheduled maintenance, if it has an address. `atMs`: wall time it begins at. */
  announce(tenant: string, atMs: number): void;
  readonly state: StatePart<SavedOperators>;
  /** A tenant called: it goes into the history, and changes no decision. */
  informed(tenant: Tenant, detail: Readonly<Record<string, unknown>>): void;
  start(): void;
  stop(): void;
}

interface Dependencies {
  readonly acquirer: string;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly tenants: Tenants;
  readonly settings: readonly OperatorSettings[];
  /** Where a tenant wants its notices; undefined when it has nowhere. */
  readonly noticeTarget: (tenant: string) => NoticeTarget | undefined;
  /** Blocks the first so many of a tenant's addresses; 0 = none of them any more. */
  readonly block: (tenant: Tenant, addresses: number) => void;
}

const HISTORY_KEPT = 1_000;

/** Whole seconds of a monotonic time. Rounded to microseconds first: 999.9999999 is 1,000. */
const secondOf = (monotonicMs: number): number => Math.floor(Math.round(monotonicMs * 1_000) / 1_000_000);

export const createOperators = (deps: Dependencies): Operators => {
  const { acquirer, clock, log, tenants } = deps;
  const history: HistoryEntry[] = [];
  let running = false;
  /** Where the office's own time begins: a restored office goes on in the second it was saved in. */
  let zeroMs = 0;
  const now = (): number => clock.monotonicMs() - zeroMs;

  const note = (entry: HistoryEntry): void => {
    history.push(entry);
    if (history.length > 2 * HISTORY_KEPT) history.splice(0, HISTORY_KEPT);
  };

  const notices = createNotices(deps, ({ tenant }, kind) => {
    log.info({ event: 'operators.noticed', acquirer, tenant, kind });
    note({ atMs: clock.wallMs(), tenant, what: 'noticed', kind });
  });

  const watchOver = (tenant: Tenant, settings: OperatorSettings, saved?: SavedWatch) => {
    const window = createRateWindow(settings.watchWindowMs / 1_000, saved?.window);
    let state: WatchState = saved?.state ?? { name: 'calm', sinceMs: now() };
    let sinceWallMs = saved?.sinceWallMs ?? clock.wallMs();
    let timer: Timer | null = null;

    const tell = (kind: 'warning' | 'restricting_you' | 'lifted'): void => {
      const target = deps.noticeTarget(tenant.id);
      if (target !== undefined) notices.send(target, kind, clock.wallMs(), settings.noticeAfterMs);
    };

    const act = (move: Move, ratePerSecond: number): void => {
      note({ atMs: clock.wallMs(), tenant: tenant.id, what: move, ratePerSecond });
      switch (move) {
        case 'watching':
          log.info({ event: 'operators.watching', acquirer, tenant: tenant.id, ratePerSecond });
          break;
        case 'calmed':
          log.info({ event: 'operators.calmed', acquirer, tenant: tenant.id, ratePerSecond });
          break;
        case 'decided':
          log.info({ event: 'operators.decided', acquirer, tenant: tenant.id, ratePerSecond });
          if (settings.warns) tell('warning');
          break;
        case 'capped':
          if (settings.blocksAddresses > 0) {
            deps.block(tenant, settings.blocksAddresses);
            log.info({ event: 'operators.blocked', acquirer, tenant: tenant.id, addresses: settings.blocksAddresses });
          }
          if (settings.capPerSecond !== null) {
            tenants.cap(tenant, settings.capPerSecond);
            log.info({ event: 'operators.capped', acquirer, tenant: tenant.id, ratePerSecond: settings.capPerSecond });
          }
          tell('restricting_you');
          break;
        case 'lifted':
          if (settings.blocksAddresses > 0) deps.block(tenant, 0);
          if (settings.capPerSecond !== null) tenants.lift(tenant);
          log.info({ event: 'operators.lifted', acquirer, tenant: tenant.id });
          tell('lifted');
          break;
      }
    };

    const look = (): void => {
      timer = null;
      const atMs = now();
      const ratePerSecond = window.ratePerSecond(secondOf(atMs));
      const advanced = advance(state, { atMs, ratePerSecond }, settings);
      state = advanced.state;
      if (advanced.move !== null) {
        sinceWallMs = clock.wallMs();
        act(advanced.move, ratePerSecond);
      }
      if (state.name !== 'calm' || ratePerSecond > 0) lookAgain();
    };

    const lookAgain = (): void => {
      // At the next whole second, when the bucket that is filling now is full.
      const atMs = now();
      timer = clock.after((secondOf(atMs) + 1) * 1_000 - atMs, look);
    };

    tenant.watch = {
      arrived() {
        window.count(secondOf(now()));
        if (timer === null && running) lookAgain();
      },
    };

    return {
      view: (): WatchedView => ({
        state: state.name,
        sinceMs: sinceWallMs,
        ratePerSecond: window.ratePerSecond(secondOf(now())),
        thresholdPerSecond: settings.thresholdPerSecond,
      }),
      save: (): SavedWatch => ({ settings, state, sinceWallMs, window: window.save(), looking: timer !== null }),
      resume(): void {
        if (saved?.looking && running) lookAgain();
      },
      stop() {
        timer?.cancel();
        timer = null;
      },
    };
  };

  const watched = new Map<string, ReturnType<typeof watchOver>>();

  const end = (id: string): boolean => {
    watched.get(id)?.stop();
    const tenant = tenants.get(id);
    if (tenant !== undefined) tenant.watch = null;
    return watched.delete(id);
  };

  const begin = (settings: OperatorSettings, saved?: SavedWatch): void => {
    end(settings.tenant);
    if (!settings.enabled) return;
    const watch = watchOver(tenants.ensure(settings.tenant), settings, saved);
    watched.set(settings.tenant, watch);
    watch.resume();
  };

  for (const settings of deps.settings) begin(settings);

  return {
    view: () => ({
      tenants: Object.fromEntries([...watched].map(([id, watch]) => [id, watch.view()])),
      history: history.slice(-HISTORY_KEPT),
    }),
    informed(tenant, detail) {
      log.info({ event: 'operators.informed', acquirer, tenant: tenant.id, ...detail });
      note({ atMs: clock.wallMs(), tenant: tenant.id, what: 'informed', ...detail });
    },
    watch: (settings) => begin(settings),
    unwatch: end,
    announce(tenant, atMs) {
      const target = deps.noticeTarget(tenant);
      if (target !== undefined) notices.send(target, 'maintenance', atMs, 0);
    },
    state: {
      save: () => ({
        nowMs: now(),
        watches: [...watched.values()].map((watch) => watch.save()),
        history: history.slice(-HISTORY_KEPT),
        notices: notices.save(),
      }),
      load(saved) {
        zeroMs = clock.monotonicMs() - saved.nowMs;
        for (const id of Array.from(watched.keys())) end(id);
        for (const watch of saved.watches) begin(watch.settings, watch);
        history.splice(0, history.length, ...saved.history);
        notices.load(saved.notices);
      },
      reset(tenant) {
        for (const id of Array.from(watched.keys())) if (tenant === null || id === tenant) end(id);
        for (const settings of deps.settings) if (tenant === null || settings.tenant === tenant) begin(settings);
        const kept = tenant === null ? [] : history.filter((entry) => entry.tenant !== tenant);
        history.splice(0, history.length, ...kept);
        notices.drop(tenant);
      },
    },
    start() {
      running = true;
      for (const watch of watched.values()) watch.resume();
    },
    stop() {
      running = false;
      for (const watch of watched.values()) watch.stop();
      notices.stop();
    },
  };
};
