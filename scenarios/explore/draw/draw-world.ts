/**
 * From a seed to a world (swarm testing): which kinds of fault are in it at all is dealt first (`hands.ts`), then how
 * hard each strikes and when. A world with everything in it would hide what two faults alone can do.
 */
import { type Mode, type World, worldFormat } from '../world.ts';
import { type Dice, diceOfSeed } from './dice.ts';
import { type DrawnEvent, type DrawnKind, faultKinds, type Span } from './faults.ts';
import { handOf, roomsFor } from './hands.ts';
import { hourOf } from './hours.ts';
import type { Leaning } from './leaning.ts';
import { type LeaningName, leaningsOf, leant } from './leanings.ts';
import { drawPolicy } from './policy.ts';
import { drawShape, lengths, type Shape, type Size } from './shape.ts';

/** Worlds with one more fault than was dealt: of the kinds that do the most harm, more often than of others. */
const oneMoreShare = 0.5;

const drawSpan = (dice: Dice, mode: Mode, size: Size, leastS: number): Span => {
  const { calm, healed, day } = lengths[size];
  const end = mode === 'liveness' ? healed : day;
  const least = Math.min(leastS, (end - calm) * 0.7);
  const from = dice.whole(calm, end - Math.max(30, Math.ceil(least)));
  const lasts = Math.max(least, dice.scale(5, 240));
  return { from, to: Math.min(end, Math.ceil(from + lasts)) };
};

const chosenKind = (dice: Dice, kinds: readonly DrawnKind[]): DrawnKind => {
  const whole = kinds.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let left = dice.float() * whole;
  for (const kind of kinds) {
    left -= kind.weight ?? 1;
    if (left < 0) return kind;
  }
  return dice.of(kinds);
};

/** What a fault holds while it lasts; two of the same would heal each other. */
const holdOf = ({ what }: DrawnEvent): string => {
  switch (what.kind) {
    case 'link':
      return `link ${String(what.link)}`;
    case 'crash':
    case 'process':
      return `process ${String(what.program)}`;
    case 'capacity':
    case 'flood':
    case 'cap':
      return `${what.kind} ${String(what.acquirer)}`;
    case 'faults.set':
    case 'three-d-secure.faults':
      return '';
    default:
      return what.kind;
  }
};

const drawEvents = (
  dice: Dice,
  mode: Mode,
  size: Size,
  shape: Shape,
  hand: readonly DrawnKind[],
): readonly DrawnEvent[] => {
  const others = faultKinds.filter(({ fits }) => fits?.(shape) ?? true);
  const more = dice.fork('one more');
  const kinds = more.chance(oneMoreShare) ? [...hand, chosenKind(more, others)] : hand;
  const held = new Set<string>();
  const events: DrawnEvent[] = [];
  for (const [index, kind] of kinds.entries()) {
    const draws = dice.fork(`fault ${index}`);
    const drawn = kind.draw(draws, drawSpan(draws, mode, size, kind.leastS ?? 5), shape);
    const holds = [...new Set(drawn.map(holdOf))].filter((hold) => hold !== '');
    if (holds.some((hold) => held.has(hold))) continue;
    for (const hold of holds) held.add(hold);
    events.push(...drawn);
  }
  return events.sort((one, other) => one.at - other.at);
};

/** The faults that leanings want, in place of the swarm's: they begin early, last, and are over when a world heals. */
const leaningEvents = (dice: Dice, size: Size, shape: Shape, leanings: readonly Leaning[]): readonly DrawnEvent[] => {
  const { calm, healed } = lengths[size];
  return leanings
    .flatMap(({ faults }, index) => {
      if (faults === undefined) return [];
      const draws = dice.fork(`leaning ${index}`);
      const from = draws.whole(calm, calm + 20);
      const to = draws.whole(from + 30, healed);
      return faults(draws, { from, to }, shape);
    })
    .sort((one, other) => one.at - other.at);
};

/**
 * The world of a seed: always the same one. One that leans has the faults that it leans towards and no others, and is
 * always left alone afterwards.
 */
export const drawWorld = (seed: number, size: Size = 'full', names: readonly LeaningName[] = []): World => {
  const dice = diceOfSeed(seed);
  const leanings = leaningsOf(names);
  const leans = leanings.length > 0;
  const mode: Mode = !leans && dice.fork('mode').chance(0.3) ? 'safety' : 'liveness';
  const drawn = drawShape(dice.fork('shape'));
  const hand = leans ? [] : handOf(seed);
  const wanted = leans ? leanings : roomsFor(hand, drawn);
  const shape = leant(drawn, wanted, dice.fork('leanings'));
  const hour = (second: number): string => hourOf(shape.startsAtMinute, second);
  const events = leans
    ? leaningEvents(dice.fork('faults'), size, shape, leanings)
    : drawEvents(dice.fork('faults'), mode, size, shape, hand);
  const timeline = events.map(({ at, until, what }, index) => ({
    id: `fault-${index + 1}`,
    at: hour(at),
    assumed: 'drawn by the explorer',
    what: { ...what, ...(until === undefined ? {} : { until: hour(until) }) },
  }));
  return {
    format: worldFormat,
    seed,
    mode,
    policy: drawPolicy(dice.fork('policy'), shape, leanings),
    ...(wanted.some(({ reconciles }) => reconciles === true) ? { reconciles: true } : {}),
    scenario: {
      id: `explored-${seed}`,
      title: { en: `Explored world ${seed}, ${mode}`, ja: `探索した世界 ${seed}（${mode}）` },
      date: shape.date,
      day: { from: hour(0), to: hour(lengths[size].day) },
      // What a world is left alone for: as long as the slowest policy takes to settle after the last fault.
      quietMinutes: mode === 'safety' ? 1 : lengths[size].quietMinutes,
      sources: [],
      grounds: [{ what: 'The whole world', assumed: `drawn by the explorer from seed ${seed}` }],
      world: shape.world,
      cast: shape.cast,
      timeline: timeline as World['scenario']['timeline'],
      policies: ['protected'],
      expect: [{ id: 'invariants-hold', kind: 'invariants', judged: ['INV-06'], minimum: { charges: 1 } }],
    },
  };
};
