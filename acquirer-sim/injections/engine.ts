/**
 * What is injected now: begins and ends each thing by the injected clock, and undoes what it did.
 *
 * Two things that change the same (two capacities, two caps of one tenant) lie over each other in
 * the order in which they began, and each is taken away by itself: what is under it shows again.
 */
import type { Clock, Timer } from '../ports.ts';
import type { StatePart } from '../state.ts';
import type { Injection } from './schema.ts';

/** Begins a thing that began `elapsedMs` ago (0 = now); answers what ends it. */
export type Begin<One extends Injection = Injection> = (id: string, injection: One, elapsedMs: number) => () => void;

export type Kinds = { readonly [Kind in Injection['kind']]: Begin<Extract<Injection, { kind: Kind }>> };

export interface InjectionView {
  readonly id: string;
  readonly kind: Injection['kind'];
  readonly tenant: string | null;
  readonly active: boolean;
  /** Wall times: when it began or will begin, and when it ends by itself. */
  readonly beginsAtMs: number;
  readonly endsAtMs: number | null;
  readonly settings: Injection;
}

export interface SavedInjection {
  readonly id: string;
  readonly injection: Injection;
  /** Distances from now; the past is negative. */
  readonly beginsInMs: number;
}

export interface Injections {
  /** Replaces what had that id. */
  put(id: string, injection: Injection): InjectionView;
  /** The same under an id nobody uses: `<kind>-<n>`. */
  add(injection: Injection): InjectionView;
  get(id: string): InjectionView | undefined;
  /** Everything that acts or waits, in the order in which it was put. With a tenant: what concerns it alone. */
  list(tenant?: string): InjectionView[];
  remove(id: string): boolean;
  /** Before the program begins nothing acts: the file's own things count from the start. */
  start(): void;
  /** Ends the waiting. What acts stays as it is. */
  stop(): void;
  readonly state: StatePart<{ readonly count: number; readonly entries: readonly SavedInjection[] }>;
}

interface Entry {
  readonly id: string;
  readonly injection: Injection;
  /** Monotonic. */
  readonly beginsMs: number;
  end: (() => void) | null;
  timer: Timer | null;
}

export const tenantOf = (injection: Injection): string | null =>
  'tenant' in injection ? (injection.tenant ?? null) : null;

export const createInjections = (
  clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>,
  kinds: Kinds,
  ended: (id: string, kind: Injection['kind']) => void,
): Injections => {
  const entries = new Map<string, Entry>();
  let running = false;
  let count = 0;

  const view = ({ id, injection, beginsMs, end }: Entry): InjectionView => {
    const beginsAtMs = Math.round(clock.wallMs() + beginsMs - clock.monotonicMs());
    return {
      id,
      kind: injection.kind,
      tenant: tenantOf(injection),
      active: end !== null,
      beginsAtMs,
      endsAtMs: injection.ttlMs === undefined ? null : Math.round(beginsAtMs + injection.ttlMs),
      settings: injection,
    };
  };

  const remove = (id: string): boolean => {
    const entry = entries.get(id);
    if (entry === undefined) return false;
    entries.delete(id);
    entry.timer?.cancel();
    entry.end?.();
    return true;
  };

  const begin = (entry: Entry): void => {
    const { id, injection, beginsMs } = entry;
    const elapsedMs = Math.max(0, clock.monotonicMs() - beginsMs);
    entry.end = (kinds[injection.kind] as Begin)(id, injection, elapsedMs);
    if (injection.ttlMs === undefined) return;
    entry.timer = clock.after(Math.max(0, injection.ttlMs - elapsedMs), () => {
      entry.timer = null;
      remove(id);
      ended(id, injection.kind);
    });
  };

  const schedule = (entry: Entry): void => {
    const waitMs = entry.beginsMs - clock.monotonicMs();
    if (waitMs <= 0) begin(entry);
    else {
      entry.timer = clock.after(waitMs, () => {
        entry.timer = null;
        begin(entry);
      });
    }
  };

  const enter = (id: string, injection: Injection, beginsInMs: number, isSaved = false): Entry => {
    remove(id);
    const entry: Entry = { id, injection, beginsMs: clock.monotonicMs() + beginsInMs, end: null, timer: null };
    entries.set(id, entry);
    if (running || isSaved) schedule(entry);
    return entry;
  };

  const put = (id: string, injection: Injection): InjectionView => view(enter(id, injection, injection.afterMs));

  return {
    put,
    add(injection) {
      do count += 1;
      while (entries.has(`${injection.kind}-${count}`));
      return put(`${injection.kind}-${count}`, injection);
    },
    get(id) {
      const entry = entries.get(id);
      return entry && view(entry);
    },
    list: (tenant) =>
      [...entries.values()].filter(({ injection }) => tenant === undefined || tenantOf(injection) === tenant).map(view),
    remove,
    start() {
      if (running) return;
      running = true;
      // What was restored before the start acts already.
      for (const entry of entries.values()) if (entry.end === null && entry.timer === null) schedule(entry);
    },
    stop() {
      running = false;
      for (const entry of entries.values()) entry.timer?.cancel();
    },
    state: {
      save: () => ({
        count,
        entries: [...entries.values()].map(({ id, injection, beginsMs }) => ({
          id,
          injection,
          beginsInMs: beginsMs - clock.monotonicMs(),
        })),
      }),
      load(saved) {
        for (const id of Array.from(entries.keys())) remove(id);
        for (const { id, injection, beginsInMs } of saved.entries) enter(id, injection, beginsInMs, true);
        count = saved.count;
      },
      reset(tenant) {
        for (const entry of Array.from(entries.values())) {
          if (tenant === null || tenantOf(entry.injection) === tenant) remove(entry.id);
        }
      },
    },
  };
};
