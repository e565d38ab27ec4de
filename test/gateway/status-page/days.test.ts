import { describe, expect, it } from 'vitest';
import { daysOf, daysShown, type Remembered } from '../../../gateway/status-page/days.ts';
import { story } from './bench.ts';

const at = (japanTime: string): number => Date.parse(`${japanTime}+09:00`);
const nowMs = at('2017-07-14T12:00:00');

const incident = (from: string, to: string | null, level: Remembered['level'] = 'degraded'): Remembered => {
  const told = story(at(from), to === null ? ['investigating'] : ['investigating', 'resolved']);
  const updates = told.updates.map((update, index) => ({
    ...update,
    atMs: index === 1 && to !== null ? at(to) : at(from),
  }));
  return { ...told, components: ['capture'], updates, level };
};

/** Days that are not operational, newest last, as `2017-07-12 degraded`. */
const badDays = (...incidents: Remembered[]): string[] =>
  daysOf('capture', incidents, nowMs)
    .filter(({ level }) => level !== 'operational')
    .map(({ startMs, level }) => `${new Date(startMs + 9 * 3_600_000).toISOString().slice(0, 10)} ${level}`);

describe('the last ninety days of a function', () => {
  it('are ninety, end today, and begin at midnight in Japan', () => {
    const days = daysOf('capture', [], nowMs);
    expect(days).toHaveLength(daysShown);
    expect(days.at(-1)?.startMs).toBe(at('2017-07-14T00:00:00'));
    expect(days[0]?.startMs).toBe(at('2017-04-16T00:00:00'));
    expect(badDays()).toEqual([]);
  });

  it('show an incident on each day that it touched, in Japanese days', () => {
    expect(badDays(incident('2017-07-12T21:02:00', '2017-07-12T22:12:00'))).toEqual(['2017-07-12 degraded']);
    expect(badDays(incident('2017-07-12T23:59:00', '2017-07-13T00:01:00'))).toEqual([
      '2017-07-12 degraded',
      '2017-07-13 degraded',
    ]);
  });

  it('show the worst of several, and one that is still open until today', () => {
    expect(
      badDays(incident('2017-07-13T01:00:00', '2017-07-13T02:00:00', 'outage'), incident('2017-07-13T03:00:00', null)),
    ).toEqual(['2017-07-13 outage', '2017-07-14 degraded']);
  });

  it('forget what is older, and what happened to other functions', () => {
    expect(badDays(incident('2017-04-15T23:00:00', '2017-04-15T23:59:00'))).toEqual([]);
    expect(badDays({ ...incident('2017-07-13T01:00:00', null), components: ['refund'] })).toEqual([]);
  });
});
