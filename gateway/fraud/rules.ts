/** Rules made ready to be asked: bounds as numbers at a feature's place, so that an attempt costs no look-up by name. */
import { type AttemptKind, attemptKinds, type Feature, type FraudRules, featureNames } from '../policy/fraud.ts';
import type { Decision } from './attempt.ts';

export const featureCount = featureNames.length;
/** Where each feature stands in an attempt's row of numbers. */
export const at = Object.fromEntries(featureNames.map((name, index) => [name, index])) as Readonly<
  Record<Feature, number>
>;

interface ReadyRule {
  readonly id: string;
  readonly score: number;
  readonly features: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface ReadyRules {
  /** Adds the ids of the rules that hold to `fired`, and returns their sum. */
  score(kind: AttemptKind, features: ArrayLike<number>, fired: string[]): number;
  decisionAt(score: number): Decision;
}

export const readyRules = ({ rules, thresholds }: FraudRules): ReadyRules => {
  const byKind = Object.fromEntries(
    attemptKinds.map((kind) => [
      kind,
      rules
        .filter(({ on }) => on === undefined || on.includes(kind))
        .map(({ id, score, when }): ReadyRule => {
          const named = Object.entries(when) as [Feature, { atLeast?: number; atMost?: number }][];
          return {
            id,
            score,
            features: named.map(([name]) => at[name]),
            low: named.map(([, { atLeast }]) => atLeast ?? Number.NEGATIVE_INFINITY),
            high: named.map(([, { atMost }]) => atMost ?? Number.POSITIVE_INFINITY),
          };
        }),
    ]),
  ) as unknown as Readonly<Record<AttemptKind, readonly ReadyRule[]>>;

  const holds = ({ features, low, high }: ReadyRule, row: ArrayLike<number>): boolean => {
    for (let index = 0; index < features.length; index += 1) {
      const value = row[features[index]!]!;
      if (value < low[index]! || value > high[index]!) return false;
    }
    return true;
  };

  return {
    score(kind, row, fired) {
      let sum = 0;
      for (const rule of byKind[kind])
        if (holds(rule, row)) {
          sum += rule.score;
          fired.push(rule.id);
        }
      return sum;
    },
    decisionAt(score) {
      if (score >= thresholds.block) return 'block';
      if (score >= thresholds.decline) return 'decline';
      if (score >= thresholds.human) return 'human';
      return score >= thresholds.stepUp ? 'step_up' : 'allow';
    },
  };
};
