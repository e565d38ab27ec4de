import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../gateway/app.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import { createUpstreamRoom } from '../../../gateway/upstream/room.ts';
import { createManualClock } from '../manual-clock.ts';
import { protectedPolicy } from './scripted.ts';

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Two acquirers of which an operator takes one away and gives it back; where a card's payment goes, once a second. */
const openRoom = (change: Partial<Policy['routing']> = {}) => {
  const clock = createManualClock();
  let word: 'open' | null = null;
  const policy = protectedPolicy();
  const account = {
    dialect: 'escott',
    merchantId: 'M',
    merchantPass: 'p',
    tenantId: '0001',
    contactUrl: null,
    contactTenant: '0001',
  } as const;
  const room = createUpstreamRoom({
    clock,
    random: createLiveRandom(1),
    fetch: () => Promise.reject(new Error('nothing is sent here')),
    log: quiet,
    policy: { ...policy, routing: { ...policy.routing, ...change } },
    config: {
      instanceId: 'gateway-1',
      acquirers: ['escott', 'gmo'].map((id) => ({ id, baseUrl: `http://${id}.test`, ...account })),
    },
    shared: undefined,
    isAbuser: () => false,
    outcome: () => {},
    ended: () => {},
    counted: () => {},
    onChange: () => {},
    overrideOf: (acquirer) => (acquirer === 'escott' ? word : null),
    onFirstGoodProbe: () => {},
  });
  const goesTo = async (card: string): Promise<string> => {
    const entry = await room.upstreams.enter({
      operation: 'authorise',
      brand: 'Visa',
      merchantId: 'shop',
      stickyKey: `shop/${card}`,
    });
    clock.advance(1000);
    if (entry.kind !== 'slot') return entry.kind;
    entry.slot.release();
    return entry.slot.acquirer;
  };
  const away = (is: boolean): void => {
    word = is ? 'open' : null;
  };
  return { clock, goesTo, away };
};

describe('a card whose acquirer was away for ten minutes', () => {
  it('stays where it went for five minutes, while cards that did not move are back at once', async () => {
    const { clock, goesTo, away } = openRoom();
    expect(await goesTo('moved')).toBe('escott');
    away(true);
    expect(await goesTo('early')).toBe('gmo');
    clock.advance(600_000);
    expect(await goesTo('moved')).toBe('gmo');
    away(false);
    expect([await goesTo('moved'), await goesTo('early'), await goesTo('never moved')]).toEqual([
      'gmo',
      'escott',
      'escott',
    ]);
    clock.advance(300_000);
    expect(await goesTo('moved')).toBe('escott');
  });

  it.each<[string, Partial<Policy['routing']>]>([
    ['stickiness is off', { stickiness: { ...protectedPolicy().routing.stickiness, enabled: false } }],
    ['failover is off', { failover: false }],
  ])('is back at once where %s', async (_, change) => {
    const { clock, goesTo, away } = openRoom(change);
    away(true);
    await goesTo('moved');
    clock.advance(600_000);
    expect(await goesTo('moved')).toBe(change.failover === false ? 'no_acquirer' : 'gmo');
    away(false);
    expect(await goesTo('moved')).toBe('escott');
  });
});
