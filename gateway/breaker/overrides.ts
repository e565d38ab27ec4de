/**
 * An operator's word about an acquirer, in place of its breakers, for a while: nothing is sent, or
 * everything is in spite of what they say. The breakers go on counting and probing underneath, so
 * that whoever hands the acquirer back finds them as they are. Kept in the store: every instance
 * follows, and so does the next life of this one. It ends by itself, because people forget.
 */
import { describe } from '../http/endpoint.ts';
import type { Clock, Log, Query, Store, Timer } from '../ports.ts';
import type { BreakerOverrideRow } from '../store/database.ts';
import { query } from '../store/query.ts';
import type { BreakerBoard, BreakerCall } from './board.ts';

export interface Override {
  readonly acquirer: string;
  /** `open`: nothing is sent. `closed`: everything is. */
  readonly state: 'open' | 'closed';
  readonly operator: string;
  readonly reason: string;
  readonly atMs: number;
  readonly untilMs: number;
}

export interface Overrides {
  of(acquirer: string): 'open' | 'closed' | null;
  list(): readonly Override[];
  set(override: Override): Promise<void>;
  /** Hands the acquirer back to its breakers. False: it was theirs already. */
  clear(acquirer: string, operator: string): Promise<boolean>;
  start(): Promise<void>;
  stop(): void;
}

const all: Query<object, BreakerOverrideRow> = query((db) =>
  db.selectFrom('breaker_overrides').selectAll().orderBy('acquirer'),
);
const save: Query<BreakerOverrideRow, never> = {
  sql:
    'insert into breaker_overrides (acquirer, state, operator, reason, at_ms, until_ms) values (?, ?, ?, ?, ?, ?) ' +
    'on conflict (acquirer) do update set state = excluded.state, operator = excluded.operator, ' +
    'reason = excluded.reason, at_ms = excluded.at_ms, until_ms = excluded.until_ms',
  parameters: ['acquirer', 'state', 'operator', 'reason', 'at_ms', 'until_ms'].map((arg) => ({ arg })),
};

export const createOverrides = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'after'>;
  readonly log: Log;
  readonly store: Store;
  /** How often others' words are looked for; null: this instance is alone. */
  readonly lookEveryMs: number | null;
  /** What holds for the acquirer changed. */
  readonly onChange: (acquirer: string, state: 'open' | 'closed' | null) => void;
}): Overrides => {
  const { clock, log, store } = deps;
  const held = new Map<string, { readonly override: Override; readonly timer: Timer }>();
  let looker: Timer | null = null;
  let stopped = true;

  const drop = (acquirer: string): boolean => {
    held.get(acquirer)?.timer.cancel();
    return held.delete(acquirer);
  };

  const changed = (acquirer: string, state: 'open' | 'closed' | null, by: string): void => {
    log.info({ event: 'breaker.overridden', acquirer, state: state ?? 'none', by });
    deps.onChange(acquirer, state);
  };

  const take = (override: Override): void => {
    const { acquirer, state, untilMs } = override;
    const before = held.get(acquirer)?.override;
    drop(acquirer);
    const timer = clock.after(Math.max(1, untilMs - clock.wallMs()), () => {
      if (drop(acquirer)) changed(acquirer, null, 'time');
    });
    held.set(acquirer, { override, timer });
    if (before?.state !== state) changed(acquirer, state, override.operator);
  };

  const look = async (): Promise<void> => {
    const rows = await store.read((tx) => tx.all(all, {}));
    if (stopped) return;
    const nowMs = clock.wallMs();
    for (const row of rows) {
      const { acquirer, operator, reason } = row;
      const [atMs, untilMs] = [Number(row.at_ms), Number(row.until_ms)];
      const known = held.get(acquirer)?.override;
      if (known !== undefined && known.atMs >= atMs) continue;
      if ((row.state === 'open' || row.state === 'closed') && untilMs > nowMs)
        take({ acquirer, state: row.state, operator, reason, atMs, untilMs });
      else if (drop(acquirer)) changed(acquirer, null, operator);
    }
  };

  const lookAgain = (everyMs: number): void => {
    looker = clock.after(everyMs, () => {
      void look()
        .catch((reason: unknown) => log.error({ event: 'breaker.overrides-unread', reason: describe(reason) }))
        .then(() => {
          if (!stopped) lookAgain(everyMs);
        });
    });
  };

  const write = ({
    acquirer,
    state,
    operator,
    reason,
    atMs,
    untilMs,
  }: Override | (Omit<Override, 'state'> & { state: 'none' })) =>
    store.unit((tx) => tx.run(save, { acquirer, state, operator, reason, at_ms: atMs, until_ms: untilMs }));

  return {
    of: (acquirer) => (held.size === 0 ? null : (held.get(acquirer)?.override.state ?? null)),
    list: () => [...held.values()].map(({ override }) => override),
    async set(override) {
      await write(override);
      take(override);
    },
    async clear(acquirer, operator) {
      const atMs = clock.wallMs();
      await write({ acquirer, state: 'none', operator, reason: '', atMs, untilMs: atMs });
      if (!drop(acquirer)) return false;
      changed(acquirer, null, operator);
      return true;
    },
    async start() {
      stopped = false;
      // Without its store an instance goes by its breakers alone.
      await look().catch((reason: unknown) =>
        log.error({ event: 'breaker.overrides-unread', reason: describe(reason) }),
      );
      if (deps.lookEveryMs !== null) lookAgain(deps.lookEveryMs);
    },
    stop() {
      stopped = true;
      looker?.cancel();
      for (const acquirer of Array.from(held.keys())) drop(acquirer);
    },
  };
};

/** Counts nowhere: its breaker would have refused it. */
const uncounted: BreakerCall = { end: () => undefined };

/** The board as everybody asks it, with the operators' word first. */
export const overridable = (board: BreakerBoard, of: (acquirer: string) => 'open' | 'closed' | null): BreakerBoard => ({
  begin(call) {
    const word = of(call.acquirer);
    if (word === 'open') return 'refused';
    const begun = board.begin(call);
    return begun === 'refused' && word === 'closed' ? uncounted : begun;
  },
  mayUse(acquirer, brand, operation, drawKey) {
    const word = of(acquirer);
    return word === null ? board.mayUse(acquirer, brand, operation, drawKey) : word === 'closed';
  },
  working: (acquirer, operation) => (of(acquirer) === 'open' ? [] : board.working(acquirer, operation)),
  isAway(acquirer, call) {
    const word = of(acquirer);
    return word === null ? board.isAway(acquirer, call) : word === 'open';
  },
  snapshot: () => board.snapshot(),
  // What is let through in spite of its breakers is not well for that: an incident stays open.
  worst: (acquirer) => (of(acquirer) === 'open' ? 'open' : board.worst(acquirer)),
  close: () => board.close(),
});
