/**
 * One stream of outcomes (a component at an acquirer, a brand at it): has it broken, and is it
 * good again? Pure: the reference that `fast-stream.ts` is driven beside.
 *
 * Two views of the same outcomes, because one number cannot do both. The CUSUMs (as in
 * `breaker/evidence.ts`), one for each failure share that is looked for, raise the alarm: they
 * forget nothing, so they find 5 % failures as well as 100 %. The recent view, counts whose weight
 * halves every `halfLifeMs`, ends it: a CUSUM itself would need hundreds of successes for every
 * failure it remembers. Beside them stands the plain threshold that people expect, on the recent
 * view: a share of all outcomes, and at least as many failures as make it no more than the tests ask for.
 *
 * The threshold is derived in `thresholds.ts`. At 0.1 % technical failures 5 % are found after
 * about 150 outcomes (30 s at 5/s) and a hard loss after four (0.8 s).
 */
import { accumulate, balanceShare, type EvidenceSteps, evidenceSteps } from '../breaker/evidence.ts';
import type { Shares } from '../policy/detection.ts';
import type { Policy } from '../policy/schema.ts';
import { alarmThreshold, plainFailures } from './thresholds.ts';

export interface StreamRules {
  /** One test each, for the shares that are looked for. */
  readonly steps: readonly EvidenceSteps[];
  readonly alarmAt: number;
  readonly halfLifeMs: number;
  /** Recent failure share below which a stream looks more healthy than broken. */
  readonly goodShare: number;
  readonly plain: Policy['detector']['plain'];
}

export interface StreamState {
  /** One a test, in the order of `steps`. */
  readonly evidence: readonly number[];
  readonly alarmed: boolean;
  /** Decaying counts, as of the second `atS`. */
  readonly failures: number;
  readonly total: number;
  /** Whole second of the last outcome: all outcomes of one second weigh the same. */
  readonly atS: number;
}

export const freshStream: StreamState = { evidence: [], alarmed: false, failures: 0, total: 0, atS: 0 };

/**
 * A stream is good below the share at which the test for fifty times the healthy share (or, where
 * there is none, the smallest) neither grows nor shrinks: 1.3 % for 0.1 % against 5 %.
 */
const goodShareOf = ({ healthyShare, brokenShares }: Shares): number => {
  const looked = brokenShares.toSorted((a, b) => a - b);
  const shareLooked = looked.find((share) => share >= 50 * healthyShare) ?? looked[0] ?? 1;
  return balanceShare(evidenceSteps(healthyShare, shareLooked));
};

export const streamRules = (policy: Policy['detector'], shares: Shares = policy.failures): StreamRules => {
  // Where a share of failures is ordinary, the plain threshold stands clear of it.
  const failureShare = Math.max(policy.plain.failureShare, Math.min(0.9, 3 * shares.healthyShare));
  return {
    steps: shares.brokenShares.map((share) => evidenceSteps(shares.healthyShare, share)),
    alarmAt: alarmThreshold(policy),
    halfLifeMs: policy.recentHalfLifeMs,
    goodShare: goodShareOf(shares),
    plain: { failureShare, failures: plainFailures(policy, failureShare, shares.healthyShare) },
  };
};

/** Less than this many recent failures is none: where traffic has stopped, silence heals in the end. */
export const negligible = 0.5;

export const secondOf = (atMs: number): number => Math.floor(atMs / 1000);

/** What an outcome weighs after so many seconds. */
export const weightAfter = (seconds: number, halfLifeMs: number): number => 2 ** -((seconds * 1000) / halfLifeMs);

/** The recent counts as they weigh at `atMs`. */
export const recentAt = (
  state: Pick<StreamState, 'failures' | 'total' | 'atS'>,
  atMs: number,
  rules: StreamRules,
): { readonly failures: number; readonly total: number } => {
  const weight = weightAfter(secondOf(atMs) - state.atS, rules.halfLifeMs);
  return { failures: state.failures * weight, total: state.total * weight };
};

/** Is it good now, by its recent outcomes? */
export const isGood = (
  state: Pick<StreamState, 'failures' | 'total' | 'atS'>,
  atMs: number,
  rules: StreamRules,
): boolean => {
  const { failures, total } = recentAt(state, atMs, rules);
  return failures < negligible || failures < rules.goodShare * total;
};

/** The state after one outcome. It alarms once, and again only after it was calm. */
export const observe = (state: StreamState, failed: boolean, atMs: number, rules: StreamRules): StreamState => {
  const recent = recentAt(state, atMs, rules);
  const failures = recent.failures + (failed ? 1 : 0);
  const total = recent.total + 1;
  const evidence = rules.steps.map((steps, test) =>
    accumulate(state.evidence[test] ?? 0, failed ? steps.failure : steps.success, rules.alarmAt),
  );
  const plainly = failures >= rules.plain.failures && failures >= rules.plain.failureShare * total;
  return {
    evidence,
    alarmed: state.alarmed || plainly || evidence.some((one) => one >= rules.alarmAt),
    failures,
    total,
    atS: secondOf(atMs),
  };
};

/** Ends the alarm of a stream that is good; evidence starts again from nothing. */
export const calmed = (state: StreamState): StreamState => ({ ...state, evidence: [], alarmed: false });

/** When silence alone would make an alarmed stream good, in milliseconds: a whole second. */
export const goodAtMs = (state: Pick<StreamState, 'failures' | 'atS'>, rules: StreamRules): number => {
  const halvings = Math.max(0, Math.log2(state.failures / negligible));
  return (state.atS + Math.floor((rules.halfLifeMs * halvings) / 1000) + 1) * 1000;
};
