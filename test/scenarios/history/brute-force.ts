/**
 * The reference that the checker is driven beside: tries every order of every subset of what may
 * have happened. Written from the definition of linearisability and nothing else; for a handful of
 * operations.
 */
import { apply, type ChargeState, type Effect, nothing } from '../../../scenarios/history/charge-model.ts';

export interface SmallIntent {
  readonly effect: Effect;
  readonly calledMs: number;
  /** Null: never answered. */
  readonly answeredMs: number | null;
}

/** Whether an order exists that respects real time and in which all answered ones, and any of the others, happened. */
export const bruteForce = (intents: readonly SmallIntent[]): boolean => {
  const place = (state: ChargeState, left: readonly SmallIntent[]): boolean => {
    if (left.every(({ answeredMs }) => answeredMs === null)) return true;
    return left.some((intent) => {
      // Nothing that was answered before this one was called may come after it.
      const isNext = left.every(
        (other) => other === intent || other.answeredMs === null || other.answeredMs >= intent.calledMs,
      );
      if (!isNext) return false;
      const after = apply(state, intent.effect);
      return (
        after !== null &&
        place(
          after,
          left.filter((other) => other !== intent),
        )
      );
    });
  };
  return place(nothing, intents);
};
