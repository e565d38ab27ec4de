import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accumulate, balanceShare, evidenceSteps } from '../../../gateway/breaker/evidence.ts';
import { createLiveRandom } from '../../../gateway/random.ts';

const seed = 4;
const steps = evidenceSteps(0.01, 0.5);

/** The definition instead of the recursion: the greatest sum of any run of outcomes that ends now. */
const greatestSuffix = (outcomes: readonly boolean[]): number => {
  let greatest = 0;
  for (let from = 0; from < outcomes.length; from += 1) {
    let sum = 0;
    for (const failed of outcomes.slice(from)) sum += Math.log(failed ? 0.5 / 0.01 : 0.5 / 0.99);
    greatest = Math.max(greatest, sum);
  }
  return greatest;
};

/** Calls until the evidence reaches the threshold, at a given failure share; `most` when it never does. */
const callsToOpen = (failureShare: number, random: { float(): number }, most: number): number => {
  let evidence = 0;
  for (let calls = 1; calls <= most; calls += 1) {
    evidence = accumulate(evidence, random.float() < failureShare ? steps.failure : steps.success, 100);
    if (evidence >= 17.5) return calls;
  }
  return most;
};

describe('sequential evidence', () => {
  it('weighs a failure with +3.9 and a success with -0.68 for 1 % against 50 %', () => {
    expect(steps.failure).toBeCloseTo(3.912, 3);
    expect(steps.success).toBeCloseTo(-0.683, 3);
  });

  it(`equals the greatest likelihood ratio of any run of outcomes that ends now (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (outcomes) => {
        let evidence = 0;
        for (const failed of outcomes)
          evidence = accumulate(evidence, failed ? steps.failure : steps.success, Number.POSITIVE_INFINITY);
        expect(evidence).toBeCloseTo(greatestSuffix(outcomes), 9);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('needs five straight failures to reach 17.5', () => {
    let evidence = 0;
    let failures = 0;
    for (; evidence < 17.5; failures += 1) evidence = accumulate(evidence, steps.failure, 100);
    expect(failures).toBe(5);
  });

  it(`needs about eleven calls when half of them fail (seed ${seed})`, () => {
    const random = createLiveRandom(seed);
    let total = 0;
    for (let run = 0; run < 2_000; run += 1) total += callsToOpen(0.5, random, 1_000);
    expect(total / 2_000).toBeGreaterThan(10);
    expect(total / 2_000).toBeLessThan(13);
  });

  it(`stays below 17.5 over a million healthy calls of which 1 % fail (seed ${seed})`, () => {
    expect(callsToOpen(0.01, createLiveRandom(seed), 1_000_000)).toBe(1_000_000);
  });

  it('turns from shrinking to growing at about 15 % failures', () => {
    const balance = balanceShare(steps);
    expect(balance).toBeCloseTo(0.149, 3);
    expect(balance * steps.failure + (1 - balance) * steps.success).toBeCloseTo(0, 9);
  });

  it('weighs no outcome infinitely, even for shares of 0 and 1', () => {
    const sure = evidenceSteps(0, 1);
    expect(Number.isFinite(sure.failure) && Number.isFinite(sure.success)).toBe(true);
  });
});
