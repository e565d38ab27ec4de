import { describe, expect, it } from 'vitest';
import { agreementTable, compareStages, nudged, nudgesFor } from '../../../scenarios/live/fidelity.ts';
import { scenarioFileOf } from '../../../scenarios/play/catalogue.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { asItWas, noTimings } from '../../scenarios/report/fixture.ts';

const played = (successRate: number, timings: Partial<typeof noTimings> = {}) => {
  const result = asItWas();
  return {
    ...result,
    stage: 'virtual' as const,
    marks: [],
    expectations: [],
    timings: { ...noTimings, ...timings },
    traffic: { ...result.traffic, innocent: { ...result.traffic.innocent, successRate } },
  };
};
const agreed = (...given: Parameters<typeof compareStages>) =>
  compareStages(...given).map(({ figure, agrees }) => [figure, agrees]);

describe('how far both stages agree', () => {
  it('allows half a point of ordinary success and no more', () => {
    expect(agreed([played(0.995)], played(0.9905))).toEqual([['ordinary merchants’ success', true]]);
    expect(agreed([played(0.995)], played(0.989))).toEqual([['ordinary merchants’ success', false]]);
  });

  it('takes a moment that only one stage has for a disagreement', () => {
    expect(agreed([played(1, { failover: 34_000 })], played(1))).toContainEqual(['failover', false]);
    expect(agreed([played(1)], played(1, { failover: 34_000 }))).toContainEqual(['failover', false]);
    expect(agreed([played(1, { failover: 34_000 })], played(1, { failover: 38_900 }))).toContainEqual([
      'failover',
      true,
    ]);
    expect(agreed([played(1, { failover: 34_000 })], played(1, { failover: 39_100 }))).toContainEqual([
      'failover',
      false,
    ]);
  });

  it('plays the virtual stage again only where chance decides who gets through', () => {
    expect(nudgesFor(played(0.995))).toEqual([]);
    expect(nudgesFor(played(0.56)).length).toBeGreaterThan(3);
  });

  it('allows half a point from what the virtual stage answers between its plays', () => {
    const virtuals = [played(0.557), played(0.569), played(0.56)];
    expect(agreed(virtuals, played(0.5735))).toEqual([['ordinary merchants’ success', true]]);
    expect(agreed(virtuals, played(0.5525))).toEqual([['ordinary merchants’ success', true]]);
    expect(agreed(virtuals, played(0.575))).toEqual([['ordinary merchants’ success', false]]);
    expect(agreed(virtuals, played(0.551))).toEqual([['ordinary merchants’ success', false]]);
  });

  it('says what the virtual stage answered, and where the live one is', () => {
    const rows = compareStages([played(0.557), played(0.569)], played(0.58));
    expect(agreementTable('a day', rows)).toMatch(/✗ {2}ordinary merchants’ success {2}55\.70 to 56\.90 % {2}58\.00 %/);
  });

  it('makes links slower and leaves everything else', () => {
    const loaded = loadScenario(scenarioFileOf('payjp-2017-07-14') ?? '');
    if (!loaded.ok) throw new Error('the day is not valid');
    const { scenario } = loaded;
    const slower = nudged(scenario, 0.3);
    expect(slower.world.links.default.latencyMs).toBeCloseTo(scenario.world.links.default.latencyMs + 0.3);
    const { links } = scenario.world;
    expect({ ...slower, world: { ...slower.world, links } }).toEqual(scenario);
  });
});
