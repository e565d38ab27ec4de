import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ddmin } from '../../../scenarios/explore/shrink/ddmin.ts';
import { signatureOf } from '../../../scenarios/explore/shrink/signature.ts';

describe('delta debugging', () => {
  it('finds exactly the items that fail together, wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 40 }).chain((items) =>
          fc.record({
            items: fc.constant(items),
            needed: fc.subarray(items, { minLength: 1, maxLength: Math.min(4, items.length) }),
          }),
        ),
        async ({ items, needed }) => {
          const fails = (part: readonly number[]): Promise<boolean> =>
            Promise.resolve(needed.every((item) => part.includes(item)));
          expect(new Set(await ddmin(items, fails))).toEqual(new Set(needed));
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  it('leaves nothing when nothing is needed', async () => {
    expect(await ddmin([1, 2, 3], () => Promise.resolve(true))).toEqual([]);
  });
});

describe('the signature of a violation', () => {
  it('is the same for the same mistake about another payment', () => {
    const one = signatureOf({
      check: 'INV-04',
      text: 'shopa-3 was told "captured" at 73761 ms of ch_a29d14bff4494212487777b8f8057\nmore',
    });
    const other = signatureOf({
      check: 'INV-04',
      text: 'shopb-1 was told "captured" at 9 ms of ch_0000000ff4494212487777b8f8057',
    });
    expect(one).toBe(other);
    expect(signatureOf({ check: 'INV-05', text: 'x' })).not.toBe(signatureOf({ check: 'INV-04', text: 'x' }));
  });
});
