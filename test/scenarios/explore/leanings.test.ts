import { describe, expect, it } from 'vitest';
import { Policy } from '../../../gateway/app.ts';
import { type LeaningName, leanings } from '../../../scenarios/explore/draw/leanings.ts';
import { drawWorld } from '../../../scenarios/explore/play-seed.ts';
import { policyWith } from '../../../scenarios/explore/policy-with.ts';
import { Scenario } from '../../../scenarios/play/scenario.ts';
import { readBugs } from '../../../scenarios/prove/bugs.ts';

const seeds = [1, 2, 3];
const names = Object.keys(leanings) as LeaningName[];

describe(`worlds that lean (seeds ${seeds.join(', ')})`, () => {
  it.each(names)('towards %s are worlds like any other, with a policy that holds together', (name) => {
    for (const seed of seeds) {
      const world = drawWorld(seed, 'small', [name]);
      expect(() => Scenario.parse(world.scenario)).not.toThrow();
      expect(() => Policy.parse(policyWith(world.policy))).not.toThrow();
      expect(world).toEqual(drawWorld(seed, 'small', [name]));
      expect(world.mode).toBe('liveness');
    }
  });

  it('have the faults that they lean towards, and no others', () => {
    const { timeline } = drawWorld(1, 'small', ['brand-outage', 'busy']).scenario;
    expect(timeline.map(({ what }) => what.kind)).toEqual(['faults.set']);
    expect(drawWorld(1, 'small', ['repeats']).scenario.timeline).toEqual([]);
  });

  it('are there for every planted bug, of all that its header names', () => {
    for (const { leanings: all } of readBugs())
      for (const seed of seeds) {
        const world = drawWorld(seed, 'small', all);
        expect(() => Scenario.parse(world.scenario)).not.toThrow();
        expect(() => Policy.parse(policyWith(world.policy))).not.toThrow();
      }
  });
});
