/**
 * What may follow what (escott-protocol.md section 4): pure.
 *
 *     1Auth -> 1Capture | 1Change | 1Delete        1Capture, 1Gathering -> 1Change | 1Delete
 *
 *     1Delete -> 1ReAuth
 *
 * Anything else is K14.
 */
import type { Money, RowKind } from '../ledger/money.ts';

export type FollowUp = 'capture' | 'change' | 'void';

export interface Step {
  readonly kind: RowKind;
  /** The row's amount: see `RowKind`. */
  readonly amountYen: number;
  /** More money is wanted, so the issuer is asked again, for the new total. */
  readonly askIssuer: boolean;
}

/** 1ReAuth: only what was cancelled whole. */
export const mayReauthorise = ({ state }: Money): boolean => state === 'voided' || state === 'refunded';

/** The ledger row that a follow-up is, or null when it is out of order. `amountYen`: 1Change's. */
export const stepFor = (money: Money, followUp: FollowUp, amountYen: number): Step | null => {
  const held = money.state === 'authorised';
  if (!held && money.state !== 'captured') return null;
  switch (followUp) {
    case 'capture':
      return held ? { kind: 'capture', amountYen: money.amountYen, askIssuer: false } : null;
    case 'change': {
      const lowered = amountYen < money.amountYen;
      // Lowering what was already taken gives the difference back: the dialect's partial refund.
      if (!held && lowered) return { kind: 'refund', amountYen: money.amountYen - amountYen, askIssuer: false };
      return { kind: 'change', amountYen, askIssuer: amountYen > money.amountYen };
    }
    case 'void':
      return held
        ? { kind: 'void', amountYen: money.amountYen, askIssuer: false }
        : { kind: 'refund', amountYen: money.capturedYen - money.refundedYen, askIssuer: false };
  }
};
