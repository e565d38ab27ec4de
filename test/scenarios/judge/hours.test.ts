import { describe, expect, it } from 'vitest';
import { hourToMs, outsideOf, resolveWindow } from '../../../scenarios/judge/hours.ts';

const day = { startWallMs: Date.parse('2017-07-12T20:45:00+09:00'), dayMs: 100 * 60_000 };

describe('hours of the day', () => {
  it('counts from the start of the scenario, in Japanese time', () => {
    expect(hourToMs('21:02', day)).toBe(17 * 60_000);
    expect(hourToMs('20:45:30', day)).toBe(30_000);
  });

  it('reaches the end of the day and not beyond', () => {
    expect(hourToMs('22:25', day)).toBe(100 * 60_000);
    expect(hourToMs('22:26', day)).toBeNull();
    expect(hourToMs('20:44', day)).toBeNull();
  });

  it('takes an hour after midnight for the next morning', () => {
    const night = { startWallMs: Date.parse('2017-07-12T23:30:00+09:00'), dayMs: 60 * 60_000 };
    expect(hourToMs('00:10', night)).toBe(40 * 60_000);
  });

  it('says why a window cannot be', () => {
    expect(resolveWindow({ from: '21:02', to: '22:12' }, day)).toEqual({ fromMs: 17 * 60_000, toMs: 87 * 60_000 });
    expect(resolveWindow({ from: '20:00', to: '21:00' }, day)).toEqual({ refused: '20:00 is outside the day' });
    expect(resolveWindow({ from: '21:00', to: '23:00' }, day)).toEqual({ refused: '23:00 is outside the day' });
    expect(resolveWindow({ from: '21:00', to: '21:00' }, day)).toEqual({ refused: '21:00 is not after 21:00' });
  });

  it('leaves what is outside of overlapping stretches', () => {
    const left = outsideOf(
      [
        { fromMs: 50, toMs: 80 },
        { fromMs: 10, toMs: 30 },
        { fromMs: 20, toMs: 40 },
      ],
      100,
    );
    expect(left).toEqual([
      { fromMs: 0, toMs: 10 },
      { fromMs: 40, toMs: 50 },
      { fromMs: 80, toMs: 100 },
    ]);
    expect(outsideOf([{ fromMs: 0, toMs: 100 }], 100)).toEqual([]);
  });
});
