/**
 * The operators' room: watches rates, moves the state machines, caps, lifts, tells.
 *
 * Looks once a second and only while there is something to look at: the first arrival of a quiet
 * tenant wakes it, and it sleeps again when the tenant is calm and its window empty.
 */
import type { OperatorSettings } from '../config.ts';
import type { Clock, Fetch, Log, Timer } from '../ports.ts';
import type { Tenant, Tenants } from '../tenants/tenant.ts';
import { advance, type Move, type WatchState } from './machine.ts';
import { createNotices, type NoticeTarget } from './notices.ts';
import { createRateWindow } from './rate-window.ts';

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

export interface Operators {
  view(): OperatorsView;
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
}

const HISTORY_KEPT = 1_000;

/** Whole seconds of a monotonic time. Rounded to microseconds first: 999.9999999 is 1,000. */
const secondOf = (monotonicMs: number): number => Math.floor(Math.round(monotonicMs * 1_000) / 1_000_000);

export const createOperators = (deps: Dependencies): Operators => {
  const { acquirer, clock, log, tenants } = deps;
  const history: HistoryEntry[] = [];
  let running = false;

  const note = (entry: HistoryEntry): void => {
    history.push(entry);
    if (history.length > 2 * HISTORY_KEPT) history.splice(0, HISTORY_KEPT);
  };

  const notices = createNotices(deps, ({ tenant }, kind) => {
    log.info({ event: 'operators.noticed', acquirer, tenant, kind });
    note({ atMs: clock.wallMs(), tenant, what: 'noticed', kind });
  });

  const watchOver = (tenant: Tenant, settings: OperatorSettings) => {
    const window = createRateWindow(settings.watchWindowMs / 1_000);
    let state: WatchState = { name: 'calm', sinceMs: clock.monotonicMs() };
    let sinceWallMs = clock.wallMs();
    let timer: Timer | null = null;

    const tell = (kind: 'restricting_you' | 'lifted'): void => {
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
          break;
        case 'capped':
          tenants.cap(tenant, settings.capPerSecond);
          log.info({ event: 'operators.capped', acquirer, tenant: tenant.id, ratePerSecond: settings.capPerSecond });
          tell('restricting_you');
          break;
        case 'lifted':
          tenants.lift(tenant);
          log.info({ event: 'operators.lifted', acquirer, tenant: tenant.id });
          tell('lifted');
          break;
      }
    };

    const look = (): void => {
      timer = null;
      const atMs = clock.monotonicMs();
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
      const atMs = clock.monotonicMs();
      timer = clock.after((secondOf(atMs) + 1) * 1_000 - atMs, look);
    };

    tenant.watch = {
      arrived() {
        window.count(secondOf(clock.monotonicMs()));
        if (timer === null && running) lookAgain();
      },
    };

    return {
      view: (): WatchedView => ({
        state: state.name,
        sinceMs: sinceWallMs,
        ratePerSecond: window.ratePerSecond(secondOf(clock.monotonicMs())),
        thresholdPerSecond: settings.thresholdPerSecond,
      }),
      stop() {
        timer?.cancel();
        timer = null;
      },
    };
  };

  const watched = new Map(
    deps.settings
      .filter((settings) => settings.enabled)
      .map((settings) => [settings.tenant, watchOver(tenants.ensure(settings.tenant), settings)]),
  );

  return {
    view: () => ({
      tenants: Object.fromEntries([...watched].map(([id, watch]) => [id, watch.view()])),
      history: history.slice(-HISTORY_KEPT),
    }),
    informed(tenant, detail) {
      log.info({ event: 'operators.informed', acquirer, tenant: tenant.id, ...detail });
      note({ atMs: clock.wallMs(), tenant: tenant.id, what: 'informed', ...detail });
    },
    start() {
      running = true;
    },
    stop() {
      running = false;
      for (const watch of watched.values()) watch.stop();
      notices.stop();
    },
  };
};
