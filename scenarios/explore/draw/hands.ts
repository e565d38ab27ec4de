/**
 * Which kinds of fault meet in a world: they are dealt like cards. A pack has each kind once; twenty seeds in a row
 * share one, and each takes a hand of one to nine. So every kind is in one of any twenty worlds, and two kinds that
 * are in no world together have to wait for a few packs and not for luck.
 *
 * A world that could not have a kind of its hand is given room for it.
 */

import { diceOfSeed } from './dice.ts';
import { type DrawnKind, faultKinds } from './faults.ts';
import type { Cast, Leaning } from './leaning.ts';
import { leanings } from './leanings.ts';
import type { Shape } from './shape.ts';

/** Sizes of the hands of one pack: as many small ones as large ones, because two faults alone show what nine hide. */
const sizes = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7, 7, 8, 9, 9] as const;

/** The kinds of a seed's hand. The last hands of a pack share what is left. */
export const handOf = (seed: number): readonly DrawnKind[] => {
  const pack = Math.floor(seed / sizes.length);
  const place = seed - pack * sizes.length;
  const dice = diceOfSeed(pack).fork('pack');
  const cards = dice.fork('cards').some(faultKinds, faultKinds.length);
  const cut = dice.fork('sizes').some(sizes, sizes.length);
  const before = cut.slice(0, place).reduce<number>((sum, size) => sum + size, 0);
  const hand = cards.slice(before, before + cut[place]!);
  return hand.length > 0 ? hand : [cards[seed - pack * sizes.length]!];
};

const threeDSecure: Leaning = {
  shape: { threeDSecure: true },
  place: () => ({ threeDSecure: {} }),
  group: (dice) => ({
    storedCardShare: 0.3,
    threeDSecure: { share: dice.of([0.5, 0.9]), thinkMs: { median: 4_000, sigma: 0.5 } },
  }),
};
const several: Leaning = { shape: { instances: 2 }, place: () => ({ gateway: { instances: 2 } }) };
const abuser: Leaning = {
  shape: { abuser: 'abuser' },
  cast: (): Partial<Cast> => ({
    abusers: [{ id: 'abuser', kind: 'declined-charges', operationsPerSecond: 3, customers: 1 }],
  }),
};

/** What has to be there for a kind to strike, if this shape lacks it. */
const roomFor = ({ name, fits }: DrawnKind, shape: Shape): readonly Leaning[] => {
  // Where authentications are rare, none of them meets a fault.
  if (name.startsWith('3ds.')) return [threeDSecure];
  if (name === 'acquirer.settlement-file') return [leanings.night];
  if (fits?.(shape) !== false) return [];
  return [name === 'abuser' ? abuser : several];
};

export const roomsFor = (hand: readonly DrawnKind[], shape: Shape): readonly Leaning[] => [
  ...new Set(hand.flatMap((kind) => roomFor(kind, shape))),
];
