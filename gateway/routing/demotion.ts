/**
 * An acquirer that fails a little is asked last.
 *
 * A breaker refuses, so it opens only where most calls fail; a tenth of the calls swallowed for hours never
 * opens one, and an opening there would also throw away the nine tenths that work. But where another acquirer
 * can take the payments, nobody has to lose that tenth (Visa Europe, 2018-06-01: 5.2 of 51.2 million). So the
 * same outcomes are weighed a second time, against a smaller share of failures, and what is found sick goes to
 * the end of the order. It is still used when nobody else has room.
 *
 * The way back is the breaker's: a run of good probes, longer because less is to be seen, then a ramp whose lots
 * are drawn by card, so that a card that is back stays back. A breaker that opens again from its own ramp is sick
 * by that alone: a dead acquirer heals once.
 */
import {
  advance,
  type BreakerEvent,
  type BreakerState,
  breakerRules,
  dueUs,
  neverOpened,
  shareOf,
} from '../breaker/breaker.ts';
import { accumulate, evidenceSteps } from '../breaker/evidence.ts';
import { unknownBrand } from '../breaker/pools.ts';
import { createProber, type ProbeLease } from '../breaker/prober.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Random, Timer } from '../ports.ts';

export interface Demotion {
  /** The order with what is sick for this brand last. While an acquirer comes back, `drawKey` says whose payments it has again. */
  ordered(order: readonly string[], brand: string, drawKey: string): readonly string[];
  /** Is it asked last by all payments of the brand? */
  isLast(acquirer: string, brand: string): boolean;
  /** One outcome that no open breaker explains. */
  outcome(acquirer: string, brand: string, failed: boolean): void;
  /** A breaker opened; `brand` null: over all brands. `relapsed`: from its ramp, and not because the acquirer restricts us. */
  opened(acquirer: string, brand: string | null, relapsed: boolean): void;
  close(): void;
}

interface Watched {
  readonly acquirer: string;
  /** Null: all of its brands. */
  readonly brand: string | null;
  /** The brand of our card that probes it. */
  probed: string;
  evidence: number;
  /** Part of the last calls that failed, about `remembered` of them; orders what is sick. */
  failing: number;
  state: BreakerState;
  timer: Timer | null;
}

interface Pair {
  readonly whole: Watched;
  readonly brands: Map<string, Watched>;
}

/** In a ramp half the evidence is enough, as for a breaker: a relapse is likely. */
const rampThresholdShare = 0.5;

const remembered = 50;

