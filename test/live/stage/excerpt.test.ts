import { describe, expect, it } from 'vitest';
import { refusalsOf } from '../../../scenarios/judge/expectations/index.ts';
import { ExcerptRefused, excerptOf } from '../../../scenarios/live/excerpt.ts';
import { catalogueIds, scenarioFileOf } from '../../../scenarios/play/catalogue.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { dayOf, type Scenario } from '../../../scenarios/play/scenario.ts';

const scenarioOf = (id: string): Scenario => {
  const loaded = loadScenario(scenarioFileOf(id) ?? '');
  if (!loaded.ok) throw new Error(`${id} is not valid`);
  return loaded.scenario;
};
const july12 = scenarioOf('payjp-2017-07-12');
const isProtected = { policy: 'protected' };

describe('the live excerpt', () => {
  it('is 30 s before the cause, 90 s of it and 40 s after its end, joined', () => {
    const { scenario, lengthMs, cause } = excerptOf(july12, isProtected);
    expect(lengthMs).toBe(160_000);
    expect(dayOf(scenario).dayMs).toBe(160_000);
    expect(cause).toEqual({ fromMs: 30_000, toMs: 120_000 });
    expect(scenario.timeline).toMatchObject([{ id: 'flood', at: '21:02:00', what: { until: '21:03:30' } }]);
  });

  it('is as long as its caller says', () => {
    const { lengthMs, cause } = excerptOf(july12, {
      ...isProtected,
      beforeSeconds: 10,
      causeSeconds: 50,
      afterSeconds: 20,
    });
    expect([lengthMs, cause]).toEqual([80_000, { fromMs: 10_000, toMs: 60_000 }]);
  });

  it('leaves no expectation out without saying so', () => {
    const { scenario, notes } = excerptOf(july12, isProtected);
    const own = july12.expect.filter(({ under }) => under === undefined || under.includes('protected'));
    const kept = new Set(scenario.expect.map(({ id }) => id));
    const said = own.filter(({ id }) => notes.some((note) => note.includes(`expectation ${id} is not judged`)));
    expect(said.map(({ id }) => id)).toEqual(own.filter(({ id }) => !kept.has(id)).map(({ id }) => id));
    expect([...kept]).toEqual(expect.arrayContaining(['failover-in-time', 'first-notice-in-time', 'books-equal']));
  });

  it('still demands traffic and faults, in proportion', () => {
    const { scenario } = excerptOf(july12, isProtected);
    const failover = scenario.expect.find(({ id }) => id === 'failover-in-time');
    const { operations = 0, faults = 0 } = (failover?.minimum ?? {}) as { operations?: number; faults?: number };
    expect(operations).toBeGreaterThan(200);
    expect(faults).toBeGreaterThan(1_000);
  });

  it.each(catalogueIds().map((id) => [id]))('of %s expects nothing that lies outside it, whatever the policy', (id) => {
    const whole = scenarioOf(id);
    for (const policy of whole.policies) {
      const { scenario } = excerptOf(whole, { policy });
      const around = { ...dayOf(scenario), events: scenario.timeline.map((event) => event.id) };
      expect(scenario.expect.flatMap((expectation) => refusalsOf(expectation, around))).toEqual([]);
    }
  });

  it('does not judge what is well outside of hours that it cut away, while it plays their trouble', () => {
    const { scenario, notes } = excerptOf(scenarioOf('payjp-2017-07-14'), { policy: 'as-it-was' });
    expect(scenario.expect.map(({ id }) => id)).not.toContain('well-outside-the-window');
    expect(notes).toContainEqual(expect.stringContaining('well-outside-the-window is not judged'));
  });

  it('judges the success rate from 20 s after the cause, where the moments no longer do', () => {
    const { scenario } = excerptOf(july12, isProtected);
    const rate = scenario.expect.find(({ id }) => id === 'ordinary-operations-succeed');
    // 22:12 is 30 s after the end of the flood.
    expect(rate?.window).toEqual({ from: '21:02:20', to: '21:04:00' });
  });

  it('has the operators’ delays that it names, and nobody acts who came hours later', () => {
    const day = scenarioOf('payjp-2017-07-14');
    const { scenario, notes } = excerptOf(
      { ...day, live: { from: '07:20:00', to: '07:25:00', operators: { reactAfterMs: 10_000 } } },
      { policy: 'as-it-was' },
    );
    expect(scenario.world.acquirers[0]?.operators[0]?.reactAfterMs).toBe(10_000);
    expect(scenario.timeline.map(({ id }) => id)).toEqual(['runaway-starts', 'runaway-stops']);
    expect(notes).toContainEqual(expect.stringContaining('first-notice'));
  });

  it('kills a program in the middle and brings it back', () => {
    const { scenario } = excerptOf(july12, {
      ...isProtected,
      instances: 2,
      kills: [{ program: 'gateway-2', atSeconds: 60 }],
    });
    expect(scenario.world.gateway.instances).toBe(2);
    expect(scenario.timeline.filter(({ what }) => what.kind === 'process')).toMatchObject([
      { at: '21:02:30', what: { action: 'kill', program: 'gateway-2' } },
      { at: '21:02:40', what: { action: 'restart', program: 'gateway-2' } },
    ]);
  });

  it('refuses a kill after which there is no time to come back', () => {
    const late = { ...isProtected, kills: [{ program: 'gateway-1', atSeconds: 155 }] };
    expect(() => excerptOf(july12, late)).toThrow(ExcerptRefused);
  });

  it('refuses a speed that would scale an expectation, and plays quiet stretches faster where none is measured', () => {
    expect(() => excerptOf(july12, { policy: 'as-it-was', speed: 4 })).toThrow(/well-outside-the-window/);
    expect(excerptOf(july12, { ...isProtected, speed: 2 }).lengthMs).toBe(130_000);
  });
});
