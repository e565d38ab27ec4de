import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStickiness, type Way } from '../../../gateway/routing/stickiness.ts';

const seed = 20170712;
const stayMs = 300_000;
const order = ['escott', 'gmo'];
const away: Way = { preferred: 'escott', state: 'away', brand: 'Visa', to: 'gmo' };
const works: Way = { ...away, state: 'works', to: 'escott' };

const create = (cardsMax = 1000) => createStickiness({ stayMs, cardsMax });

describe('a card that moved because its acquirer was refused', () => {
  it('stays where it is for five minutes after an hour, and is back then', () => {
    const sticky = create();
    sticky.routed('shop/first', away, 0);
    sticky.routed('shop/card', away, 3_600_000);
    expect(sticky.ordered(order, 'shop/card', 3_600_001)).toEqual(['gmo', 'escott']);
    expect(sticky.ordered(order, 'shop/card', 3_899_999)).toEqual(['gmo', 'escott']);
    expect(sticky.ordered(order, 'shop/card', 3_900_000)).toBe(order);
    expect(sticky.size()).toBe(0);
  });

  it('stays as long as its acquirer had been away where that is less', () => {
    const sticky = create();
    sticky.routed('shop/first', away, 10_000);
    sticky.routed('shop/card', away, 16_000);
    expect(sticky.ordered(order, 'shop/card', 21_999)).toEqual(['gmo', 'escott']);
    expect(sticky.ordered(order, 'shop/card', 22_000)).toBe(order);
  });

  it('counts a relapse on the ramp to the same absence, and begins anew after one that was over', () => {
    const sticky = create();
    sticky.routed('shop/first', away, 0);
    sticky.routed('shop/first', { ...works, state: 'comes back' }, 60_000);
    sticky.routed('shop/card', away, 70_000);
    expect(sticky.ordered(order, 'shop/card', 139_999)[0]).toBe('gmo');
    sticky.routed('shop/other', works, 140_000);
    expect(sticky.idle()).toBe(true);
    sticky.routed('shop/first', away, 150_000);
    sticky.routed('shop/card', away, 151_000);
    expect(sticky.ordered(order, 'shop/card', 152_000)).toBe(order);
  });

  it('is one card: others of the shop, and its own at other shops, go where the order says', () => {
    const sticky = create();
    sticky.routed('shop/first', away, 0);
    sticky.routed('shop/card', away, 100_000);
    expect(sticky.ordered(order, 'shop/other', 100_001)).toBe(order);
    expect(sticky.ordered(order, 'shop-2/card', 100_001)).toBe(order);
  });

  it('does not stay for having lost the lot of a ramp, nor where nothing took it', () => {
    const sticky = create();
    sticky.routed('shop/first', away, 0);
    sticky.routed('shop/card', { ...away, state: 'comes back' }, 100_000);
    sticky.routed('shop/lost', { ...away, to: null }, 100_000);
    expect(sticky.size()).toBe(0);
  });

  it('is sent where a rule says now, when that names its acquirer no more', () => {
    const sticky = create();
    sticky.routed('shop/first', away, 0);
    sticky.routed('shop/card', away, 100_000);
    expect(sticky.ordered(['escott'], 'shop/card', 100_001)).toEqual(['escott']);
  });

  it('is forgotten first when it moved longest ago, so that memory stays bounded', () => {
    const sticky = create(3);
    sticky.routed('shop/0', away, 0);
    for (let card = 1; card <= 5; card += 1) sticky.routed(`shop/${card}`, away, 100_000 + card);
    sticky.routed('shop/3', away, 100_010);
    sticky.routed('shop/6', away, 100_011);
    expect(sticky.size()).toBe(3);
    const stays = [1, 2, 3, 4, 5, 6].filter((card) => sticky.ordered(order, `shop/${card}`, 100_020)[0] === 'gmo');
    expect(stays).toEqual([3, 5, 6]);
  });
});

/** The same rule over all that ever happened, read back from the end each time. */
interface Routed {
  readonly card: string;
  readonly way: Way;
  readonly atMs: number;
}

const staysBy = (routed: readonly Routed[], card: string, nowMs: number): string | null => {
  for (let at = routed.length - 1; at >= 0; at -= 1) {
    const { way, card: its, atMs } = routed[at]!;
    if (its !== card || way.state !== 'away' || way.to === null || way.to === way.preferred) continue;
    const before = routed
      .slice(0, at)
      .filter((one) => one.way.brand === way.brand && one.way.preferred === way.preferred);
    const since = before.findLastIndex((one) => one.way.state === 'works') + 1;
    const beganMs = before.slice(since).find((one) => one.way.state === 'away')?.atMs ?? atMs;
    // Its very first sight says nothing, and leaves what was before.
    if (beganMs === atMs) continue;
    return nowMs < atMs + Math.min(stayMs, atMs - beganMs) ? way.to : null;
  }
  return null;
};

describe('stickiness beside its model', () => {
  it(`says the same for every card, whatever is away and when (seed ${seed})`, () => {
    const acquirers = ['escott', 'gmo', 'third'] as const;
    const step = fc.record({
      passMs: fc.integer({ min: 0, max: 200_000 }),
      card: fc.constantFrom('shop/1', 'shop/2', 'shop/3'),
      brand: fc.constantFrom('Visa', 'JCB'),
      state: fc.constantFrom<Way['state']>('works', 'comes back', 'away', 'away'),
      to: fc.constantFrom('escott', 'gmo', 'third', null),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const sticky = create();
        const all: Routed[] = [];
        let nowMs = 0;
        for (const { passMs, card, brand, state, to } of steps) {
          nowMs += passMs;
          const stays = staysBy(all, card, nowMs);
          const ordered = sticky.ordered(acquirers, card, nowMs);
          expect(ordered[0]).toBe(stays ?? 'escott');
          expect([...ordered].toSorted()).toEqual([...acquirers].toSorted());
          const way: Way = { preferred: 'escott', state, brand, to };
          sticky.routed(card, way, nowMs);
          all.push({ card, way, atMs: nowMs });
        }
      }),
      { seed, numRuns: 500 },
    );
  });
});
