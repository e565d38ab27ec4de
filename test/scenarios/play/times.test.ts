import { describe, expect, it } from 'vitest';
import { msOfDay, TimeOfDay, timeOfDay } from '../../../scenarios/play/times.ts';

describe('a time of day', () => {
  it.each([
    [0, '00:00:00'],
    [44_700_000, '12:25:00'],
    [86_399_999, '23:59:59'],
    [2 * 86_400_000 - 1_000, '47:59:59'],
  ])('of %i ms is %s', (ms, time) => {
    expect(timeOfDay(ms)).toBe(time);
    expect(TimeOfDay.parse(time)).toBe(time);
    expect(msOfDay(time)).toBe(Math.floor(ms / 1000) * 1000);
  });
});
