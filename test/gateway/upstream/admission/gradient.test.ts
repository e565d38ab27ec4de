import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterSample,
  initialLimit,
  type LimitRules,
  type LimitState,
  type Sample,
} from '../../../../gateway/upstream/admission/gradient.ts';

const rules: LimitRules = { algorithm: 'gradient2', initial: 16, min: 6, max: 32, targetMs: 1_000 };
const limitAfter = (samples: readonly Sample[], from: LimitRules = rules): LimitState =>
  samples.reduce((state, sample) => afterSample(state, sample, from), initialLimit(from));
const same = (count: number, tookMs: number, inFlight: number, lost = false): Sample[] =>
  Array.from({ length: count }, () => ({ tookMs, inFlight, lost }));

/** The formulas of resilience-patterns section 3, written down a second time and with names of their own. */
const createReference = (of: LimitRules) => {
  let limit = of.initial;
  let average = 0;
  let seen = 0;
  return {
    take({ tookMs, inFlight, lost }: Sample): number {
      const short = Math.max(0.001, tookMs);
      average = seen < 10 ? (average * seen + short) / (seen + 1) : average * (1 - 2 / 601) + short * (2 / 601);
      seen += 1;
      if (average / short > 2) average *= 0.9;
      const bounded = (value: number): number => Math.min(of.max, Math.max(of.min, value));
      if (of.algorithm === 'aimd') {
        if (lost) limit = bounded(Math.min(limit - 1, Math.floor(limit * 0.9)));
        else if (2 * inFlight >= limit) limit = bounded(limit + 1);
        return limit;
      }
      if (inFlight < limit / 2) return limit;
      const gradient = Math.min(1, Math.max(0.5, Math.min(average, of.targetMs) / short));
      limit = bounded(0.8 * limit + 0.2 * (gradient * limit + Math.min(4, limit ** 0.5)));
      return limit;
    },
  };
};

const seed = 20170714;

describe(`a limit found from latency (seed ${seed})`, () => {
  it.each(['gradient2', 'aimd'] as const)('is what the formulas of %s say, call by call', (algorithm) => {
    const sample = fc.record({
      tookMs: fc.double({ min: 0, max: 20_000, noNaN: true }),
      inFlight: fc.integer({ min: 1, max: 64 }),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 200 }), (samples) => {
        const of = { ...rules, algorithm };
        const reference = createReference(of);
        let state = initialLimit(of);
        for (const one of samples) {
          state = afterSample(state, one, of);
          expect(state.limit).toBeCloseTo(reference.take(one), 6);
          expect(state.limit).toBeGreaterThanOrEqual(of.min);
          expect(state.limit).toBeLessThanOrEqual(of.max);
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('stays where it is while less than half of it is used', () => {
    expect(limitAfter(same(1_000, 250, 7)).limit).toBe(16);
  });

  it('grows while it is used and answers are as quick as ever', () => {
    expect(limitAfter(same(100, 250, 32)).limit).toBe(32);
  });

  it('shrinks when answers take twice as long, and comes back when they do not any more', () => {
    const slow = limitAfter([...same(100, 250, 16), ...same(60, 1_000, 32)]);
    expect(slow.limit).toBeLessThan(11);
    const quick = same(60, 250, 16).reduce((state, one) => afterSample(state, one, rules), slow);
    expect(quick.limit).toBeGreaterThan(20);
  });

  it('does not creep up while an overload lasts', () => {
    // Four workers of 250 ms: whatever is in flight takes a 16th of a second each.
    let state = initialLimit(rules);
    for (let count = 0; count < 10_000; count += 1) {
      const inFlight = Math.floor(state.limit);
      state = afterSample(state, { tookMs: Math.max(250, inFlight * 62.5), inFlight, lost: false }, rules);
    }
    expect(state.limit).toBeGreaterThan(8);
    expect(state.limit * 62.5).toBeLessThan(1_400);
  });

  it('by timeouts alone loses a tenth each, and one at least', () => {
    const aimd = { ...rules, algorithm: 'aimd' as const, min: 1 };
    expect(limitAfter(same(1, 10_000, 16, true), aimd).limit).toBe(14);
    expect(limitAfter(same(40, 10_000, 16, true), aimd).limit).toBe(1);
  });
});
