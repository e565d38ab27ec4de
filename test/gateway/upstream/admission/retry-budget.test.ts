import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRetryBudget, type RetryRules } from '../../../../gateway/upstream/admission/retry-budget.ts';

const rules: RetryRules = {
  enabled: true,
  tokensMax: 10,
  perSuccess: 0.1,
  retryAbove: 5,
  shareOfFirstTries: 0.1,
  floorPerSecond: 1,
};
const seed = 20230206;

describe(`a retry budget (seed ${seed})`, () => {
  it('never lets more through in ten seconds than a tenth of the first tries and one a second', () => {
    const step = fc.record({
      gapMs: fc.integer({ min: 0, max: 3_000 }),
      what: fc.constantFrom('first', 'retry', 'ok'),
    });
    let allowed = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 300 }), (steps) => {
        const budget = createRetryBudget(rules);
        const firsts: number[] = [];
        const retries: number[] = [];
        const excess: number[] = [];
        let nowMs = 0;
        for (const { gapMs, what } of steps) {
          nowMs += gapMs;
          if (what === 'ok') budget.ended(false);
          else if (what === 'first') {
            budget.first(nowMs);
            firsts.push(nowMs);
          } else if (budget.retry(nowMs)) {
            retries.push(nowMs);
            const recent = (times: readonly number[]): number =>
              times.filter((at) => Math.floor(at / 1000) > Math.floor(nowMs / 1000) - 10).length;
            excess.push(recent(retries) - 0.1 * recent(firsts));
          }
        }
        expect(Math.max(0, ...excess)).toBeLessThanOrEqual(10 + 1e-9);
        allowed += retries.length;
      }),
      { seed, numRuns: 100 },
    );
    expect(allowed).toBeGreaterThan(1_000);
  });

  it('is spent by failures and earned back by successes, ten for one', () => {
    const budget = createRetryBudget(rules);
    for (let failures = 0; failures < 5; failures += 1) budget.ended(true);
    expect(budget.retry(0)).toBe(false);
    budget.ended(false);
    expect(budget.retry(0)).toBe(true);
    for (let failures = 0; failures < 50; failures += 1) budget.ended(true);
    for (let successes = 0; successes < 50; successes += 1) budget.ended(false);
    expect(budget.retry(0)).toBe(false);
    budget.ended(false);
    expect(budget.retry(0)).toBe(true);
  });

  it('that is off lets everything through', () => {
    const budget = createRetryBudget({ ...rules, enabled: false });
    for (let failures = 0; failures < 50; failures += 1) budget.ended(true);
    expect(Array.from({ length: 50 }, () => budget.retry(0)).every(Boolean)).toBe(true);
  });
});
