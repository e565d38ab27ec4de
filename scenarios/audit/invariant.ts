/** What an invariant is: a named check that must be able to fail, one file each. */
import type { KeyHistory } from './answers.ts';
import type { View } from './view.ts';

export interface Violation {
  readonly atMs: number | null;
  /** Ids of charges, transactions, keys. */
  readonly objects: readonly string[];
  /** First line says what is wrong; the payment's life follows. */
  readonly text: string;
}

export interface Judgement {
  /** How many times it had something to judge. */
  readonly judged: number;
  readonly violations: readonly Violation[];
}

export interface Invariant {
  /** As in `reference/invariants-and-faults.md` section 2. */
  readonly id: string;
  readonly title: string;
  judge(view: View): Judgement;
}

/** What the book of answers found against one invariant; `judgedOf` says how much of a key's history it could judge. */
export const faultsOfAnswers = (
  id: 'INV-13' | 'INV-14',
  histories: Iterable<KeyHistory>,
  judgedOf: (history: KeyHistory) => number,
): Judgement => {
  let judged = 0;
  const violations: Violation[] = [];
  for (const history of histories) {
    judged += judgedOf(history);
    for (const { invariant, atMs, text } of history.faults)
      if (invariant === id) violations.push({ atMs, objects: [history.key], text });
  }
  return { judged, violations };
};
