/** What an invariant is: a named check that must be able to fail, one file each. */
import type { AnswerBook, AnswerFault } from './answers.ts';
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

/** What the book of answers found against one invariant. */
export const faultsOfAnswers = (id: AnswerFault['invariant'], answers: AnswerBook): Judgement => ({
  judged: answers.judged(id),
  violations: answers
    .faults()
    .filter(({ invariant }) => invariant === id)
    .map(({ key, atMs, text }) => ({ atMs, objects: [key], text })),
});
