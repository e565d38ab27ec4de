/**
 * Flows that leave us and should come back: what began, and whether it ended in time.
 *
 * In March 2025 buyers were not led back to the shop's app after 3-D Secure for six days; every
 * server answered well all the time. Only the share of flows that end shows such a day, so each
 * that began is remembered until it ends or its patience is over. One timer, for the oldest.
 */
import type { Clock, Timer } from '../ports.ts';

export interface Flow<About> {
  readonly id: string;
  readonly about: About;
}

export interface Flows<About> {
  began(flow: Flow<About>): void;
  /** One that is not known (another instance's, or one from before a restart) is none of ours. */
  ended(id: string): void;
  readonly waiting: number;
  close(): void;
}

/** Beyond it the oldest is forgotten, as if it had never begun. */
const waitingMax = 100_000;

export const createFlows = <About>(deps: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly patienceMs: number;
  readonly onEnd: (flow: Flow<About>, inTime: boolean) => void;
}): Flows<About> => {
  const { clock, patienceMs } = deps;
  const waiting = new Map<string, { readonly flow: Flow<About>; readonly dueMs: number }>();
  let timer: Timer | null = null;

  /** The oldest stands first: all have the same patience. */
  const arm = (): void => {
    if (timer !== null) return;
    const oldest = waiting.values().next().value;
    if (oldest === undefined) return;
    timer = clock.after(Math.max(1, oldest.dueMs - clock.monotonicMs()), () => {
      timer = null;
      const nowMs = clock.monotonicMs();
      for (const [id, { flow, dueMs }] of waiting) {
        if (dueMs > nowMs) break;
        waiting.delete(id);
        deps.onEnd(flow, false);
      }
      arm();
    });
  };

  return {
    began: (flow) => {
      if (waiting.has(flow.id)) return;
      waiting.set(flow.id, { flow, dueMs: clock.monotonicMs() + patienceMs });
      const oldest = waiting.keys().next().value;
      if (waiting.size > waitingMax && oldest !== undefined) waiting.delete(oldest);
      arm();
    },
    ended: (id) => {
      const found = waiting.get(id);
      if (found === undefined) return;
      waiting.delete(id);
      deps.onEnd(found.flow, true);
    },
    get waiting() {
      return waiting.size;
    },
    close: () => timer?.cancel(),
  };
};
