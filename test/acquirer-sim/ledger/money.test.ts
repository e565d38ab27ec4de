import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyApproved, type Money, noMoney, rowKinds } from '../../../acquirer-sim/ledger/money.ts';

const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...rowKinds), amountYen: fc.integer({ min: 1, max: 1_000 }) }),
  {
    maxLength: 12,
  },
);

describe('the money of a transaction', () => {
  it('keeps refunded <= captured <= authorised whatever is applied in whatever order (seed 5)', () => {
    let refunded = 0;
    fc.assert(
      fc.property(steps, (sequence) => {
        let money: Money = noMoney;
        for (const { kind, amountYen } of sequence) {
          try {
            // A capture takes the hold as it stands; any other amount is a bug of the caller.
            money = applyApproved(money, kind, kind === 'capture' ? money.amountYen : amountYen);
          } catch {
            continue;
          }
          expect(money.refundedYen).toBeGreaterThanOrEqual(0);
          expect(money.refundedYen).toBeLessThanOrEqual(money.capturedYen);
          expect(money.capturedYen).toBeLessThanOrEqual(money.authorisedYen);
          if (money.refundedYen > 0) refunded += 1;
        }
      }),
      { seed: 5, numRuns: 2_000 },
    );
    expect(refunded).toBeGreaterThan(50);
  });

  it('throws when a dialect approves what cannot be', () => {
    const held = applyApproved(noMoney, 'authorise', 100);
    expect(() => applyApproved(held, 'refund', 100)).toThrow(
      'A refund was approved on a transaction that is authorised.',
    );
    expect(() => applyApproved(held, 'capture', 99)).toThrow();
    expect(() => applyApproved(applyApproved(held, 'void', 100), 'capture', 100)).toThrow();
  });
});
