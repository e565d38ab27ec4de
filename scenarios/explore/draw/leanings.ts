/**
 * Worlds that lean towards something: a fault that is sure to strike, a habit that everybody has.
 *
 * A swarm of worlds meets everything sooner or later; whoever wants to see one thing (a planted bug) asks for the
 * worlds in which it can show. A leaning decides which worlds are drawn and nothing else: they are held to the same
 * checks, and must hold without the bug.
 */
import type { Dice } from './dice.ts';
import type { Cast, Leaning } from './leaning.ts';
import { atAcquirers } from './leanings/at-acquirers.ts';
import { atOurs } from './leanings/at-ours.ts';
import { ofPeople } from './leanings/of-people.ts';
import type { Shape } from './shape.ts';

/** By the words that a planted bug's header uses. */
export const leanings = { ...atAcquirers, ...atOurs, ...ofPeople } as const satisfies Readonly<Record<string, Leaning>>;

export type LeaningName = keyof typeof leanings;

export const isLeaning = (name: string): name is LeaningName => Object.hasOwn(leanings, name);

export const leaningsOf = (names: readonly LeaningName[]): readonly Leaning[] => names.map((name) => leanings[name]);

/** The shape of a world as its leanings want it; the draws it was made of stay what they were. */
export const leant = (drawn: Shape, all: readonly Leaning[], dice: Dice): Shape => {
  let now = drawn;
  for (const [index, { shape, group, cast, place }] of all.entries()) {
    const merchants = now.cast.merchants.map((one) => {
      const { awkward, ...wanted } = group?.(dice.fork(`leaning ${index}/${one.group}`)) ?? {};
      return { ...one, ...wanted, ...(awkward === undefined ? {} : { awkward: { ...one.awkward, ...awkward } }) };
    });
    const people = { ...now.cast, merchants } as Cast;
    now = {
      ...now,
      ...shape,
      world: { ...now.world, ...place?.(now.world) },
      cast: { ...people, ...cast?.(people) },
    };
  }
  return now;
};
