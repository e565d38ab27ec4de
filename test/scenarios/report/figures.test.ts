import { describe, expect, it } from 'vitest';
import {
  boundText,
  clock,
  count,
  duration,
  measuredText,
  percent,
  startOfDayMs,
} from '../../../scenarios/report/figures.ts';

describe('figures', () => {
  it('round shares down, so that a bound is never seemingly met', () => {
    expect(percent(0.98999)).toBe('98.99 %');
    expect(percent(0.99999)).toBe('99.99 %');
    expect(percent(1)).toBe('100 %');
    expect(percent(0)).toBe('0 %');
    expect(percent(0.29)).toBe('29 %');
    expect(percent(0.0312)).toBe('3.1 %');
    expect(percent(0.0005)).toBe('0.05 %');
  });

  it('group thousands', () => {
    expect([count(0), count(999), count(1_000), count(118_402_100), count(-1_234), count(2.25)]).toEqual([
      '0',
      '999',
      '1,000',
      '118,402,100',
      '-1,234',
      '2.3',
    ]);
  });

  it('say durations as people do, in both languages', () => {
    expect(
      [0, 250, 6_120, 9_960, 43_400, 60_000, 125_000, 4_200_000, 3_600_000, -4_000].map((ms) => duration(ms, 'en')),
    ).toEqual(['0 s', '250 ms', '6.1 s', '10 s', '43 s', '1 min', '2 min 5 s', '1 h 10 min', '1 h', '-4 s']);
    expect(duration(4_200_000, 'ja')).toBe('1時間10分');
    expect(duration(6_120, 'ja')).toBe('6.1秒');
  });

  it('tell Japan time of a scenario, past midnight too', () => {
    expect(clock(startOfDayMs('2017-07-12T20:35:00+09:00') + 1_620_900)).toBe('21:02:00');
    expect(clock(startOfDayMs('2017-07-14T07:05:00+09:00'), false)).toBe('07:05');
    expect(clock(25 * 3_600_000)).toBe('01:00:00');
  });

  it.each([
    ['>= 0.99', 0.9974, '≥ 99 %', '99.74 %'],
    ['>= 0.2, <= 0.8', 0.41, '≥ 20 %, ≤ 80 %', '41 %'],
    ['<= 0.4999', 0, '≤ 49.99 %', '0 %'],
    ['<= 10000 ms', 6_120, '≤ 10 s', '6.1 s'],
    ['<= 10000 ms', -1_180_000, '≤ 10 s', '-19 min 40 s'],
    ['>= 500', 5_120, '≥ 500', '5,120'],
    ['>= 100000, <= 200000', 121_804, '≥ 100,000, ≤ 200,000', '121,804'],
    ['= 0', 0, '= 0', '0'],
    ['= 0', 2, '= 0', '2'],
    ['absent', null, 'never', '–'],
    ['absent', 1_620_000, 'never', '21:02:00'],
    ['>= 0.97', null, '≥ 97 %', '–'],
  ])('show the bound %s and the measured %s in one unit', (bound, measured, shownBound, shownMeasured) => {
    expect(boundText({ bound, measured }, 'en')).toBe(shownBound);
    expect(measuredText({ bound, measured }, startOfDayMs('2017-07-12T20:35:00+09:00'), 'en')).toBe(shownMeasured);
  });
});
