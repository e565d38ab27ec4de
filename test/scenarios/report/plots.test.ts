import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mark, Series } from '../../../scenarios/judge/result.ts';
import { badgesOf, lanesOf } from '../../../scenarios/report/lanes.ts';
import { sentenceOf, successIn, windowsOf } from '../../../scenarios/report/sentence.ts';
import { hasSurge, thinOut } from '../../../scenarios/report/thin-out.ts';
import { sizes, ticksOf, timeAxisOf } from '../../../scenarios/report/time-axis.ts';
import { asItWas, endMs, noTimings, onsetMs, protectedDay } from './fixture.ts';

const axis = timeAxisOf([asItWas(), protectedDay()]);

describe('the time axis', () => {
  it('spans what was recorded, in Japan time', () => {
    expect(axis).toEqual({ fromMs: (20 * 60 + 35) * 60_000, toMs: (22 * 60 + 55) * 60_000 });
  });

  it('has ticks at whole clock times whose labels do not touch, at every length', () => {
    for (const size of sizes)
      for (const minutes of [1, 5, 20, 100, 140, 600, 1_440]) {
        const ticks = ticksOf({ fromMs: axis.fromMs, toMs: axis.fromMs + minutes * 60_000 }, size);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length * size.labelWidth).toBeLessThanOrEqual(size.width + size.labelWidth);
        for (const { at } of ticks) expect(at % 5_000).toBe(0);
      }
  });
});

describe('numbered badges', () => {
  it('never overlap and stand for every mark once, in order (any times, seed 714)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8_400_000 }), { minLength: 1, maxLength: 130 }), (times) => {
        const marks = times
          .sort((a, b) => a - b)
          .map((atMs): Mark => ({ atMs, kind: 'notice', title: { en: '', ja: '' } }));
        for (const size of sizes) {
          const badges = badgesOf({ startMs: axis.fromMs, marks, firstNumber: 1 }, axis, size);
          let next = 1;
          for (const badge of badges) {
            expect(badge.first).toBe(next);
            next = badge.last + 1;
            expect(badge.x - badge.width / 2).toBeGreaterThanOrEqual(0);
            expect(badge.x + badge.width / 2).toBeLessThanOrEqual(size.width);
          }
          expect(next).toBe(marks.length + 1);
          const right = (index: number): number => (badges[index]?.x ?? 0) + (badges[index]?.width ?? 0) / 2;
          const gaps = badges.slice(1).map((badge, index) => badge.x - badge.width / 2 - right(index));
          expect(Math.min(0, ...gaps)).toBe(0);
        }
      }),
      { seed: 714 },
    );
  });
});

describe('lanes', () => {
  it('keep bands of one breaker together and draw a shared cause once', () => {
    expect(lanesOf(protectedDay().bands, ['breaker']).map((lane) => lane.bands.length)).toEqual([2]);
    const both = [...asItWas().bands, ...protectedDay().bands];
    expect(lanesOf(both, ['window', 'cause']).map((lane) => lane.bands.length)).toEqual([1, 1]);
  });
});

const series = (unit: Series['unit'], values: (number | null)[]): Series => ({
  id: 'queueLength',
  subject: null,
  unit,
  fromMs: 0,
  stepMs: 10_000,
  values,
});

describe('thinning out', () => {
  it('keeps the peak of a count and the mean of a share', () => {
    expect(thinOut(series('count', [1, 9, 2, 3]), 2)).toEqual([
      [10_000, 9],
      [30_000, 3],
    ]);
    expect(thinOut(series('share', [1, 0, 0.5, 0.5]), 2).map(([, value]) => value)).toEqual([0.5, 0.5]);
  });

  it('keeps a gap a gap', () => {
    expect(thinOut(series('share', [null, null, 1, null]), 2).map(([, value]) => value)).toEqual([null, 1]);
  });

  it('tells a flood from the ordinary ups and downs of traffic', () => {
    expect(hasSurge(series('perSecond', [8, 9, 7, 10, 8, 9]))).toBe(false);
    expect(hasSurge(series('perSecond', [8, 168, 170, 168, 170, 9, 8, 169]))).toBe(true);
    expect(hasSurge(series('perSecond', [null, null]))).toBe(false);
  });

  it('leaves a short series alone', () => {
    expect(thinOut(series('perSecond', [1, null, 3]), 430).map(([, value]) => value)).toEqual([1, null, 3]);
  });
});

describe('the sentence', () => {
  it('weights success by traffic inside the published window', () => {
    const run = asItWas({
      series: [
        { ...series('share', [1, 0.5, 0, 1]), id: 'innocentSuccess' },
        { ...series('perSecond', [5, 10, 30, 5]), id: 'ordinaryPerSecond' },
      ],
    });
    expect(successIn(run, [{ fromMs: 10_000, toMs: 30_000 }])).toBe(0.125);
    expect(successIn(run, [{ fromMs: 90_000, toMs: 95_000 }])).toBeNull();
  });

  it('takes the window that was published, and the cause where none was', () => {
    expect(windowsOf([asItWas()])).toEqual([{ fromMs: onsetMs, toMs: endMs }]);
    const bands = asItWas().bands.filter((band) => band.kind !== 'window');
    expect(windowsOf([asItWas({ bands })])).toEqual([{ fromMs: onsetMs, toMs: endMs - 30_000 }]);
  });

  it('says what came before anybody was hurt', () => {
    const timings = { ...noTimings, onset: 1_000_000, contained: 940_000 };
    const { en, ja } = sentenceOf(protectedDay({ timings }), []);
    expect(en).toBe(
      '99.74 % of ordinary payments succeeded over the whole day, abuser contained 1 min before the onset',
    );
    expect(ja).toContain('影響開始の1分前に大量アクセスの抑え込み');
  });

  it('leaves out moments that never came', () => {
    expect(sentenceOf(asItWas(), windowsOf([asItWas()])).en).not.toContain('failover');
  });
});
