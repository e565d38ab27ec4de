import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inUnits, unitRowsMax } from '../../../gateway/settling/units.ts';

const seed = 20210716;

describe('rows in units of the store', () => {
  it(`are all there, in their order, and never too many at once (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 * unitRowsMax + 1 }), (count) => {
        const rows = Array.from({ length: count }, (_, index) => index);
        const units = [...inUnits(rows)];
        expect(units.flat()).toEqual(rows);
        expect(units.every(({ length }) => length > 0 && length <= unitRowsMax)).toBe(true);
      }),
      { seed, numRuns: 200 },
    );
  });
});
