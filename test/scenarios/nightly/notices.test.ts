import { describe, expect, it } from 'vitest';
import { loadPlay } from '../../../scenarios/cli/load.ts';
import { openingOf } from '../../../scenarios/nightly/notices.ts';
import { dayOf } from '../../../scenarios/play/scenario.ts';

describe('the opening of a day', () => {
  const { scenario } = loadPlay('flapping', null);

  it('ends when all that began in the first minute after the onset has ended, on the grid of the bins', () => {
    const opening = openingOf(scenario, 303_481);
    expect(opening.day).toEqual({ from: '12:00', to: '12:09:10' });
    expect(opening.quietMinutes).toBe(5);
    expect(opening.expect).toEqual([]);
  });

  it('is never longer than the day', () => {
    const { dayMs } = dayOf(scenario);
    expect(dayOf(openingOf(scenario, dayMs - 10_000)).dayMs).toBe(dayMs);
  });

  it('is the day in everything else', () => {
    const { day, quietMinutes, expect: promised, ...rest } = openingOf(scenario, 303_481);
    expect(scenario).toMatchObject(rest);
  });
});
