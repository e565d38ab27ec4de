/**
 * What honest new cards of one merchant usually come to, learned in steps of `epochAttempts` outcomes: a shop for
 * students has more refusals than a hotel, and neither is an attack. A step in which evidence stood high is thrown
 * away, so that an attack does not teach us to expect it; none counts for more than three times the start.
 */
import type { FraudRules } from '../policy/fraud.ts';
import type { Ending } from './attempt.ts';

type Shares = FraudRules['outcomes']['honest'];

export interface Baseline {
  shares: Shares;
  weight: number;
  seen: number;
  refused: number;
  wrong: number;
  /** The highest evidence of this step, as a share of its alarm. */
  worst: number;
}

const epochAttempts = 100;
/** The starting shares count as much as this many outcomes. */
const priorWeight = 100;
const weightMax = 2_000;
const timesMax = 3;

export const baseline = (start: Shares): Baseline => ({
  shares: start,
  weight: priorWeight,
  seen: 0,
  refused: 0,
  wrong: 0,
  worst: 0,
});

/** Notes an outcome. True: the shares have changed. */
export const noteEnding = (state: Baseline, start: Shares, ending: Ending, evidenceShare: number): boolean => {
  state.seen += 1;
  if (ending === 'refused') state.refused += 1;
  else if (ending === 'wrong') state.wrong += 1;
  if (evidenceShare > state.worst) state.worst = evidenceShare;
  if (state.seen < epochAttempts) return false;
  const { weight, shares, seen, refused, wrong, worst } = state;
  state.seen = 0;
  state.refused = 0;
  state.wrong = 0;
  state.worst = 0;
  if (worst >= 0.75) return false;
  const total = weight + seen;
  const mixed = (before: number, count: number, limit: number): number =>
    Math.min(limit * timesMax, Math.max(limit / timesMax, (before * weight + count) / total));
  const [nowRefused, nowWrong] = [
    mixed(shares.refused, refused, start.refused),
    mixed(shares.wrong, wrong, start.wrong),
  ];
  state.shares = { refused: nowRefused, wrong: nowWrong, approved: 1 - nowRefused - nowWrong };
  state.weight = Math.min(weightMax, total);
  return true;
};
