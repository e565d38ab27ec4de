import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Gcra, gcraOf } from '../../../gateway/limits/gcra.ts';

const seed = 20170714;

/**
 * The reference: a bucket that is refilled microsecond by microsecond, kept as the waiting time
 * each missing token is worth. It shares no formula with GCRA.
 */
const createBucket = (limit: Gcra) => {
  const fullUs = limit.burst * limit.intervalUs;
  let heldUs = fullUs;
  let atUs = 0;
  return {
    take: (nowUs: number, cost: number): boolean => {
      for (; atUs < nowUs; atUs += 1) if (heldUs < fullUs) heldUs += 1;
      const priceUs = cost * limit.intervalUs;
      if (heldUs < priceUs) return false;
      heldUs -= priceUs;
      return true;
    },
    tokens: (): number => Math.floor(heldUs / limit.intervalUs),
  };
};

const limits = fc.record({ intervalUs: fc.integer({ min: 1, max: 60 }), burst: fc.integer({ min: 1, max: 6 }) });
const arrivals = fc.array(fc.record({ gapUs: fc.integer({ min: 0, max: 50 }), cost: fc.integer({ min: 1, max: 6 }) }), {
  maxLength: 60,
});

describe('GCRA', () => {
  it('admits a burst back to back from rest and then one per interval', () => {
    const limit = gcraOf({ ratePerSecond: 10, burst: 3 });
    let tatUs = 0;
    const answers: [boolean, number, number][] = [];
    for (const nowUs of [0, 0, 0, 0, 99_999, 100_000, 100_000, 1_000_000]) {
      const decision = decide(tatUs, nowUs, 1, limit);
      tatUs = decision.tatUs;
      answers.push([decision.allowed, decision.retryAfterUs, decision.remaining]);
    }
    expect(answers).toEqual([
      [true, 0, 2],
      [true, 0, 1],
      [true, 0, 0],
      [false, 100_000, 0],
      [false, 1, 0],
      [true, 0, 0],
      [false, 100_000, 0],
      [true, 0, 2],
    ]);
  });

  it(`equals a token bucket refilled microsecond by microsecond (seed ${seed})`, () => {
    let admitted = 0;
    let refused = 0;
    fc.assert(
      fc.property(limits, arrivals, (limit, requests) => {
        const bucket = createBucket(limit);
        let tatUs = 0;
        let nowUs = 0;
        for (const { gapUs, cost } of requests) {
          nowUs += gapUs;
          const price = Math.min(cost, limit.burst);
          const decision = decide(tatUs, nowUs, price, limit);
          expect(decision.allowed).toBe(bucket.take(nowUs, price));
          expect(decision.remaining).toBe(bucket.tokens());
          tatUs = decision.tatUs;
          if (decision.allowed) admitted += 1;
          else refused += 1;
        }
      }),
      { seed, numRuns: 800 },
    );
    expect(Math.min(admitted, refused)).toBeGreaterThan(1_000);
  });

  it(`admits the same request after exactly the wait it names, and not a microsecond before (seed ${seed})`, () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 6 }), (limit, aheadUs, cost) => {
        const nowUs = 1_000;
        const price = Math.min(cost, limit.burst);
        const first = decide(nowUs + aheadUs, nowUs, price, limit);
        if (first.allowed) return;
        expect(first.tatUs).toBe(nowUs + aheadUs);
        expect(decide(first.tatUs, nowUs + first.retryAfterUs, price, limit).allowed).toBe(true);
        expect(decide(first.tatUs, nowUs + first.retryAfterUs - 1, price, limit).allowed).toBe(false);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('keeps a limit even where the rate is too high for whole microseconds', () => {
    expect(gcraOf({ ratePerSecond: 1e9, burst: 1 }).intervalUs).toBe(1);
  });

  it('calls a cost beyond the burst a mistake of the caller', () => {
    expect(() => decide(0, 0, 4, { intervalUs: 10, burst: 3 })).toThrow(RangeError);
  });
});
