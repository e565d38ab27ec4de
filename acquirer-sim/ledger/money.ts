/**
 * What a decision does to a transaction's money: one pure function for both dialects.
 *
 * The dialects decide *whether* something may happen; this decides what it does, and throws when a
 * dialect let through what cannot be: that is a bug of ours, never an answer on the wire.
 */

export const rowKinds = ['check', 'authorise', 'capture', 'gather', 'change', 'void', 'refund'] as const;
/**
 * - `authorise` places a hold, `capture` takes it, `gather` does both at once.
 * - `change` moves a hold to a new amount, or raises what was taken; its amount is the new amount.
 * - `void` releases a hold. `refund` gives taken money back, all or part; its amount is what is given back.
 */
export type RowKind = (typeof rowKinds)[number];

export type TransactionState = 'checked' | 'authorised' | 'captured' | 'voided' | 'refunded' | 'declined';

/** Yen. 0 <= refunded <= captured <= authorised at every moment. */
export interface Money {
  readonly state: TransactionState;
  /** The amount the transaction stands at; a full void or refund leaves it as the last one. */
  readonly amountYen: number;
  readonly authorisedYen: number;
  readonly capturedYen: number;
  readonly refundedYen: number;
}

export const noMoney: Money = {
  state: 'declined',
  amountYen: 0,
  authorisedYen: 0,
  capturedYen: 0,
  refundedYen: 0,
};

const refuse = (money: Money, kind: RowKind): never => {
  throw new Error(`A ${kind} was approved on a transaction that is ${money.state}.`);
};

/** The money after an approved decision. */
export const applyApproved = (money: Money, kind: RowKind, amountYen: number): Money => {
  const fresh = money.state === 'declined';
  switch (kind) {
    case 'check':
      return fresh ? { ...noMoney, state: 'checked' } : refuse(money, kind);
    case 'authorise':
      return fresh ? { ...noMoney, state: 'authorised', amountYen, authorisedYen: amountYen } : refuse(money, kind);
    case 'gather':
      return fresh
        ? { ...noMoney, state: 'captured', amountYen, authorisedYen: amountYen, capturedYen: amountYen }
        : refuse(money, kind);
    case 'capture':
      if (money.state !== 'authorised' || amountYen !== money.amountYen) return refuse(money, kind);
      return { ...money, state: 'captured', capturedYen: amountYen };
    case 'change': {
      if (money.state === 'authorised') return { ...money, amountYen, authorisedYen: amountYen };
      const raisedYen = amountYen - money.amountYen;
      if (money.state !== 'captured' || raisedYen < 0) return refuse(money, kind);
      return {
        ...money,
        amountYen,
        authorisedYen: money.authorisedYen + raisedYen,
        capturedYen: money.capturedYen + raisedYen,
      };
    }
    case 'void':
      return money.state === 'authorised' ? { ...money, state: 'voided' } : refuse(money, kind);
    case 'refund': {
      const leftYen = money.capturedYen - money.refundedYen - amountYen;
      if (money.state !== 'captured' || leftYen < 0) return refuse(money, kind);
      const refundedYen = money.refundedYen + amountYen;
      return leftYen === 0
        ? { ...money, state: 'refunded', refundedYen }
        : { ...money, amountYen: leftYen, refundedYen };
    }
  }
};
