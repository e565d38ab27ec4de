/**
 * All breakers of one gateway instance: what may be called, what is probed, what comes back.
 *
 * The board counts every upstream call into four pools (`pools.ts`), opens the narrowest pool
 * that explains its failures, has open ones probed (`prober.ts`) and lets traffic back by ramp
 * (`breaker.ts`). A call is let through only where none of its four pools refuses it.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock, Random } from '../ports.ts';
import { advance, type BreakerEvent, type BreakerStatus, breakerRules, dueUs, shareOf } from './breaker.ts';
import { evidenceSteps } from './evidence.ts';
import {
  type AcquirerPools,
  brandsToProbe,
  createAcquirerPools,
  discharge,
  everyPool,
  isRestricted,
  type Lane,
  laneOf,
  narrowestToOpen,
  type Pool,
  unknownBrand,
  weigh,
} from './pools.ts';
import { createProber, type ProbeLease, readiness, type Target } from './prober.ts';
import { createSlowWatch } from './slow-watch.ts';
import { suspectNeighbours, widen } from './spread.ts';

/**
 * How a call ended. `refused`: a failure that was a complete answer, such as flow control. `ignored`: our own cancel, or anything that says nothing about the upstream. Declines are `ok`. */
export type CallOutcome = 'ok' | 'failure' | 'refused' | 'ignored';

export interface BreakerCall {
  /** Counts the outcome, unless the call was counted as slow already. Only the first end counts. */
  end(outcome: CallOutcome): void;
}

export interface BreakerChange {
  readonly acquirer: string;
  /** `acquirer/brand/operation`; `*` where the breaker does not distinguish. */
  readonly key: string;
  readonly from: BreakerStatus;
  readonly to: BreakerStatus;
  /** Evidence of the pool at the change, natural log units. */
  readonly evidence: number;
}

export interface BreakerReading {
  readonly acquirer: string;
  readonly key: string;
  readonly status: BreakerStatus;
  /** Share of traffic let through, 0 to 1. */
  readonly share: number;
  readonly evidence: number;
  /** Openings since it was last calm. */
  readonly openings: number;
  /** Monotonic milliseconds. */
  readonly sinceMs: number;
}

export interface BreakerBoard {
  /**
   * Announces an upstream call; every begun call must be ended. `'refused'` while a breaker of
   * its is open. During a ramp it lets everything through: sampling is `mayUse`'s business.
   * Brand `-` where the call has none.
   */
  begin(call: {
    readonly acquirer: string;
    readonly brand: string;
    readonly operation: string;
  }): BreakerCall | 'refused';
  /**
   * May this request use the acquirer? During a ramp the answer is drawn from a stream keyed by
   * `drawKey` (what the request is), so every merchant gets the same share, and a request let in
   * at one share is let in at every greater one.
   */
  mayUse(acquirer: string, brand: string, operation: string, drawKey: string): boolean;
  /** Known brands of which the acquirer is let at least a part of this operation's traffic. */
  working(acquirer: string, operation: string): readonly string[];
  /**
   * Is it away, so that work which belongs to it is deferred? For one kind of call: some breaker
   * on its way is not closed. Without it: the acquirer's own breaker is not closed, or none of
   * its known brands' is.
   */
  isAway(acquirer: string, call?: { readonly brand: string; readonly operation: string }): boolean;
  /** Every breaker that has a call, for operators and the incident service. */
  snapshot(): readonly BreakerReading[];
  /** The worst status among the acquirer's breakers: open before ramp before closed. */
  worst(acquirer: string): BreakerStatus;
  /** Cancels all timers. Nothing is probed or moved any more. */
  close(): void;
}

/**
 * During a ramp the same failures count for more, because a relapse is likely and each failure is
 * a merchant's: 3 straight failures close the ramp (17.5 / 2 / 3.91). A healthy ramp, about 50
 * calls at 5/s, is closed wrongly less than once in 100 times (e^8.75 = 6,300 calls).
 */
const rampThresholdShare = 0.5;

/** Failures outside the strongest brand before a pool over all brands may open: from closed, and in the acquirer's ramp. */
const secondBrandFailures = { closed: 2, ramp: 1 } as const;

export interface BreakerBoardDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: Pick<Policy, 'breaker'>;
  readonly acquirers: readonly string[];
  /**
   * One synthetic call (inquiry, or validity check of our own card); true when the answer is
   * complete and valid. Brand `-` when no call so far had a brand. A rejection counts as false.
   */
  readonly probe: (acquirer: string, brand: string) => Promise<boolean>;
  readonly onChange?: (change: BreakerChange) => void;
  /** The share of traffic let through by one breaker changed: 0 at its opening, each step of its ramp, 1 at its end. */
  readonly onShare?: (change: { readonly acquirer: string; readonly key: string; readonly share: number }) => void;
  /** First good probe since something of the acquirer opened, and again once all its breakers are closed. */
  readonly onFirstGoodProbe?: (acquirer: string) => void;
  /** Which of several instances probes a target (`acquirer/brand`); absent: this one is alone. */
  readonly lease?: ProbeLease;
  /** Judges the same outcomes for less than a breaker opens for (`routing/demotion.ts`). */
  readonly alsoJudges?: BreakerWitness;
}

