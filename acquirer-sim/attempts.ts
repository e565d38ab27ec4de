/** Posts that are made again until they are answered: what waits, and until when. */
import type { Clock, Timer } from './ports.ts';

export interface SavedAttempt<Item> {
  readonly item: Item;
  readonly dueInMs: number;
}

export interface Attempts<Item> {
  /** Makes an attempt at once, or after a delay. */
  now(item: Item): void;
  after(delayMs: number, item: Item): void;
  /** What waits. An attempt on its way counts as due: after a restore it is made once more. */
  save(): SavedAttempt<Item>[];
  load(saved: readonly SavedAttempt<Item>[]): void;
  /** Forgets what `belongs`. */
  drop(belongs: (item: Item) => boolean): void;
  stop(): void;
}

/** @param attempt makes one; resolves with the next one and its delay, or null when there is none. */
export const createAttempts = <Item>(
  clock: Pick<Clock, 'monotonicMs' | 'after'>,
  attempt: (item: Item) => Promise<{ readonly item: Item; readonly delayMs: number } | null>,
): Attempts<Item> => {
  interface Entry {
    readonly item: Item;
    readonly dueMs: number;
    /** null = on its way. */
    timer: Timer | null;
  }
  const entries = new Set<Entry>();
  let stopped = false;

  const start = async (entry: Entry): Promise<void> => {
    entry.timer = null;
    const next = await attempt(entry.item);
    // Dropped, restored or stopped meanwhile: what comes after it is nobody's.
    if (!entries.delete(entry) || stopped || next === null) return;
    after(next.delayMs, next.item);
  };

  const after = (delayMs: number, item: Item): void => {
    const entry: Entry = { item, dueMs: clock.monotonicMs() + delayMs, timer: null };
    entry.timer = clock.after(delayMs, () => void start(entry));
    entries.add(entry);
  };

  const drop = (belongs: (item: Item) => boolean): void => {
    for (const entry of entries) {
      if (!belongs(entry.item)) continue;
      entry.timer?.cancel();
      entries.delete(entry);
    }
  };

  return {
    now(item) {
      if (stopped) return;
      const entry: Entry = { item, dueMs: clock.monotonicMs(), timer: null };
      entries.add(entry);
      void start(entry);
    },
    after,
    save: () => [...entries].map(({ item, dueMs }) => ({ item, dueInMs: Math.max(0, dueMs - clock.monotonicMs()) })),
    load(saved) {
      drop(() => true);
      for (const { item, dueInMs } of saved) after(dueInMs, item);
    },
    drop,
    stop() {
      stopped = true;
      drop(() => true);
    },
  };
};
