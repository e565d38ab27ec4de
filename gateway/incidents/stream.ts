/**
 * One stream of outcomes (a component at an acquirer): has it broken, and is it good again? Pure.
 *
 * Two views of the same outcomes, because one number cannot do both. The CUSUM (as in
 * `breaker/evidence.ts`) raises the alarm: it forgets nothing, so it finds 5 % failures as well
 * as 100 %. The recent view, counts whose weight halves every `halfLifeMs`, ends the alarm: the
 * CUSUM itself would need hundreds of successes for every failure it remembers.
 *
 * False alarms: a healthy stream reaches the threshold h once in at least e^h outcomes (Lorden).
 * All streams together see 5 operations a second = 1.58e8 a year, and their false alarms add up,
 * so one a year over all of them needs h = ln(1.58e8) = 18.9; at h = 21 it is one in eight years,
 * and that while failing at the full healthy share. Detection takes about
 * h / (rate * KL(p1 || p0)): with 0.1 % against 5 %, 142 outcomes at 5 % failures (28 s at 5/s),
 * and 6 straight failures at a hard loss (1.2 s).
 */
import { accumulate, balanceShare, type EvidenceSteps, evidenceSteps } from '../breaker/evidence.ts';
import type { Policy } from '../policy/schema.ts';

export interface StreamRules {
  readonly steps: EvidenceSteps;
  readonly alarmAt: number;
  readonly halfLifeMs: number;
  /** Recent failure share below which a stream looks more healthy than broken. */
  readonly goodShare: number;
}

export interface StreamState {
  readonly evidence: number;
  readonly alarmed: boolean;
  /** Decaying counts, as of `atMs`. */
  readonly failures: number;
  readonly total: number;
  readonly atMs: number;
}

export const freshStream: StreamState = { evidence: 0, alarmed: false, failures: 0, total: 0, atMs: 0 };

export const streamRules = (policy: Policy['detector']): StreamRules => {
  const steps = evidenceSteps(policy.healthyFailureShare, policy.brokenFailureShare);
  return {
    steps,
    alarmAt: policy.alarmAtEvidence,
    halfLifeMs: Math.max(1, policy.recentHalfLifeMs),
    goodShare: balanceShare(steps),
  };
};

/** Less than this many recent failures is none: where traffic has stopped, silence heals in the end. */
const negligible = 0.5;

/** The recent counts as they weigh at `atMs`. */
export const recentAt = (
  state: StreamState,
  atMs: number,
  rules: StreamRules,
): { readonly failures: number; readonly total: number } => {
  const weight = 2 ** -((atMs - state.atMs) / rules.halfLifeMs);
  return { failures: state.failures * weight, total: state.total * weight };
};

/** Is it good now, by its recent outcomes? */
export const isGood = (state: StreamState, atMs: number, rules: StreamRules): boolean => {
  const { failures, total } = recentAt(state, atMs, rules);
  return failures < negligible || failures < rules.goodShare * total;
};

/** The state after one outcome. It alarms once, and again only after it was calm. */
export const observe = (state: StreamState, failed: boolean, atMs: number, rules: StreamRules): StreamState => {
  const recent = recentAt(state, atMs, rules);
  const step = failed ? rules.steps.failure : rules.steps.success;
  const evidence = accumulate(state.evidence, step, rules.alarmAt);
  return {
    evidence,
    alarmed: state.alarmed || evidence >= rules.alarmAt,
    failures: recent.failures + (failed ? 1 : 0),
    total: recent.total + 1,
    atMs,
  };
};

/** Ends the alarm of a stream that is good; evidence starts again from nothing. */
export const calmed = (state: StreamState): StreamState => ({ ...state, evidence: 0, alarmed: false });

/** When silence alone would make an alarmed stream good. */
export const goodAtMs = (state: StreamState, rules: StreamRules): number =>
  state.atMs + Math.max(0, rules.halfLifeMs * Math.log2(state.failures / negligible)) + 1;
