/** Plays a world, and now and then a second time: the explorer is worth what its repeatability is worth (INV-42). */
import { playWorld } from './play-seed.ts';
import type { SeedResult, World } from './world.ts';

export const playSeed = async (world: World, twice: boolean): Promise<SeedResult> => {
  const first = await playWorld(world);
  if (!twice) return first;
  const second = await playWorld(world);
  const same = first.traceHash === second.traceHash;
  return {
    ...first,
    judged: { ...first.judged, 'INV-42': 1 },
    violations: same
      ? first.violations
      : [
          ...first.violations,
          {
            check: 'INV-42',
            atMs: null,
            objects: [first.traceHash, second.traceHash],
            text: `seed ${world.seed} played twice in one process gave ${first.traceHash} and ${second.traceHash}`,
          },
        ],
  };
};
