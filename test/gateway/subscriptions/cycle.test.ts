import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cycleAfter, dayMs, firstCycle, nextCycle, shareYen } from '../../../gateway/subscriptions/cycle.ts';

const at = (date: string): number => Date.parse(`${date}+09:00`);
const day = (ms: number): string => new Date(ms + 9 * 3_600_000).toISOString().slice(0, 16);
const monthly = { amount: 3000, interval: 'month', billing_day: null };
const yearly = { amount: 12_000, interval: 'year', billing_day: null };

describe('a cycle', () => {
  it.each([
    ['2017-01-31T10:00:00', 'month', 31, '2017-02-28T10:00'],
    ['2017-02-28T10:00:00', 'month', 31, '2017-03-31T10:00'],
    ['2020-01-30T00:00:00', 'month', 30, '2020-02-29T00:00'],
    ['2017-12-15T23:59:00', 'month', 15, '2018-01-15T23:59'],
    ['2020-02-29T09:00:00', 'year', 29, '2021-02-28T09:00'],
    ['2023-02-28T09:00:00', 'year', 29, '2024-02-29T09:00'],
  ])('that begins %s and lasts a %s from day %i ends %s', (from, interval, anchor, end) => {
    expect(day(cycleAfter(at(from), interval, anchor))).toBe(end);
  });

  it('never drifts: 24 months from any day end two years later (seed 7)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: dayMs - 1 }), (days, timeMs) => {
        const startMs = at('2015-01-01T00:00:00') + days * dayMs + timeMs;
        let cycle = firstCycle(monthly, startMs, false);
        for (let index = 1; index < 24; index += 1) {
          const next = nextCycle(monthly, cycle.endMs, cycle.anchorDay);
          expect(next.startMs).toBe(cycle.endMs);
          expect(next.endMs - next.startMs).toBeGreaterThanOrEqual(28 * dayMs);
          expect(next.endMs - next.startMs).toBeLessThanOrEqual(31 * dayMs);
          cycle = next;
        }
        const anchor = Number(day(startMs).slice(8, 10));
        expect(cycle.endMs).toBe(cycleAfter(cycleAfter(startMs, 'year', anchor), 'year', anchor));
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('the first cycle', () => {
  it('of a plan without a billing day is a whole one, paid whole', () => {
    expect(firstCycle(yearly, at('2017-07-12T12:00:00'), false)).toMatchObject({
      endMs: at('2018-07-12T12:00:00'),
      amountYen: 12_000,
      anchorDay: 12,
    });
  });

  it.each([
    ['2017-06-16T00:00:00', true, 1, '2017-07-01T00:00', 1500],
    ['2017-06-16T00:00:00', false, 1, '2017-07-01T00:00', 0],
    ['2017-06-01T00:00:00', false, 1, '2017-07-01T00:00', 3000],
    ['2017-06-30T23:00:00', true, 1, '2017-07-01T00:00', 0],
    ['2017-02-10T00:00:00', true, 31, '2017-02-28T00:00', 1928],
    ['2017-02-28T00:00:00', true, 31, '2017-03-31T00:00', 3000],
  ])('that begins %s (prorate %s) with billing day %i ends %s and costs %i yen', (from, prorate, billing, end, yen) => {
    const cycle = firstCycle({ ...monthly, billing_day: billing }, at(from), prorate);
    expect([day(cycle.endMs), cycle.amountYen, cycle.anchorDay]).toEqual([end, yen, billing]);
  });
});

describe('a share', () => {
  it('is never more than the whole and never less than nothing (seed 7)', () => {
    fc.assert(
      fc.property(
        fc.nat(9_999_999),
        fc.nat(1_000_000),
        fc.integer({ min: -10, max: 1_000_010 }),
        (yen, lengthMs, now) => {
          const share = shareYen(yen, 0, lengthMs, now);
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(yen);
        },
      ),
      { seed: 7 },
    );
  });
});
