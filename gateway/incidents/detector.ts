/**
 * Watches every stream of outcomes and says when one breaks and when it is good again.
 *
 * Each outcome is seen from several sides, because a fault is found soonest from the side that it
 * fills: its component at its acquirer, its brand at its acquirer, how long a good answer took,
 * whether a flow that was begun came to an end, and what our own probes met. Only technical
 * failures count: the caller leaves declines, validation errors and our own limits out. The rules
 * are in `stream.ts`, the arithmetic of false alarms in `thresholds.ts`.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock, Timer } from '../ports.ts';
import type { Component } from '../status-page/facts.ts';
import {
  calm,
  createFastStream,
  type FastStream,
  isGoodNow,
  recentNow,
  silentUntilMs,
  take,
  takeGood,
} from './fast-stream.ts';
import { type StreamRules, streamRules } from './stream.ts';

export type View = 'component' | 'brand' | 'slow' | 'flow' | 'probe';

export interface StreamName {
  readonly view: View;
  /** Null where the stream is not about one: outcomes of a brand, and probes. */
  readonly component: Component | null;
  readonly acquirer: string;
  /** Of brands, and of the flows of one brand. */
  readonly brand: string | null;
}

/** An alarmed stream and its recent counts: the evidence of an incident. */
export interface Alarm extends StreamName {
  readonly failures: number;
  readonly total: number;
  readonly sinceMs: number;
}

export interface Seen {
  readonly component: Component;
  readonly acquirer: string;
  readonly brand?: string | undefined;
  readonly result: 'ok' | 'failure' | 'excluded';
  readonly latencyMs?: number | undefined;
}

export interface Detector {
  note(seen: Seen): void;
  /** So many good and quick outcomes of one kind at this moment: what as many calls of `note` come to. */
  good(
    seen: { readonly component: Component; readonly acquirer: string; readonly brand: string },
    outcomes: number,
  ): void;
  /** A flow that ends outside came to its end in time, or did not. */
  flow(component: Component, acquirer: string, ended: boolean, brand?: string): void;
  probe(acquirer: string, good: boolean): void;
  /** Some stream of the acquirer is alarmed and not good again. */
  alarmed(acquirer: string): boolean;
  /** Good answers of this component are slow now. */
  isSlow(component: Component, acquirer: string): boolean;
  /** Flows of this component, or those of this brand among them, do not come to their end now. */
  isStuck(component: Component, acquirer: string, brand?: string): boolean;
  /** Something speaks against them, if not enough yet. */
  mayBeStuck(component: Component, acquirer: string, brand: string): boolean;
  alarms(acquirer: string): readonly Alarm[];
  /** Recent failures and outcomes of a component over all acquirers, decayed to now. */
  recent(component: Component): { readonly failures: number; readonly total: number };
  /** How many streams there are. */
  readonly streams: number;
  close(): void;
}

interface Watched {
  readonly name: StreamName;
  readonly stream: FastStream;
  sinceMs: number;
}

/** The streams of one acquirer, found without putting strings together. */
interface Side {
  readonly components: Map<Component, Watched>;
  readonly brands: Map<string, Watched>;
  readonly slow: Map<Component, Watched>;
  /** By component, and by component and brand: one issuer's pages can be gone, and all others well. */
  readonly flows: Map<string, Watched>;
  readonly probes: Map<null, Watched>;
}

/** Flows are few, so putting strings together costs nothing. */
const flowKey = (component: Component, brand: string | null): string =>
  brand === null ? component : `${component}/${brand}`;

