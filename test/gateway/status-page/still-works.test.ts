import { describe, expect, it } from 'vitest';
import type { StillWorks } from '../../../gateway/status-page/facts.ts';
import { createBench, story } from './bench.ts';

const works: readonly StillWorks[] = [
  {
    component: 'create_charge',
    reach: 'part',
    at: [
      { acquirer: 'escott', reach: 'none', brands: [] },
      { acquirer: 'gmo', reach: 'part', brands: ['JCB', 'MasterCard'] },
    ],
  },
  { component: 'capture', reach: 'later', at: [{ acquirer: 'escott', reach: 'later', brands: ['JCB'] }] },
  { component: 'card_registration', reach: 'all', at: [{ acquirer: 'gmo', reach: 'all', brands: ['JCB'] }] },
  { component: 'api', reach: 'all', at: [] },
];

const openPage = async () => {
  const bench = createBench();
  await bench.start();
  const incident = story(bench.clock.wallMs(), ['investigating', 'identified']);
  await bench.beat();
  await bench.feed({ kind: 'incident', instance: 'gateway-1', atMs: bench.clock.wallMs(), incident });
  let lastMs = bench.clock.wallMs();
  const tell = (said: readonly StillWorks[] | undefined, instance = 'gateway-1') => {
    lastMs += 1;
    return bench.feed({
      kind: 'components',
      instance,
      atMs: lastMs,
      levels: { create_charge: 'degraded' },
      ...(said === undefined ? {} : { works: said }),
    });
  };
  return { bench, incident, tell };
};

describe('what still works', () => {
  it('stands on the page by function, acquirer and brand, in both languages', async () => {
    const { bench, tell } = await openPage();
    expect(await bench.html('/')).not.toContain('id="works"');
    expect(await (await tell(works)).json()).toEqual({ applied: true });
    const english = await bench.html('/?lang=en');
    expect(english).toContain('<h2>What still works</h2>');
    expect(english).toContain('escott: Does not work · gmo: JCB, MasterCard');
    expect(english).toContain('Accepted, carried out once it is back');
    expect(english).toContain('gmo: all card brands');
    expect(english).toContain('Reading and listing');
    const japanese = await bench.html('/');
    expect(japanese).toContain('現在ご利用いただけるもの');
    expect(japanese).toContain('escott: 利用できません · gmo: JCB、MasterCard');
    expect((await bench.json()).works.map(({ component }) => component)).toEqual([
      'create_charge',
      'capture',
      'card_registration',
      'api',
    ]);
  });

  it('is news by itself, and is gone when the instance says no more of it or the incident is over', async () => {
    const { bench, incident, tell } = await openPage();
    await tell(works);
    expect(await (await tell(works)).json()).toEqual({ applied: false });
    expect(await (await tell(works.slice(0, 1))).json()).toEqual({ applied: true });
    expect(await (await tell(undefined)).json()).toEqual({ applied: true });
    expect((await bench.json()).works).toEqual([]);
    await tell(works);
    await bench.clock.run(1000);
    const over = story(incident.startedAtMs, ['investigating', 'identified', 'monitoring', 'resolved']);
    await bench.feed({ kind: 'incident', instance: 'gateway-1', atMs: bench.clock.wallMs(), incident: over });
    expect((await bench.json()).works).toEqual([]);
    expect(await bench.html('/')).not.toContain('id="works"');
  });

  it('is the least of what all instances let through', async () => {
    const { bench, tell } = await openPage();
    await bench.beat('gateway-2');
    await tell(works);
    await tell(
      [
        {
          component: 'create_charge',
          reach: 'all',
          at: [
            { acquirer: 'escott', reach: 'all', brands: ['JCB', 'Visa'] },
            { acquirer: 'gmo', reach: 'part', brands: ['MasterCard', 'Visa'] },
          ],
        },
      ],
      'gateway-2',
    );
    const [charges] = (await bench.json()).works;
    expect(charges).toEqual({
      component: 'create_charge',
      reach: 'part',
      at: [
        { acquirer: 'escott', reach: 'none', brands: [] },
        { acquirer: 'gmo', reach: 'part', brands: ['MasterCard'] },
      ],
    });
  });

  it('is refused out of shape, and shown as text', async () => {
    const { bench, tell } = await openPage();
    expect((await tell([{ component: 'cash', reach: 'all', at: [] } as unknown as StillWorks])).status).toBe(400);
    const long = { acquirer: 'x'.repeat(61), reach: 'all', brands: [] } as const;
    expect((await tell([{ component: 'capture', reach: 'all', at: [long] }])).status).toBe(400);
    const hostile = { acquirer: '<b>escott</b>', reach: 'none', brands: [] } as const;
    await tell([{ component: 'capture', reach: 'later', at: [hostile] }]);
    expect(await bench.html('/')).toContain('&lt;b&gt;escott&lt;/b&gt;');
  });
});
