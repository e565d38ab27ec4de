import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateWindow } from '../../../acquirer-sim/operators/rate-window.ts';

describe('a rate window', () => {
  it('is the mean of the whole seconds before the current one, as counted by hand (seed 714)', () => {
    const gaps = fc.array(fc.nat({ max: 4 }), { maxLength: 80 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 6 }), fc.nat({ max: 9 }), (steps, seconds, later) => {
        const window = createRateWindow(seconds);
        const arrivals: number[] = [];
        let now = 100;
        for (const step of steps) {
          now += step;
          window.count(now);
          arrivals.push(now);
        }
        now += later;
        const inWindow = arrivals.filter((second) => second >= now - seconds && second < now).length;
        expect(window.ratePerSecond(now)).toBe(inWindow / seconds);
      }),
      { seed: 714, numRuns: 500 },
    );
  });
});
