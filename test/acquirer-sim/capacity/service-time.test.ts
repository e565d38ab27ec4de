import { describe, expect, it } from 'vitest';
import { drawServiceMs } from '../../../acquirer-sim/capacity/service-time.ts';
import { createTokenBucket } from '../../../acquirer-sim/capacity/token-bucket.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';

describe('service times (seed 3)', () => {
  it('have the configured mean, and the configured spread of their logarithm', () => {
    const random = createLiveRandom(3);
    const draws = Array.from({ length: 50_000 }, () => drawServiceMs(random, { mean: 250, sigma: 0.6 }));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const logs = draws.map(Math.log);
    const logMean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const spread = Math.sqrt(logs.reduce((sum, log) => sum + (log - logMean) ** 2, 0) / logs.length);
    expect(mean).toBeCloseTo(250, -1);
    expect(spread).toBeCloseTo(0.6, 2);
  });

  it('are the mean every time when sigma is 0', () => {
    expect(drawServiceMs(createLiveRandom(3), { mean: 250, sigma: 0 })).toBe(250);
  });
});

describe('a cap', () => {
  /** How many of evenly spaced requests pass. */
  const passed = (ratePerSecond: number, offeredPerSecond: number, seconds: number): number => {
    const bucket = createTokenBucket(ratePerSecond, 0);
    let count = 0;
    for (let n = 1; n <= offeredPerSecond * seconds; n += 1) {
      if (bucket.take((n * 1_000) / offeredPerSecond)) count += 1;
    }
    return count;
  };

  it('lets an even stream at its own rate pass whole', () => {
    expect(passed(4, 4, 100)).toBe(400);
  });

  it('lets its rate pass out of a larger stream, after one second of burst', () => {
    expect(passed(4, 40, 100)).toBeGreaterThanOrEqual(400);
    expect(passed(4, 40, 100)).toBeLessThanOrEqual(404);
  });

  it('of less than one a second still lets single requests pass', () => {
    expect(passed(0.5, 10, 100)).toBeGreaterThanOrEqual(50);
    expect(passed(0.5, 10, 100)).toBeLessThanOrEqual(51);
  });

  it('of 0 lets nothing pass', () => {
    expect(passed(0, 10, 100)).toBe(0);
  });
});
