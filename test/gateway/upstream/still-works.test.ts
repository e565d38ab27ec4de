import { describe, expect, it } from 'vitest';
import type { BreakerReading } from '../../../gateway/breaker/board.ts';
import type { StatusJson } from '../../../gateway/status-page/render/status-json.ts';
import { stillWorks } from '../../../gateway/upstream/still-works.ts';
import { createWorld } from '../world.ts';

const reading = (key: string, share = 1): BreakerReading => ({
  acquirer: key.split('/')[0] ?? '',
  key,
  status: share === 1 ? 'closed' : share === 0 ? 'open' : 'ramp',
  share,
  evidence: 0,
  openings: 0,
  sinceMs: 0,
});

/** Breakers that have a call, by what they stand for; all let everything through unless told. */
const readings = (shares: Readonly<Record<string, number>> = {}): readonly BreakerReading[] =>
  ['escott', 'gmo']
    .flatMap((acquirer) => [
      `${acquirer}/*/*`,
      ...['Visa', 'JCB'].flatMap((brand) => [`${acquirer}/${brand}/*`, `${acquirer}/${brand}/authorise`]),
      `${acquirer}/*/authorise`,
    ])
    .map((key) => reading(key, shares[key]));

const both = ['escott', 'gmo'];
const of = (shares: Readonly<Record<string, number>>, component: string, acquirers = both) =>
  stillWorks(readings(shares), acquirers).find((one) => one.component === component);

describe('what still works', () => {
  it('is nothing to speak of while every breaker is closed', () => {
    expect(stillWorks(readings(), both)).toEqual([]);
    expect(stillWorks([], both)).toEqual([]);
  });

  it('is all of new payments where the other acquirer takes them, and says which', () => {
    expect(of({ 'escott/*/*': 0 }, 'create_charge')).toEqual({
      component: 'create_charge',
      reach: 'all',
      at: [
        { acquirer: 'escott', reach: 'none', brands: [] },
        { acquirer: 'gmo', reach: 'all', brands: ['JCB', 'Visa'] },
      ],
    });
    expect(of({ 'escott/*/*': 0 }, 'card_registration')).toMatchObject({ reach: 'all' });
  });

  it('is a part where one brand is refused everywhere, and none where every one is', () => {
    expect(of({ 'escott/Visa/*': 0, 'gmo/Visa/*': 0 }, 'create_charge')).toEqual({
      component: 'create_charge',
      reach: 'part',
      at: both.map((acquirer) => ({ acquirer, reach: 'part', brands: ['JCB'] })),
    });
    expect(of({ 'escott/Visa/*': 0 }, 'create_charge', ['escott'])).toMatchObject({ reach: 'part' });
    expect(of({ 'escott/*/*': 0, 'gmo/*/authorise': 0 }, 'create_charge')).toMatchObject({ reach: 'none' });
    // A card is checked by another operation, which nothing refuses at the other acquirer.
    expect(of({ 'escott/*/*': 0, 'gmo/*/authorise': 0 }, 'card_registration')).toMatchObject({ reach: 'all' });
    // It is let back by and by.
    expect(of({ 'escott/*/*': 0.25 }, 'create_charge', ['escott'])).toMatchObject({ reach: 'part' });
  });

  it('is captures and refunds: at once where the acquirer is there, later where it is not', () => {
    expect(of({ 'escott/*/*': 0 }, 'capture')).toMatchObject({
      reach: 'later',
      at: [
        { acquirer: 'escott', reach: 'later' },
        { acquirer: 'gmo', reach: 'all' },
      ],
    });
    expect(of({ 'escott/*/authorise': 0 }, 'refund')).toMatchObject({ reach: 'all' });
  });

  it('is reading, whatever is refused', () => {
    expect(of({ 'escott/*/*': 0, 'gmo/*/*': 0 }, 'api')).toEqual({ component: 'api', reach: 'all', at: [] });
  });

  it('is known of an acquirer that no card was sent to yet', () => {
    const shares = { 'escott/*/*': 0 };
    const escott = readings(shares).filter(({ acquirer }) => acquirer === 'escott');
    expect(stillWorks(escott, both)[0]).toMatchObject({
      reach: 'all',
      at: [{ reach: 'none' }, { acquirer: 'gmo', reach: 'all', brands: ['JCB', 'Visa'] }],
    });
  });

  it('stands on the public page while the upstream is gone, as the gateway sees it, and not after', async () => {
    const world = createWorld({ statusPage: true });
    const shop = await world.enrol('shop');
    const read = async (): Promise<StatusJson> => {
      const { fetch } = world.stage.castMember('reader');
      const reply = await fetch('http://status.test/api/v1/status.json', {
        method: 'GET',
        headers: {},
        timeoutMs: 1000,
      });
      return JSON.parse(await reply.text()) as StatusJson;
    };
    const trade = async (seconds: number): Promise<void> => {
      for (let turn = 0; turn < seconds; turn += 1) {
        await world.play(async () => {
          const card = await shop.token();
          await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card });
        });
        await world.pass(1_000);
      }
    };
    await trade(10);
    expect((await world.play(read)).works).toEqual([]);
    world.link('escott').add({ type: 'timeout', attributes: { timeout: 0 } });
    await trade(60);
    const told = await world.play(read);
    expect(told.incidents[0]?.stage).toBe('identified');
    expect(told.works.map(({ component, reach }) => [component, reach])).toEqual([
      ['create_charge', 'all'],
      ['capture', 'later'],
      ['refund', 'later'],
      ['card_registration', 'all'],
      ['api', 'all'],
    ]);
    expect(told.works[0]?.at).toEqual([
      { acquirer: 'escott', reach: 'none', brands: [] },
      { acquirer: 'gmo', reach: 'all', brands: ['Visa'] },
    ]);
  });
});
