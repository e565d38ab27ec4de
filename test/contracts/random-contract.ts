/**
 * What every stream of chance promises. Common random numbers stand on it: a draw belongs to what
 * it is about, so a fork must not notice how much its parent or its siblings were used.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '../../gateway/ports.ts';

/** Fixed, because a statistical bound that fails one run in a thousand is a flake, not a test. */
const seed = 20_170_712;

const draws = (random: Random, count = 8): number[] => Array.from({ length: count }, () => random.float());

/**
 * Pearson's statistic of counts against equal shares. With 15 degrees of freedom it exceeds 44 in
 * one of 10,000 fair samples.
 */
const chiSquare = (counts: readonly number[]): number => {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
};
const chiSquareMax = 44;

const inSixteenBins = (values: Iterable<number>): number[] => {
  const bins = new Array<number>(16).fill(0);
  for (const value of values) bins[Math.floor(value * 16)]! += 1;
  return bins;
};

export const randomContract = (name: string, make: (seed: number) => Random): void => {
  describe(`the random contract, kept by ${name} (seed ${seed})`, () => {
    it('repeats its draws for the same seed and differs for another', () => {
      expect(draws(make(seed))).toEqual(draws(make(seed)));
      expect(draws(make(seed))).not.toEqual(draws(make(seed + 1)));
    });

    it('gives a fork the same draws however much its parent and siblings were used', () => {
      const untouched = make(seed).fork('merchant-7');
      const parent = make(seed);
      draws(parent, 100);
      draws(parent.fork('merchant-6'), 100);
      expect(draws(parent.fork('merchant-7'))).toEqual(draws(untouched));
    });

    it('gives the same fork again when it is asked for again', () => {
      const parent = make(seed);
      draws(parent.fork('a'), 5);
      expect(draws(parent.fork('a'))).toEqual(draws(make(seed).fork('a')));
    });

    it('is not moved by forking', () => {
      const forked = make(seed);
      forked.fork('a');
      forked.fork('b').float();
      expect(draws(forked)).toEqual(draws(make(seed)));
    });

    it('tells apart paths of labels that read alike when joined', () => {
      const root = make(seed);
      const streams = [
        root,
        root.fork(''),
        root.fork('abc'),
        root.fork('ab').fork('c'),
        root.fork('a').fork('bc'),
        root.fork('a/b'),
        root.fork('a').fork('b'),
        root.fork('a').fork('/b'),
        root.fork('a:b'),
        root.fork('b').fork('a'),
      ];
      const seen = new Set(streams.map((stream) => draws(stream).join()));
      expect(seen.size).toBe(streams.length);
    });

    it('draws floats in [0, 1), evenly', () => {
      const random = make(seed);
      const values = draws(random, 32_000);
      expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
      expect(chiSquare(inSixteenBins(values))).toBeLessThan(chiSquareMax);
    });

    it('draws evenly across the first draws of many forks, which is how keyed draws use it', () => {
      const parent = make(seed).fork('issuer');
      const first = Array.from({ length: 16_000 }, (_, index) => parent.fork(`card-${index}`).float());
      expect(chiSquare(inSixteenBins(first))).toBeLessThan(chiSquareMax);
    });

    it('draws whole numbers within their bounds, both included', () => {
      const bound = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
      fc.assert(
        fc.property(bound, bound, fc.nat(), (one, other, drawSeed) => {
          const [min, max] = one < other ? [one, other] : [other, one];
          const drawn = make(drawSeed).integer(min, max);
          return Number.isSafeInteger(drawn) && drawn >= min && drawn <= max;
        }),
        { seed, numRuns: 300 },
      );
    });

    it('reaches both ends of a range, and the only number of a range of one', () => {
      const random = make(seed);
      const seen = new Set(Array.from({ length: 200 }, () => random.integer(-1, 1)));
      expect([...seen].toSorted((a, b) => a - b)).toEqual([-1, 0, 1]);
      expect(random.integer(5, 5)).toBe(5);
    });

    it('draws whole numbers evenly', () => {
      const random = make(seed);
      const counts = new Array<number>(16).fill(0);
      for (let draw = 0; draw < 32_000; draw += 1) counts[random.integer(100, 115) - 100]! += 1;
      expect(chiSquare(counts)).toBeLessThan(chiSquareMax);
    });

    it('refuses a range that holds no whole number', () => {
      const random = make(seed);
      expect(() => random.integer(2, 1)).toThrow(RangeError);
      expect(() => random.integer(0.5, 2)).toThrow(RangeError);
      expect(() => random.integer(0, Number.NaN)).toThrow(RangeError);
    });
  });
};
