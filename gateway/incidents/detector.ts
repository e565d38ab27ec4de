/**
 * Watches every stream of outcomes and says when one breaks and when it is good again.
 *
 * Only technical failures count: the caller leaves declines, validation errors and our own
 * limits out. The rules and the arithmetic of false alarms are in `stream.ts`.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Component } from '../status-page/facts.ts';
import { calmed, freshStream, goodAtMs, isGood, observe, recentAt, type StreamState, streamRules } from './stream.ts';

export interface StreamName {
  readonly component: Component;
  readonly acquirer: string;
}

export interface Detector {
  note(stream: StreamName, result: 'ok' | 'failure' | 'excluded'): void;
  /** Some stream of the acquirer is alarmed and not good again. */
  alarmed(acquirer: string): boolean;
  /** Recent failures and outcomes of a component over all acquirers, decayed to now. */
  recent(component: Component): { readonly failures: number; readonly total: number };
  close(): void;
}

interface Watched extends StreamName {
  state: StreamState;
}

export const createDetector = (deps: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly policy: Pick<Policy, 'detector'>;
  readonly onAlarm?: (stream: StreamName) => void;
  readonly onCalm?: (stream: StreamName) => void;
}): Detector => {
  const { clock } = deps;
  const { enabled } = deps.policy.detector;
  const rules = streamRules(deps.policy.detector);
  const streams = new Map<string, Watched>();
  const alarms = new Set<Watched>();
  let timer: Timer | null = null;

  const watched = ({ component, acquirer }: StreamName): Watched => {
    const name = `${component}/${acquirer}`;
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = { component, acquirer, state: freshStream };
      streams.set(name, stream);
    }
    return stream;
  };

  const tell = ({ component, acquirer }: Watched): StreamName => ({ component, acquirer });

  const calmIfGood = (stream: Watched, nowMs: number): void => {
    if (!isGood(stream.state, nowMs, rules)) return;
    stream.state = calmed(stream.state);
    alarms.delete(stream);
    deps.onCalm?.(tell(stream));
  };

  /** Sleeps until silence would calm the first alarmed stream; outcomes may calm it sooner. */
  const arm = (): void => {
    timer?.cancel();
    timer = null;
    if (alarms.size === 0) return;
    const dueMs = Math.min(...[...alarms].map((stream) => goodAtMs(stream.state, rules)));
    timer = clock.after(Math.max(1, dueMs - clock.monotonicMs()), () => {
      timer = null;
      const nowMs = clock.monotonicMs();
      for (const stream of alarms) calmIfGood(stream, nowMs);
      arm();
    });
  };

  return {
    note: (name, result) => {
      if (result === 'excluded') return;
      const nowMs = clock.monotonicMs();
      const stream = watched(name);
      const before = stream.state;
      stream.state = observe(before, result === 'failure', nowMs, rules);
      if (!enabled || !stream.state.alarmed) return;
      if (!before.alarmed) {
        alarms.add(stream);
        deps.onAlarm?.(tell(stream));
      } else if (result === 'ok') calmIfGood(stream, nowMs);
      // A timer that was set too early looks again by itself, so only the first needs setting.
      if (timer === null) arm();
    },
    alarmed: (acquirer) => {
      for (const stream of alarms) if (stream.acquirer === acquirer) return true;
      return false;
    },
    recent: (component) => {
      const nowMs = clock.monotonicMs();
      const sum = { failures: 0, total: 0 };
      for (const stream of streams.values()) {
        if (stream.component !== component) continue;
        const { failures, total } = recentAt(stream.state, nowMs, rules);
        sum.failures += failures;
        sum.total += total;
      }
      return sum;
    },
    close: () => timer?.cancel(),
  };
};
