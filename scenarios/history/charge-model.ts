/**
 * What a charge may do, as small as a client can know it: the specification that a history is held
 * against. Pure, and of no gateway's making.
 */

export interface ChargeState {
  readonly phase: 'none' | 'held' | 'captured' | 'released';
  readonly amountYen: number;
  /** What went back or was never taken; at most `amountYen`. */
  readonly returnedYen: number;
}

export const nothing: ChargeState = { phase: 'none', amountYen: 0, returnedYen: 0 };

export type Effect =
  | { readonly op: 'charge' | 'authorise'; readonly amountYen: number }
  | { readonly op: 'capture' | 'refund'; readonly amountYen: number | null }
  | {
      readonly op: 'read';
      readonly seen: { readonly paid: boolean; readonly captured: boolean; readonly refundedYen: number } | null;
    };

/** The state after it; null where it cannot have happened in this state. A read changes nothing. */
export const apply = (state: ChargeState, effect: Effect): ChargeState | null => {
  switch (effect.op) {
    case 'charge':
    case 'authorise':
      if (state.phase !== 'none') return null;
      return { phase: effect.op === 'charge' ? 'captured' : 'held', amountYen: effect.amountYen, returnedYen: 0 };
    case 'capture': {
      if (state.phase !== 'held') return null;
      const takenYen = effect.amountYen ?? state.amountYen;
      return takenYen > state.amountYen
        ? null
        : { phase: 'captured', amountYen: state.amountYen, returnedYen: state.amountYen - takenYen };
    }
    case 'refund': {
      if (state.phase === 'held') return { ...state, phase: 'released' };
      if (state.phase !== 'captured') return null;
      const leftYen = state.amountYen - state.returnedYen;
      const backYen = effect.amountYen ?? leftYen;
      return backYen > leftYen || leftYen === 0 ? null : { ...state, returnedYen: state.returnedYen + backYen };
    }
    case 'read': {
      const { seen } = effect;
      // One that was tried and never came about may be shown as unpaid, or not at all.
      if (seen === null || !seen.paid) return state.phase === 'none' || state.phase === 'released' ? state : null;
      if (state.phase === 'none') return null;
      if (seen.captured !== (state.phase === 'captured')) return null;
      return state.phase !== 'captured' || seen.refundedYen === state.returnedYen ? state : null;
    }
  }
};

export const stateText = ({ phase, amountYen, returnedYen }: ChargeState): string => {
  switch (phase) {
    case 'none':
      return 'not there';
    case 'held':
      return `held, ${amountYen} yen`;
    case 'released':
      return 'let go';
    case 'captured':
      return `captured, ${amountYen} yen, ${returnedYen} of them back`;
  }
};
