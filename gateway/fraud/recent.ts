/**
 * The latest decisions with their features, in two fixed blocks of memory: an ordinary payment leaves a line here and
 * no row anywhere.
 */
import { type AttemptKind, type Feature, featureNames } from '../policy/fraud.ts';
import type { Decision } from './attempt.ts';
import { featureCount } from './rules.ts';

export interface DecisionRecord {
  readonly seq: number;
  readonly atMs: number;
  readonly merchantId: string;
  readonly kind: AttemptKind;
  /** Fingerprint of the number. */
  readonly card: string;
  readonly address: string | null;
  /** Of the token or charge, where it had one. */
  readonly objectId: string | null;
  readonly decision: Decision;
  /** What became of it, where that is not the decision: `observed`, `verified` (3-D Secure), `listed`. */
  readonly note: string | null;
  readonly score: number;
  /** Ids of the rules that held. */
  readonly rules: readonly string[];
  /** Features that are not 0. */
  readonly features: Readonly<Partial<Record<Feature, number>>>;
}

export type NewDecision = Omit<DecisionRecord, 'seq' | 'features'>;

export interface Recent {
  /** Copies the features. */
  add(decision: NewDecision, features: ArrayLike<number>): number;
  /** The newest first. */
  list(max: number): DecisionRecord[];
  size(): number;
}

export const featuresOf = (row: ArrayLike<number>, from = 0): DecisionRecord['features'] => {
  const shown: Partial<Record<Feature, number>> = {};
  featureNames.forEach((name, index) => {
    const value = row[from + index] ?? 0;
    if (value !== 0) shown[name] = Math.round(value * 1000) / 1000;
  });
  return shown;
};

export const createRecent = (max: number): Recent => {
  const decisions: NewDecision[] = [];
  const rows = new Float32Array(max * featureCount);
  let seq = 0;
  return {
    add(decision, features) {
      const place = seq % max;
      decisions[place] = decision;
      rows.set(features as Float64Array, place * featureCount);
      seq += 1;
      return seq;
    },
    list(wanted) {
      const shown: DecisionRecord[] = [];
      for (let number = seq; number > 0 && number > seq - max && shown.length < wanted; number -= 1) {
        const place = (number - 1) % max;
        const decision = decisions[place];
        if (decision !== undefined)
          shown.push({ seq: number, ...decision, features: featuresOf(rows, place * featureCount) });
      }
      return shown;
    },
    size: () => Math.min(seq, max),
  };
};
