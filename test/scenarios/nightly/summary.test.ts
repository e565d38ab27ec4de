import { describe, expect, it } from 'vitest';
import type { ExpectationResult, RunResult } from '../../../scenarios/judge/result.ts';
import {
  dayIsGood,
  dayLines,
  removalLines,
  spreadOf,
  spreadText,
  summarise,
  summariseRemovals,
} from '../../../scenarios/nightly/summary.ts';
import { aResult } from '../cli/results.ts';

const expectation = (id: string, measured: number | null, reason: string | null = null): ExpectationResult => ({
  id,
  bound: '>= 0.99',
  measured,
  holds: reason === null,
  sample: 100,
  title: { en: id, ja: id },
  reason,
});

const run = (seed: number, expectations: readonly ExpectationResult[], more: Partial<RunResult> = {}): RunResult =>
  aResult({
    seed,
    traceHash: `hash ${seed}`,
    verdict: expectations.every(({ holds }) => holds) ? 'holds' : 'fails',
    expectations,
    ...more,
  });

describe('the spread of figures', () => {
  it('is their least, middle and greatest', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
    expect(spreadOf([7])).toEqual({ min: 7, median: 7, max: 7 });
  });

  it('is none where there are no figures', () => {
    expect(spreadOf([])).toBeNull();
    expect(spreadText(null)).toBe('no figure');
  });

  it('is written with the digits that tell runs apart', () => {
    expect(spreadText({ min: 0.98765432, median: 0.5, max: 1 })).toBe('min 0.9877, median 0.5000, max 1');
    expect(spreadText({ min: 3740.002, median: 12_345.6, max: 0 })).toBe('min 3740, median 12346, max 0');
  });
});

describe('the summary of a day', () => {
  const good = run(1, [expectation('rate', 0.995), expectation('failover', 4000)]);
  const late = run(2, [expectation('rate', 0.992), expectation('failover', null, 'it never came')]);

  it('has the spread of each expectation and names the seed of each failure', () => {
    const [day] = summarise([good, late]);
    expect(day).toMatchObject({ scenario: 'small-day', policy: 'protected', runs: 2, holds: 1, hashes: 2 });
    expect(day?.expectations).toEqual([
      { id: 'rate', bound: '>= 0.99', measured: { min: 0.992, median: 0.9935, max: 0.995 }, without: 0, failures: [] },
      {
        id: 'failover',
        bound: '>= 0.99',
        measured: { min: 4000, median: 4000, max: 4000 },
        without: 1,
        failures: [{ seed: 2, reason: 'it never came' }],
      },
    ]);
  });

  it('says how to play a failure again', () => {
    const [day] = summarise([good, late]);
    expect(day === undefined ? [] : dayLines(day)).toEqual([
      'small-day under protected: 1 of 2 hold, 2 hashes, requests min 30000, median 30000, max 30000',
      '  rate      >= 0.99: min 0.9920, median 0.9935, max 0.9950',
      '  failover  >= 0.99: min 4000, median 4000, max 4000, 1 without a figure',
      '    FAILS with seed 2: it never came',
      '  again: breakwater replay small-day --policy protected --seed 2',
    ]);
  });

  it('is not good when two seeds gave one hash, or an invariant is violated', () => {
    const twin = { ...good, seed: 2 };
    expect(summarise([good]).map(dayIsGood)).toEqual([true]);
    expect(summarise([good, twin]).map(dayIsGood)).toEqual([false]);
    const violations = [{ atMs: null, objects: [], text: 'ch_1 captured twice\nand its whole life' }];
    const broken = run(3, [expectation('rate', 1)], {
      verdict: 'fails',
      invariants: [{ id: 'INV-01', title: 'one capture', judged: 5, found: 2, violations }],
    });
    const [day] = summarise([broken]);
    expect(day === undefined || dayIsGood(day)).toBe(false);
    expect(day?.violations).toEqual([{ seed: 3, reason: 'INV-01 x2: ch_1 captured twice' }]);
    expect(day === undefined ? [] : dayLines(day)).toContain('  FAILS with seed 3: INV-01 x2: ch_1 captured twice');
  });

  it('keeps policies and scenarios apart', () => {
    const days = summarise([good, { ...good, policy: 'as-it-was' }, { ...good, scenario: 'other-day' }, late]);
    expect(days.map(({ scenario, policy, runs }) => [scenario, policy, runs])).toEqual([
      ['small-day', 'protected', 2],
      ['small-day', 'as-it-was', 1],
      ['other-day', 'protected', 1],
    ]);
  });
});

describe('the summary of a removed protection', () => {
  const without = (rate: ExpectationResult) => run(1, [rate], { policy: 'no-breaker' });
  const whole = run(1, [expectation('rate', 1)]);
  const failing = expectation('rate', 0.4, '0.4 is below 0.99');

  it('is noticed when an expectation fails that holds with it', () => {
    const [summary] = summariseRemovals([
      { removed: without(expectation('rate', 1)), whole },
      { removed: { ...without(failing), scenario: 'other-day' }, whole },
    ]);
    expect(summary).toMatchObject({ policy: 'no-breaker', noticed: true });
    expect(summary === undefined ? [] : removalLines(summary)).toEqual([
      'no-breaker: noticed',
      '  small-day: all hold',
      '  other-day: fails rate',
    ]);
  });

  it('is not noticed by what fails anyway, or was not played with it', () => {
    const anyway = run(1, [failing]);
    for (const other of [anyway, null]) {
      const [summary] = summariseRemovals([{ removed: without(failing), whole: other }]);
      expect(summary?.noticed).toBe(false);
      expect(summary === undefined ? [] : removalLines(summary)[0]).toBe('no-breaker: NOT NOTICED by any expectation');
    }
  });
});