export const createDemotion = (deps: {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly policy: Pick<Policy, 'breaker' | 'routing'>;
  readonly acquirers: readonly string[];
  readonly probe: (acquirer: string, brand: string) => Promise<boolean>;
  readonly lease?: ProbeLease;
}): Demotion => {
  const { clock, log } = deps;
  const { demotion } = deps.policy.routing;
  const breaker = deps.policy.breaker;
  const steps = evidenceSteps(breaker.healthyFailureShare, demotion.sickFailureShare);
  const rules = { ...breakerRules(breaker), goodProbesToRamp: demotion.goodProbes };
  let closed = false;
  /** How many of all are not closed: nearly always none, and then nothing is asked. */
  let demoted = 0;

  const watched = (acquirer: string, brand: string | null): Watched => ({
    acquirer,
    brand,
    probed: brand ?? unknownBrand,
    evidence: 0,
    failing: 0,
    state: neverOpened,
    timer: null,
  });
  const pairs = new Map<string, Pair>(
    deps.acquirers.map((acquirer) => [acquirer, { whole: watched(acquirer, null), brands: new Map() }]),
  );

  const nowUs = (): number => Math.round(clock.monotonicMs() * 1000);
  const isOpen = ({ state }: Watched): boolean => state.status === 'open';
  const everyOf = ({ whole, brands }: Pair): Watched[] => [whole, ...brands.values()];

  const apply = (one: Watched, event: BreakerEvent): void => {
    const before = one.state;
    const after = advance(before, event, rules);
    one.state = after;
    if (after !== before || event.type === 'timed') arm(one);
    if (after === before) return;
    if (before.status === 'closed') demoted += 1;
    if (after.status === 'closed') demoted -= 1;
    if (after.status === 'open' && before.status !== 'open') {
      one.evidence = 0;
      prober.watch(one.acquirer, one.probed);
    }
    if (before.status === 'open' && after.status === 'ramp') prober.release();
    const share = shareOf(after, rules);
    if (share === shareOf(before, rules)) return;
    log.info({ event: 'routing.demoted', acquirer: one.acquirer, brand: one.brand ?? '*', share });
  };

  const arm = (one: Watched): void => {
    one.timer?.cancel();
    one.timer = null;
    const due = dueUs(one.state, rules);
    if (closed || due === null) return;
    one.timer = clock.after((due - nowUs()) / 1000, () => apply(one, { type: 'timed', atUs: nowUs() }));
  };

  const prober = createProber({
    clock,
    random: deps.random,
    policy: { ...breaker, probeEveryMs: demotion.probeEveryMs, probeAfterGoodMs: demotion.probeEveryMs },
    probe: deps.probe,
    wanted: (acquirer, brand) => everyOf(pairs.get(acquirer)!).some((one) => isOpen(one) && one.probed === brand),
    onResult({ acquirer, brand, goodInRow }) {
      for (const one of everyOf(pairs.get(acquirer)!))
        if (isOpen(one) && one.probed === brand) apply(one, { type: 'probed', goodInRow, atUs: nowUs() });
    },
    ...(deps.lease === undefined ? {} : { lease: deps.lease }),
  });

  /** Weighs one outcome, and says whether it was the one too many. */
  const isSick = (one: Watched, step: number): boolean => {
    one.evidence = accumulate(one.evidence, step, demotion.atEvidence);
    const least = one.state.status === 'ramp' ? demotion.atEvidence * rampThresholdShare : demotion.atEvidence;
    return step > 0 && one.evidence >= least;
  };

  const shareFor = (acquirer: string, brand: string): number => {
    const pair = pairs.get(acquirer);
    if (pair === undefined) return 1;
    const own = pair.brands.get(brand);
    return Math.min(shareOf(pair.whole.state, rules), own === undefined ? 1 : shareOf(own.state, rules));
  };

  return {
    ordered(order, brand, drawKey) {
      if (demoted === 0) return order;
      let lot: number | null = null;
      const isLast = (acquirer: string): boolean => {
        const share = shareFor(acquirer, brand);
        if (share >= 1) return false;
        lot ??= deps.random.fork(`ramp/${drawKey}`).float();
        return lot >= share;
      };
      const last = order.filter(isLast);
      if (last.length === 0) return order;
      if (last.length > 1) last.sort((one, other) => pairs.get(one)!.whole.failing - pairs.get(other)!.whole.failing);
      return [...order.filter((acquirer) => !last.includes(acquirer)), ...last];
    },
    isLast: (acquirer, brand) => demoted > 0 && shareFor(acquirer, brand) === 0,
    outcome(acquirer, brand, failed) {
      if (closed) return;
      const { whole, brands } = pairs.get(acquirer)!;
      let own = brands.get(brand);
      if (own === undefined && brand !== unknownBrand) {
        own = watched(acquirer, brand);
        brands.set(brand, own);
        if (whole.probed === unknownBrand) whole.probed = brand;
      }
      whole.failing += ((failed ? 1 : 0) - whole.failing) / remembered;
      const known = isOpen(whole) ? whole : own !== undefined && isOpen(own) ? own : null;
      if (known !== null) {
        // Merchants' own calls say the same as a probe that failed: the run of good ones begins anew.
        if (failed) prober.watch(acquirer, known.probed);
        return;
      }
      const step = failed ? steps.failure : steps.success;
      const wholeIs = isSick(whole, step);
      // The brand's own count has the same failures and fewer successes: it is full first when it alone is sick.
      if (own !== undefined && isSick(own, step)) {
        whole.evidence = Math.max(0, whole.evidence - own.evidence);
        apply(own, { type: 'tripped', atUs: nowUs() });
      } else if (wholeIs) apply(whole, { type: 'tripped', atUs: nowUs() });
    },
    opened(acquirer, brand, relapsed) {
      if (closed) return;
      const { whole, brands } = pairs.get(acquirer)!;
      const own = brand === null ? whole : brands.get(brand);
      // What the breaker stands for needs no second judgement, and is no sign of anything wider.
      whole.evidence = 0;
      for (const one of brand === null ? brands.values() : []) one.evidence = 0;
      if (own === undefined) return;
      own.evidence = 0;
      if (relapsed) apply(own, { type: 'tripped', atUs: nowUs() });
    },
    close() {
      closed = true;
      prober.close();
      for (const pair of pairs.values()) for (const one of everyOf(pair)) one.timer?.cancel();
    },
  };
};
