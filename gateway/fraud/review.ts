/** A person's verdict on a card that waits for one: it is let through from now on, or never. */
import type { Store } from '../ports.ts';
import type { FraudDecisionRow } from '../store/database.ts';
import type { FraudRoom } from './fraud.ts';
import { closeReview, decisionById } from './store.ts';

export interface ReviewVerdict {
  readonly id: string;
  readonly verdict: 'clear' | 'confirm';
  readonly note: string | null;
  /** How long its card stays on the list. */
  readonly hours: number;
}

/** The row as it is then; undefined: no such review waits. */
export const decideReview = async (
  { fraud, store, wallMs }: { readonly fraud: FraudRoom; readonly store: Store; readonly wallMs: () => number },
  { id, verdict, note, hours }: ReviewVerdict,
): Promise<FraudDecisionRow | undefined> => {
  const nowMs = wallMs();
  const state = verdict === 'clear' ? 'cleared' : 'confirmed';
  const row = await store.unit(async (tx) => {
    const closed = await tx.run(closeReview, { id, state, at: nowMs, note });
    return closed === 0 ? undefined : tx.first(decisionById, { id });
  });
  if (row === undefined) return undefined;
  fraud.book.reviewed(row.card);
  await fraud.lists.add({
    list: verdict === 'clear' ? 'allow' : 'deny',
    kind: 'card',
    value: row.card,
    reason: note ?? `review ${id}`,
    untilMs: nowMs + hours * 3_600_000,
  });
  return row;
};
