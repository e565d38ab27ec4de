/** Draws of a world. Each part of it draws from a stream of its own, so that one more kind of fault moves nothing else. */
import { createRandom, type Stream } from '../../stage/random.ts';

export interface Dice {
  fork(label: string): Dice;
  /** In [0, 1). */
  float(): number;
  /** Both ends included. */
  whole(min: number, max: number): number;
  /** Uniform in the logarithm: as many small as large ones. Whole. */
  scale(min: number, max: number): number;
  chance(share: number): boolean;
  of<Item>(items: readonly Item[]): Item;
  /** So many different ones, or all. */
  some<Item>(items: readonly Item[], count: number): Item[];
}

const diceOf = (stream: Stream): Dice => ({
  fork: (label) => diceOf(stream.fork(label)),
  float: () => stream.float(),
  whole: (min, max) => stream.integer(min, max),
  scale: (min, max) => Math.round(min * (max / min) ** stream.float()),
  chance: (share) => stream.float() < share,
  of(items) {
    const item = items[stream.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  },
  some(items, count) {
    const left = [...items];
    const chosen: (typeof left)[number][] = [];
    while (chosen.length < count && left.length > 0) chosen.push(...left.splice(stream.integer(0, left.length - 1), 1));
    return chosen;
  },
});

export const diceOfSeed = (seed: number): Dice => diceOf(createRandom(seed, 'explore'));
