/**
 * Synthetic probes where traffic says nothing: an acquirer that nobody was sent to for a while may
 * be down for all we know, and it is the one that a failover would go to.
 *
 * A probe is a validity check of our own card, the breaker's own kind. One whose breaker is not
 * closed is left to the breaker's prober. After a bad probe the next comes sooner, so that four in
 * a row, which make an alarm, take a quarter of a minute.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock, Timer } from '../ports.ts';

export interface Probes {
  /** Something was answered by the acquirer: no probe is needed now. */
  heard(acquirer: string): void;
  start(): void;
  stop(): void;
}

export const createProbes = (deps: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly policy: Policy['detector'];
  readonly acquirers: readonly string[];
  /** Is its breaker closed? */
  readonly isClosed: (acquirer: string) => boolean;
  /** A rejection counts as bad. */
  readonly probe: (acquirer: string) => Promise<boolean>;
  readonly onProbe: (acquirer: string, good: boolean) => void;
}): Probes => {
  const { clock } = deps;
  const { idleMs, againMs } = deps.policy.probes;
  const heardMs = new Map<string, number>();
  const timers = new Map<string, Timer>();
  let running = false;

  const wait = (acquirer: string, delayMs: number): void => {
    timers.set(
      acquirer,
      clock.after(Math.max(1, delayMs), () => void look(acquirer)),
    );
  };

  const look = async (acquirer: string): Promise<void> => {
    const quietMs = clock.monotonicMs() - (heardMs.get(acquirer) ?? Number.NEGATIVE_INFINITY);
    if (quietMs < idleMs) return wait(acquirer, idleMs - quietMs);
    if (!deps.isClosed(acquirer)) return wait(acquirer, idleMs);
    const good = await deps.probe(acquirer).catch(() => false);
    if (!running) return;
    deps.onProbe(acquirer, good);
    wait(acquirer, good ? idleMs : againMs);
  };

  return {
    heard: (acquirer) => heardMs.set(acquirer, clock.monotonicMs()),
    start: () => {
      if (!deps.policy.enabled || !deps.policy.probes.enabled || running) return;
      running = true;
      for (const acquirer of deps.acquirers) wait(acquirer, idleMs);
    },
    stop: () => {
      running = false;
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
    },
  };
};