export const createDetector = (deps: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly policy: Pick<Policy, 'detector'>;
  readonly onAlarm?: (stream: StreamName) => void;
  readonly onCalm?: (stream: StreamName) => void;
}): Detector => {
  const { clock } = deps;
  const policy = deps.policy.detector;
  const ordinary = streamRules(policy);
  const slowRules = streamRules(policy, policy.slow.shares);
  const flowRules = streamRules(policy, policy.flows.shares);
  const rulesOf = new Map<Component, StreamRules>(
    Object.entries(policy.unlike).map(([component, shares]) => [component as Component, streamRules(policy, shares)]),
  );
  const sides = new Map<string, Side>();
  const all: Watched[] = [];
  const alarms = new Set<Watched>();
  let timer: Timer | null = null;

  const sideOf = (acquirer: string): Side => {
    let side = sides.get(acquirer);
    if (side === undefined) {
      side = { components: new Map(), brands: new Map(), slow: new Map(), flows: new Map(), probes: new Map() };
      sides.set(acquirer, side);
    }
    return side;
  };

  const watch = <Key>(streams: Map<Key, Watched>, key: Key, rules: StreamRules, name: StreamName): Watched => {
    const watched = { name, stream: createFastStream(rules), sinceMs: 0 };
    streams.set(key, watched);
    all.push(watched);
    return watched;
  };

  const calmIfGood = (watched: Watched, nowMs: number): void => {
    if (!isGoodNow(watched.stream, nowMs)) return;
    calm(watched.stream);
    alarms.delete(watched);
    deps.onCalm?.(watched.name);
  };

  /** Sleeps until silence would calm the first alarmed stream; outcomes may calm it sooner. */
  const arm = (): void => {
    timer?.cancel();
    timer = null;
    if (alarms.size === 0) return;
    const dueMs = Math.min(...[...alarms].map(({ stream }) => silentUntilMs(stream)));
    timer = clock.after(Math.max(1, dueMs - clock.monotonicMs()), () => {
      timer = null;
      const nowMs = clock.monotonicMs();
      for (const watched of alarms) calmIfGood(watched, nowMs);
      arm();
    });
  };

  const count = (watched: Watched, failed: boolean, nowMs: number): void => {
    const { stream } = watched;
    const raised = take(stream, failed, nowMs);
    if (!stream.alarmed) return;
    if (!policy.enabled) {
      calm(stream);
      return;
    }
    if (raised) {
      watched.sinceMs = nowMs;
      alarms.add(watched);
      deps.onAlarm?.(watched.name);
    } else if (!failed) calmIfGood(watched, nowMs);
    // A timer that was set too early looks again by itself, so only the first needs setting.
    if (timer === null) arm();
  };

  const componentOf = (side: Side, component: Component, acquirer: string): Watched =>
    side.components.get(component) ??
    watch(side.components, component, rulesOf.get(component) ?? ordinary, {
      view: 'component',
      component,
      acquirer,
      brand: null,
    });
  const brandOf = (side: Side, brand: string, acquirer: string): Watched =>
    side.brands.get(brand) ?? watch(side.brands, brand, ordinary, { view: 'brand', component: null, acquirer, brand });
  const slowOf = (side: Side, component: Component, acquirer: string): Watched =>
    side.slow.get(component) ??
    watch(side.slow, component, slowRules, { view: 'slow', component, acquirer, brand: null });

  /** All flows of the component, and those of the brand among them, as far as there were any. */
  const flowsOf = (component: Component, acquirer: string, brand: string): readonly (Watched | undefined)[] => {
    const flows = sides.get(acquirer)?.flows;
    return [flows?.get(flowKey(component, null)), flows?.get(flowKey(component, brand))];
  };

  const flowOf = (component: Component, acquirer: string, brand: string | null): Watched => {
    const { flows } = sideOf(acquirer);
    const key = flowKey(component, brand);
    return flows.get(key) ?? watch(flows, key, flowRules, { view: 'flow', component, acquirer, brand });
  };

  return {
    note: ({ component, acquirer, brand, result, latencyMs }) => {
      if (result === 'excluded') return;
      const nowMs = clock.monotonicMs();
      const failed = result === 'failure';
      const side = sideOf(acquirer);
      count(componentOf(side, component, acquirer), failed, nowMs);
      if (brand !== undefined && brand !== '-') count(brandOf(side, brand, acquirer), failed, nowMs);
      if (!failed && latencyMs !== undefined)
        count(slowOf(side, component, acquirer), latencyMs > policy.slow.afterMs, nowMs);
    },
    good: ({ component, acquirer, brand }, outcomes) => {
      const nowMs = clock.monotonicMs();
      const side = sideOf(acquirer);
      for (const watched of [
        componentOf(side, component, acquirer),
        brandOf(side, brand, acquirer),
        slowOf(side, component, acquirer),
      ]) {
        takeGood(watched.stream, outcomes, nowMs);
        if (watched.stream.alarmed) calmIfGood(watched, nowMs);
      }
    },
    flow: (component, acquirer, ended, brand) => {
      const nowMs = clock.monotonicMs();
      count(flowOf(component, acquirer, null), !ended, nowMs);
      if (brand !== undefined && brand !== '-') count(flowOf(component, acquirer, brand), !ended, nowMs);
    },
    probe: (acquirer, good) => {
      const { probes } = sideOf(acquirer);
      const watched =
        probes.get(null) ?? watch(probes, null, ordinary, { view: 'probe', component: null, acquirer, brand: null });
      count(watched, !good, clock.monotonicMs());
    },
    alarmed: (acquirer) => {
      for (const { name } of alarms) if (name.acquirer === acquirer) return true;
      return false;
    },
    isSlow: (component, acquirer) => sides.get(acquirer)?.slow.get(component)?.stream.alarmed === true,
    isStuck: (component, acquirer, brand = '-') =>
      flowsOf(component, acquirer, brand).some((watched) => watched?.stream.alarmed === true),
    mayBeStuck: (component, acquirer, brand) =>
      flowsOf(component, acquirer, brand).some((watched) => watched?.stream.evidence.some((sum) => sum > 0) === true),
    alarms: (acquirer) => {
      const nowMs = clock.monotonicMs();
      return [...alarms]
        .filter(({ name }) => name.acquirer === acquirer)
        .map(({ name, stream, sinceMs }) => ({ ...name, ...recentNow(stream, nowMs), sinceMs }));
    },
    recent: (component) => {
      const nowMs = clock.monotonicMs();
      const sum = { failures: 0, total: 0 };
      for (const side of sides.values()) {
        const watched = side.components.get(component);
        if (watched === undefined) continue;
        const { failures, total } = recentNow(watched.stream, nowMs);
        sum.failures += failures;
        sum.total += total;
      }
      return sum;
    },
    get streams() {
      return all.length;
    },
    close: () => timer?.cancel(),
  };
};