/** Hears of what the breakers count, and of what they explain. */
export interface BreakerWitness {
  /** An outcome that no open breaker explains. Answers that refuse are not told: a restriction is no sickness. */
  outcome(acquirer: string, brand: string, failed: boolean): void;
  /** A breaker opened; `brand` null: over all brands. `relapsed`: from its ramp, and not for a restriction. */
  opened(acquirer: string, brand: string | null, relapsed: boolean): void;
}

export const createBreakerBoard = (deps: BreakerBoardDeps): BreakerBoard => {
  const { clock } = deps;
  const policy = deps.policy.breaker;
  const steps = evidenceSteps(policy.healthyFailureShare, policy.brokenFailureShare);
  const full = policy.openAtEvidence;
  const slowUs = policy.slowMs * 1000;
  const rules = breakerRules(policy);
  const boards = new Map(deps.acquirers.map((acquirer) => [acquirer, createAcquirerPools(acquirer)]));
  /** Acquirers with something open and no good probe since. */
  const awaitingGood = new Set<string>();
  let closed = false;

  const nowUs = (): number => Math.round(clock.monotonicMs() * 1000);

  const poolsOf = (acquirer: string): AcquirerPools => {
    const pools = boards.get(acquirer);
    if (pools === undefined) throw new Error(`no such acquirer on the breaker board: ${acquirer}`);
    return pools;
  };

  const isOpen = (pool: Pool): boolean => pool.state.status === 'open';

  const openOver = (acquirer: string, brand: string): Pool[] =>
    [...everyPool(poolsOf(acquirer))].filter((pool) => isOpen(pool) && pool.probed.includes(brand));

  const arm = (pool: Pool): void => {
    pool.timer?.cancel();
    pool.timer = null;
    const due = dueUs(pool.state, rules);
    if (closed || due === null) return;
    pool.timer = clock.after((due - nowUs()) / 1000, () => apply(pool, { type: 'timed', atUs: nowUs() }));
  };

  /** Applies one event to one breaker and does all that follows from it. */
  const apply = (pool: Pool, event: BreakerEvent): void => {
    const before = pool.state;
    const after = advance(before, event, rules);
    if (event.type === 'tripped' && after !== before) pool.restricted = event.restricted === true;
    pool.state = after;
    if (after !== before || event.type === 'timed') arm(pool);
    if (after === before) return;
    const { acquirer, key, evidence } = pool;
    if (after.status !== before.status) {
      if (after.status === 'open') {
        begunToRefuse(pool, event.atUs);
        deps.alsoJudges?.opened(acquirer, pool.brand, before.status === 'ramp' && !pool.restricted);
      }
      deps.onChange?.({ acquirer, key, from: before.status, to: after.status, evidence });
    }
    const share = shareOf(after, rules);
    if (share !== shareOf(before, rules)) deps.onShare?.({ acquirer, key, share });
    if (before.status === 'open' && after.status === 'ramp') {
      handDown(pool, event.atUs);
      prober.release();
    }
    if (after.status === 'closed' && worst(acquirer) === 'closed') deps.onFirstGoodProbe?.(acquirer);
  };

  const begunToRefuse = (pool: Pool, atUs: number): void => {
    const pools = poolsOf(pool.acquirer);
    discharge(pools, pool);
    pool.opaqueUntilUs = atUs;
    pool.probed = brandsToProbe(pools, pool);
    suspectNeighbours(pools, pool);
    awaitingGood.add(pool.acquirer);
    for (const brand of pool.probed) prober.watch(pool.acquirer, brand);
  };

  /** Brands that failed their last probe stay closed to traffic, by breakers of their own. */
  const handDown = (pool: Pool, atUs: number): void => {
    if (pool.brand !== null || policy.pools === 'acquirer') return;
    const pools = poolsOf(pool.acquirer);
    for (const { brand, last } of prober.targets(pool.acquirer, pool.probed)) {
      if (last !== false) continue;
      const narrower = pool.operation === null ? pools.brands.get(brand) : laneOf(pools, brand, pool.operation)[0];
      if (narrower !== undefined) apply(narrower, { type: 'tripped', atUs });
    }
  };

  const onProbe = (target: Target): void => {
    const { acquirer, brand } = target;
    const atUs = nowUs();
    const concerned = openOver(acquirer, brand);
    if (target.last === true) {
      if (concerned.some((pool) => pool.brand === null)) prober.hurry(acquirer);
      if (awaitingGood.delete(acquirer)) deps.onFirstGoodProbe?.(acquirer);
    }
    for (const pool of concerned) {
      const goodInRow = readiness(prober.targets(acquirer, pool.probed), rules.goodProbesToRamp);
      apply(pool, { type: 'probed', goodInRow, atUs });
    }
  };

  const prober = createProber({
    clock,
    random: deps.random,
    policy,
    probe: deps.probe,
    wanted: (acquirer, brand) => openOver(acquirer, brand).length > 0,
    onResult: onProbe,
    ...(deps.lease === undefined ? {} : { lease: deps.lease }),
  });

  const count = (call: Call, outcome: 'ok' | 'failure' | 'refused'): void => {
    const failed = outcome !== 'ok';
    const { lane } = call;
    let ramping = false;
    for (const pool of lane) {
      // What began before an opening is part of what the opening already says.
      if (isOpen(pool) || call.beganUs <= pool.opaqueUntilUs) return;
      if (pool.state.status === 'ramp') ramping = true;
    }
    weigh(lane, failed ? steps.failure : steps.success, full, outcome === 'refused');
    if (!policy.enabled || closed) return;
    const atUs = nowUs();
    const [, , , acquirer] = lane;
    const pools = poolsOf(acquirer.acquirer);
    if (outcome !== 'refused') deps.alsoJudges?.outcome(acquirer.acquirer, lane[0].brand ?? unknownBrand, failed);
    const wider = widen(pools, lane, { failed, refused: outcome === 'refused' }, atUs);
    if (wider !== null) apply(wider, { type: 'tripped', atUs, restricted: outcome === 'refused' });
    if (wider !== null || !failed) return;
    const second = acquirer.state.status === 'ramp' ? secondBrandFailures.ramp : secondBrandFailures.closed;
    const toOpen = narrowestToOpen(pools, lane, {
      open: ramping ? full * rampThresholdShare : full,
      full,
      secondBrand: second * steps.failure,
      acquirerOnly: policy.pools === 'acquirer',
    });
    if (toOpen !== null) apply(toOpen, { type: 'tripped', atUs, restricted: isRestricted(toOpen) });
  };

  const slow = createSlowWatch<Call>({ clock, slowUs, onSlow: (call) => count(call, 'failure') });

  class Call implements BreakerCall {
    readonly lane: Lane;
    readonly beganUs: number;
    #ended = false;

    constructor(lane: Lane, beganUs: number) {
      this.lane = lane;
      this.beganUs = beganUs;
    }

    end(outcome: CallOutcome): void {
      if (this.#ended) return;
      this.#ended = true;
      if (policy.enabled && !slow.end(this)) return;
      if (outcome === 'ignored') return;
      // Without timers (breaker off) slowness is seen only now.
      const tooSlow = nowUs() - this.beganUs > slowUs;
      count(this, outcome === 'ok' && tooSlow ? 'failure' : outcome);
    }
  }

  const worst = (acquirer: string): BreakerStatus => {
    let ramping = false;
    for (const { state } of everyPool(poolsOf(acquirer))) {
      if (state.status === 'open') return 'open';
      if (state.status === 'ramp') ramping = true;
    }
    return ramping ? 'ramp' : 'closed';
  };

  const shareFor = (acquirer: string, brand: string, operation: string): number => {
    let share = 1;
    for (const pool of laneOf(poolsOf(acquirer), brand, operation))
      if (pool.state.status !== 'closed') share = Math.min(share, shareOf(pool.state, rules));
    return share;
  };

  return {
    begin: ({ acquirer, brand, operation }) => {
      const lane = laneOf(poolsOf(acquirer), brand, operation);
      for (const pool of lane) if (isOpen(pool)) return 'refused';
      const call = new Call(lane, nowUs());
      if (policy.enabled && !closed) slow.begin(call);
      return call;
    },
    mayUse: (acquirer, brand, operation, drawKey) => {
      const share = shareFor(acquirer, brand, operation);
      if (share >= 1) return true;
      return share > 0 && deps.random.fork(`ramp/${drawKey}`).float() < share;
    },
    working: (acquirer, operation) =>
      [...poolsOf(acquirer).brands.keys()].filter(
        (brand) => brand !== unknownBrand && shareFor(acquirer, brand, operation) > 0,
      ),
    isAway: (acquirer, call) => {
      const pools = poolsOf(acquirer);
      if (call !== undefined)
        return laneOf(pools, call.brand, call.operation).some((pool) => pool.state.status !== 'closed');
      if (pools.acquirer.state.status !== 'closed') return true;
      const brands = [...pools.brands.values()];
      return brands.length > 0 && brands.every((pool) => pool.state.status !== 'closed');
    },
    snapshot: () =>
      [...boards.values()].flatMap((pools) =>
        [...everyPool(pools)].map(({ acquirer, key, state, evidence }) => ({
          acquirer,
          key,
          status: state.status,
          share: shareOf(state, rules),
          evidence,
          openings: state.openings,
          sinceMs: state.sinceUs / 1000,
        })),
      ),
    worst,
    close: () => {
      closed = true;
      slow.close();
      prober.close();
      for (const pools of boards.values()) for (const pool of everyPool(pools)) pool.timer?.cancel();
    },
  };
};
