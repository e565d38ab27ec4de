/** The day that blows rain on, as drawn; playing it takes minutes and is `npm run nightly -- live-kills`. */
import { describe, expect, it } from 'vitest';
import { dayOfBlows } from '../../../scenarios/nightly/live-kills.ts';
import { scenarioFileOf } from '../../../scenarios/play/catalogue.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { dayOf } from '../../../scenarios/play/scenario.ts';
import { timelineOf } from '../../../scenarios/play/timeline.ts';

const loaded = loadScenario(scenarioFileOf('payjp-2017-07-12') ?? '');
if (!loaded.ok) throw new Error('the day is not valid');
const ordinary = loaded.scenario;

describe.each([1, 2, 3])('the day of blows with seed %i', (seed) => {
  const day = dayOfBlows(ordinary, seed);
  const blows = timelineOf(day, 'protected').flatMap(({ atMs, event: { what } }) =>
    what.kind === 'process' ? [{ atMs, program: what.program, action: what.action }] : [],
  );

  it('strikes thirty times and each program gets up before the next blow', () => {
    expect(blows).toHaveLength(60);
    for (let nth = 0; nth < blows.length; nth += 2) {
      const [struck, back] = [blows[nth]!, blows[nth + 1]!];
      expect(back).toMatchObject({ program: struck.program, action: struck.action === 'kill' ? 'restart' : 'resume' });
      expect(['kill', 'freeze']).toContain(struck.action);
    }
  });

  it('strikes gateways, store and Redis, by both signals, and ends quietly', () => {
    expect(new Set(blows.map(({ program }) => program))).toEqual(new Set(['gateway-1', 'gateway-2', 'store', 'redis']));
    expect(new Set(blows.map(({ action }) => action)).size).toBe(4);
    expect(dayOf(day).dayMs - (blows.at(-1)?.atMs ?? 0)).toBeGreaterThanOrEqual(15_000);
  });

  it('is the same again, and as short as its caller says', () => {
    expect(dayOfBlows(ordinary, seed)).toEqual(day);
    expect(dayOfBlows(ordinary, seed, 3).timeline).toEqual(day.timeline.slice(0, 6));
  });
});
