import { describe, expect, it } from 'vitest';
import { Policy } from '../../../gateway/app.ts';
import { drawWorld } from '../../../scenarios/explore/draw/draw-world.ts';
import { faultKinds } from '../../../scenarios/explore/draw/faults.ts';
import { kindsOf } from '../../../scenarios/explore/kinds-of.ts';
import { policyWith } from '../../../scenarios/explore/policy-with.ts';
import { crossCheck } from '../../../scenarios/play/cross-checks.ts';
import { Scenario } from '../../../scenarios/play/scenario.ts';

const seeds = Array.from({ length: 120 }, (_, index) => index + 1);

describe('worlds drawn from seeds 1 to 120', () => {
  it('are the same each time, and plain data', () => {
    for (const seed of seeds.slice(0, 20)) {
      const world = drawWorld(seed);
      expect(drawWorld(seed)).toEqual(world);
      expect(JSON.parse(JSON.stringify(world))).toEqual(world);
    }
  });

  it('are valid scenarios under valid policies', () => {
    for (const seed of seeds) {
      const world = drawWorld(seed);
      const scenario = Scenario.parse(world.scenario);
      expect(crossCheck(scenario, scenario.policies), `seed ${seed}`).toEqual([]);
      expect(Policy.safeParse(policyWith(world.policy)).success, `seed ${seed}`).toBe(true);
    }
  });

  it('have every kind of fault that the explorer knows, and call it by its name', () => {
    const drawn = new Set<string>();
    for (let seed = 1; seed <= 1_500; seed += 1)
      for (const { what } of drawWorld(seed).scenario.timeline as Scenario['timeline'])
        for (const kind of kindsOf(what)) drawn.add(kind);
    expect([...drawn].sort()).toEqual(faultKinds.map(({ name }) => name).sort());
  });

  it('start again whom they stopped, when they are to settle', () => {
    const left = seeds.filter((seed) => {
      const world = drawWorld(seed);
      const timeline = world.scenario.timeline as Scenario['timeline'];
      const acts = timeline.map(({ what }) => what).filter((what) => what.kind === 'process');
      const back = new Set(
        acts.filter(({ action }) => action === 'restart' || action === 'resume').map(({ program }) => program),
      );
      return world.mode === 'liveness' && acts.some(({ program }) => !back.has(program));
    });
    expect(left).toEqual([]);
  });
});
