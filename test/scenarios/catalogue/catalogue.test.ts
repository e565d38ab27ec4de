import { describe, expect, it } from 'vitest';
import { memberIds } from '../../../scenarios/cast/schema.ts';
import { catalogueIds, scenarioFileOf } from '../../../scenarios/play/catalogue.ts';
import { formatFault } from '../../../scenarios/play/faults.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { dayOf, type Scenario, sourcesOf } from '../../../scenarios/play/scenario.ts';
import { isoInJapan } from '../../../scenarios/play/times.ts';

const scenarioOf = (id: string): Scenario => {
  const loaded = loadScenario(scenarioFileOf(id) ?? id);
  if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.scenario;
};

/** Lines of the July announcements, read by hand, that a scenario may cite. */
const announced = new Map([
  ['137', 'mass access to another merchant of the upstream, 12 and 13 July'],
  ['145', 'the upstream restricts requests that come through PAY.JP, 14 July'],
  ['146', 'the contact route between the companies delayed detection'],
  ['167', 'part of the payments and card registrations failed, 14 July'],
  ['175', '21:00-21:20, 13 July'],
  ['187', 'recovery confirmed 22:25, 12 July'],
  ['192', '21:02-22:12, 12 July'],
]);

describe('the catalogue', () => {
  it('has the three days of July 2017', () => {
    expect(catalogueIds()).toEqual(
      expect.arrayContaining(['payjp-2017-07-12', 'payjp-2017-07-13', 'payjp-2017-07-14']),
    );
  });

  it('does not know what it does not have', () => {
    expect(scenarioFileOf('payjp-2017-07-15')).toBeNull();
  });
});

describe.each(catalogueIds())('%s', (id) => {
  const scenario = scenarioOf(id);

  it('is called as its file, dated as its id where that is a day of PAY.JP, and starts on its minute', () => {
    expect(scenario.id).toBe(id);
    if (id.startsWith('payjp-')) expect(id).toContain(scenario.date);
    expect(isoInJapan(dayOf(scenario).startWallMs)).toBe(`${scenario.date}T${scenario.day.from}:00+09:00`);
  });

  it('names policies that pass their own check', () => {
    for (const policy of scenario.policies) expect(loadPolicy(policy)).toMatchObject({ ok: true });
  });

  it('says of everything where it comes from', () => {
    const sources = sourcesOf(scenario);
    if (id.startsWith('payjp-')) expect(sources.filter(({ assumed }) => !assumed).length).toBeGreaterThan(0);
    expect(sources.every(({ source }) => source.length > 10)).toBe(true);
  });

  it('keeps utilisation below two thirds on the day without the incident, failover included', () => {
    for (const { capacity, background } of scenario.world.acquirers) {
      const perSecond = capacity.workers / (capacity.serviceMs.authorise.mean / 1000);
      const others = background.reduce((sum, { ratePerSecond }) => sum + ratePerSecond, 0);
      // Each create or registration makes at most two calls, and at most one follow-up.
      const ours =
        scenario.cast.merchants.reduce((sum, { count, operationsPerSecond }) => sum + count * operationsPerSecond, 0) *
        3;
      expect((others + ours) / perSecond).toBeLessThan(2 / 3);
    }
  });

  it('keeps a full queue clear of the edge where success swings with the seed', () => {
    for (const { capacity } of scenario.world.acquirers) {
      const waitMs = (capacity.queueMax / capacity.workers) * capacity.serviceMs.authorise.mean;
      // virtual-stage.md (g): the transition lies between 8.75 and 10.5 s for timeouts of 10 s.
      expect(waitMs < 8_750 || waitMs > 10_500).toBe(true);
    }
  });

  it('has at least 40 ordinary merchants (16 where card testers are what is measured), most creates on stored cards', () => {
    const abusers = scenario.cast.abusers.length;
    const ordinaryMin = scenario.id === 'card-testing' ? 16 : 40;
    expect(memberIds(scenario.cast).length - abusers).toBeGreaterThanOrEqual(ordinaryMin);
    // Card testers are looked for among new cards.
    const storedMin = scenario.id === 'card-testing' ? 0 : 0.5;
    for (const { storedCardShare } of scenario.cast.merchants)
      expect(storedCardShare).toBeGreaterThanOrEqual(storedMin);
  });

  it('judges money, invariants and the number of requests under every policy', () => {
    const always = scenario.expect.filter(({ under }) => under === undefined).map(({ kind }) => kind);
    expect(always).toEqual(expect.arrayContaining(['money', 'invariants', 'request-count']));
  });

  it('cites the lines of the announcements that carry the facts', () => {
    const lines = sourcesOf(scenario)
      .filter(({ assumed }) => !assumed)
      .map(({ source }) => source.replace('seeds/000_644d54d1e58de083.txt:', ''))
      // Days after July 2017, and other systems' days, come from the list of dated incidents.
      .filter((source) => !/^(reference\/[a-z0-9-]+\.md:\d+$|https:)/.test(source));
    expect(lines.filter((line) => !announced.has(line))).toEqual([]);
  });
});
