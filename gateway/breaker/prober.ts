/**
 * Synthetic probes of what is open, and of nothing else.
 *
 * One target per acquirer and brand, one probe of it at a time. Every `probeEveryMs` with jitter,
 * so that many gateways do not knock together; every `probeAfterGoodMs` once a probe was good,
 * so that recovery is seen in seconds. Probes do not back off: they are a handful a minute, and
 * merchants wait for them.
 *
 * Of several instances one probes a target: whoever holds its lease. The others look again every
 * second or so, and take it up when the holder has its run of good probes or is gone. Each needs a run
 * of its own, so the second instance comes back some three seconds after the first.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock, Random, Timer } from '../ports.ts';

export interface Target {
  readonly acquirer: string;
  readonly brand: string;
  /** Good probes in a row since something about this target last opened. */
  readonly goodInRow: number;
  /** The last answer since then; null when there was none. */
  readonly last: boolean | null;
}

/**
 * Good probes in a row, as far as a breaker over all these targets is concerned. It is ready
 * (`needed` or more) once one target is and every other one is too or failed its last probe:
 * one dead brand does not hold the others back.
 */
export const readiness = (targets: readonly Target[], needed: number): number => {
  const most = Math.max(0, ...targets.map((target) => target.goodInRow));
  const counting = targets.some((target) => target.goodInRow < needed && target.last !== false);
  return counting ? Math.min(most, needed - 1) : most;
};

/** Who of several instances probes. `take` renews what is held; a failure to ask counts as taken: better two than none. */
export interface ProbeLease {
  take(name: string, ttlMs: number): boolean | Promise<boolean>;
  end(name: string): void;
}

export interface Prober {
  /** Something about the target opened: its run starts again, and it is probed while `wanted`. */
  watch(acquirer: string, brand: string): void;
  /** Stops waiting for targets that are no longer wanted. */
  release(): void;
  /** The acquirer answers again at least for one brand: its other targets are asked soon, too. */
  hurry(acquirer: string): void;
  /** Those of the brands that were ever watched. */
  targets(acquirer: string, brands: readonly string[]): readonly Target[];
  close(): void;
}

type Watched = { -readonly [Member in keyof Target]: Target[Member] } & {
  readonly random: Random;
  timer: Timer | null;
  dueMs: number;
  probing: boolean;
  /** The lease is ours. */
  holding: boolean;
};

/** Between two looks at a target that another instance probes. */
const notMineMs = 700;

const nameOf = ({ acquirer, brand }: Target): string => `${acquirer}/${brand}`;

export const createProber = (deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: Policy['breaker'];
  readonly probe: (acquirer: string, brand: string) => Promise<boolean>;
  readonly wanted: (acquirer: string, brand: string) => boolean;
  /** After the run was counted and before the next probe is planned. */
  readonly onResult: (target: Target) => void;
  readonly lease?: ProbeLease;
}): Prober => {
  const { clock, policy, lease } = deps;
  const targets = new Map<string, Watched>();
  let closed = false;

  const plan = (target: Watched): void => {
    if (closed || target.probing || target.timer !== null || !deps.wanted(target.acquirer, target.brand)) return;
    const jitter = 1 + policy.probeJitter * (2 * target.random.float() - 1);
    const soon = target.goodInRow > 0 && !givesWay(target);
    waitFor(target, soon ? policy.probeAfterGoodMs : policy.probeEveryMs * jitter);
  };

  /**
   * Has what it needs of a target that others may need as well. A breaker over several brands waits for all of them, and
   * two instances that each kept one brand would wait for each other's for ever.
   */
  const givesWay = ({ goodInRow }: Target): boolean => lease !== undefined && goodInRow >= policy.goodProbesToRamp;

  const waitFor = (target: Watched, delayMs: number): void => {
    target.timer?.cancel();
    target.dueMs = clock.monotonicMs() + delayMs;
    target.timer = clock.after(delayMs, () => {
      if (lease === undefined) ask(target);
      else askIfMine(target, lease);
    });
  };

  /** Long enough for a probe and the wait for the next one. */
  const leaseMs = policy.slowMs + policy.probeEveryMs * (1 + policy.probeJitter);

  const askIfMine = (target: Watched, { take }: ProbeLease): void => {
    target.timer = null;
    target.probing = true;
    const decided = (mine: boolean): void => {
      target.probing = false;
      if (closed) return;
      target.holding = mine;
      if (mine) ask(target);
      else if (deps.wanted(target.acquirer, target.brand)) waitFor(target, notMineMs * (1 + target.random.float()));
    };
    const taken = take(nameOf(target), leaseMs);
    if (taken instanceof Promise) taken.then(decided, () => decided(true));
    else decided(taken);
  };

  const letGo = (target: Watched): void => {
    if (!target.holding) return;
    target.holding = false;
    lease?.end(nameOf(target));
  };

  const ask = (target: Watched): void => {
    target.timer = null;
    target.probing = true;
    const beganMs = clock.monotonicMs();
    const answered = (answer: boolean): void => {
      target.probing = false;
      if (closed) return;
      // An answer after slowMs is what made calls count as failed; it proves no recovery.
      const good = answer && clock.monotonicMs() - beganMs <= policy.slowMs;
      target.goodInRow = good ? target.goodInRow + 1 : 0;
      target.last = good;
      deps.onResult(target);
      if (givesWay(target) || !deps.wanted(target.acquirer, target.brand)) letGo(target);
      plan(target);
    };
    deps.probe(target.acquirer, target.brand).then(answered, () => answered(false));
  };

  const forget = (target: Watched): void => {
    target.timer?.cancel();
    target.timer = null;
    letGo(target);
  };

  return {
    watch: (acquirer, brand) => {
      const name = `${acquirer}/${brand}`;
      let target = targets.get(name);
      if (target === undefined) {
        const random = deps.random.fork(`probe/${name}`);
        target = {
          acquirer,
          brand,
          goodInRow: 0,
          last: null,
          random,
          timer: null,
          dueMs: 0,
          probing: false,
          holding: false,
        };
        targets.set(name, target);
      }
      target.goodInRow = 0;
      target.last = null;
      plan(target);
    },
    release: () => {
      for (const target of targets.values()) if (!deps.wanted(target.acquirer, target.brand)) forget(target);
    },
    hurry: (acquirer) => {
      for (const target of targets.values()) {
        if (target.acquirer !== acquirer || target.timer === null) continue;
        // Only ever sooner, or one lively brand would put the others off for ever.
        if (target.dueMs > clock.monotonicMs() + policy.probeAfterGoodMs) waitFor(target, policy.probeAfterGoodMs);
      }
    },
    targets: (acquirer, brands) =>
      brands.map((brand) => targets.get(`${acquirer}/${brand}`)).filter((target) => target !== undefined),
    close: () => {
      closed = true;
      for (const target of targets.values()) forget(target);
    },
  };
};
