/**
 * The life of one breaker, as one pure function: closed, open, ramp.
 *
 * Time arrives inside the event. Merchants' payments never test a broken upstream: probes decide
 * when the ramp begins, and the ramp lets a growing share through. Who collects the evidence and
 * who probes is the board's business (`board.ts`).
 */

import type { Policy } from '../policy/schema.ts';

/** The part of `Policy['breaker']` that this file needs, in microseconds. */
export interface BreakerRules {
  readonly goodProbesToRamp: number;
  /** Shares of traffic let through, step by step. */
  readonly rampShares: readonly number[];
  readonly rampStepUs: number;
  readonly rampWaitUs: number;
  readonly rampWaitCapUs: number;
  readonly restrictedHoldUs: number;
  readonly calmAfterUs: number;
}

export const breakerRules = (policy: Policy['breaker']): BreakerRules => ({
  goodProbesToRamp: policy.goodProbesToRamp,
  rampShares: policy.rampShares,
  rampStepUs: policy.rampStepMs * 1000,
  rampWaitUs: policy.rampWaitMs * 1000,
  rampWaitCapUs: policy.rampWaitCapMs * 1000,
  restrictedHoldUs: policy.restrictedHoldMs * 1000,
  calmAfterUs: policy.calmAfterMs * 1000,
});

interface Common {
  /** When this status began. */
  readonly sinceUs: number;
  /** How often it opened since it was last calm. 1 = the first time. */
  readonly openings: number;
}

export type BreakerState =
  | (Common & { readonly status: 'closed' })
  | (Common & { readonly status: 'open'; readonly goodProbes: number; readonly rampNotBeforeUs: number })
  | (Common & { readonly status: 'ramp'; readonly step: number; readonly stepEndsAtUs: number });

export type BreakerStatus = BreakerState['status'];

export type BreakerEvent =
  /**
   * The evidence reached its threshold. `restricted`: most of it is answers that refuse. Probes say
   * nothing against a cap, because a call now and then fits under one that our traffic does not.
   */
  | { readonly type: 'tripped'; readonly atUs: number; readonly restricted?: boolean }
  /** A probe ended; `goodInRow` counts the good ones up to and including it. */
  | { readonly type: 'probed'; readonly goodInRow: number; readonly atUs: number }
  /** Time passed, perhaps as far as `dueUs`. */
  | { readonly type: 'timed'; readonly atUs: number };

export const neverOpened: BreakerState = { status: 'closed', sinceUs: 0, openings: 0 };

/** How long the opening numbered `openings` waits for its ramp: none at first, then wait * 2^k for the k-th re-opening. */
const waitUs = (openings: number, rules: BreakerRules): number =>
  openings <= 1 ? 0 : Math.min(rules.rampWaitCapUs, rules.rampWaitUs * 2 ** (openings - 1));

/** The hold of a restriction doubles like the wait, up to the same cap. */
const holdUs = (openings: number, rules: BreakerRules): number =>
  Math.max(rules.restrictedHoldUs, Math.min(rules.rampWaitCapUs, rules.restrictedHoldUs * 2 ** (openings - 1)));

const open = (openings: number, atUs: number, restricted: boolean, rules: BreakerRules): BreakerState => ({
  status: 'open',
  sinceUs: atUs,
  openings,
  goodProbes: 0,
  rampNotBeforeUs: atUs + Math.max(waitUs(openings, rules), restricted ? holdUs(openings, rules) : 0),
});

const rampIfReady = (state: BreakerState & { status: 'open' }, atUs: number, rules: BreakerRules): BreakerState => {
  if (state.goodProbes < rules.goodProbesToRamp || atUs < state.rampNotBeforeUs) return state;
  return { status: 'ramp', sinceUs: atUs, openings: state.openings, step: 0, stepEndsAtUs: atUs + rules.rampStepUs };
};

/** The state after one event. The very same object comes back when nothing changed. */
export const advance = (state: BreakerState, event: BreakerEvent, rules: BreakerRules): BreakerState => {
  const { atUs } = event;
  switch (state.status) {
    case 'closed': {
      if (event.type !== 'tripped') return state;
      // Health is judged now rather than by a timer: a breaker that nobody trips needs none.
      const calm = state.openings === 0 || atUs - state.sinceUs >= rules.calmAfterUs;
      return open(calm ? 1 : state.openings + 1, atUs, event.restricted === true, rules);
    }
    case 'open':
      if (event.type === 'tripped') return state;
      if (event.type === 'timed') return rampIfReady(state, atUs, rules);
      if (event.goodInRow === state.goodProbes) return rampIfReady(state, atUs, rules);
      return rampIfReady({ ...state, goodProbes: event.goodInRow }, atUs, rules);
    case 'ramp':
      if (event.type === 'tripped') return open(state.openings + 1, atUs, event.restricted === true, rules);
      if (event.type === 'probed' || atUs < state.stepEndsAtUs) return state;
      if (state.step + 1 >= rules.rampShares.length)
        return { status: 'closed', sinceUs: atUs, openings: state.openings };
      // Counted from now and not from the end planned before: a process that was frozen for a
      // minute has watched nothing in it.
      return { ...state, step: state.step + 1, stepEndsAtUs: atUs + rules.rampStepUs };
  }
};

/** When `timed` would next change something; null when only another event can. */
export const dueUs = (state: BreakerState, rules: BreakerRules): number | null => {
  switch (state.status) {
    case 'closed':
      return null;
    case 'open':
      return state.goodProbes >= rules.goodProbesToRamp ? state.rampNotBeforeUs : null;
    case 'ramp':
      return state.stepEndsAtUs;
  }
};

/** Share of ordinary traffic let through, 0 to 1. */
export const shareOf = (state: BreakerState, rules: BreakerRules): number => {
  if (state.status === 'closed') return 1;
  if (state.status === 'open') return 0;
  return rules.rampShares[state.step] ?? 1;
};
