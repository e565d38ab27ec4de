import { describe, expect, it } from 'vitest';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { createEscottWorld } from '../escott/card.ts';
import type { Json } from '../world.ts';

const SEED = 64;

describe(`64 control calls at a time (seed ${SEED})`, () => {
  it('leave the state that they leave one after the other, in the order in which they were carried out', async () => {
    const random = createLiveRandom(SEED);
    const world = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 1 }] });
    await world.acquirer.start();
    const calls = (round: number): [string, string, Json][] =>
      Array.from({ length: 64 }, (_, nth) => {
        const n = random.integer(1, 50);
        const all: [string, string, Json][] = [
          ['PUT', '/capacity', { workers: n, queueMax: n * 10, slowdown: n }],
          ['PUT', '/caps/gateway', { ratePerSecond: n }],
          ['DELETE', '/caps/gateway', undefined],
          ['PUT', '/tenants/shop/traffic', { ratePerSecond: n, sources: n }],
          ['PUT', `/injections/i${n % 4}`, { kind: 'capacity', workers: n, queueMax: n }],
          ['DELETE', `/injections/i${n % 4}`, undefined],
          ['PUT', '/capacity', { workers: n, queueMax: 'many' }],
          ['POST', '/reset', { tenant: 'shop' }],
        ];
        return all[(nth + round) % all.length] as [string, string, Json];
      });
    for (let round = 0; round < 8; round += 1) {
      await Promise.all(calls(round).map(([method, path, body]) => world.control(method, path, body)));
      const { json: load } = await world.control('GET', '/load');
      // Workers and bound came in one call, whichever was last: never one of each.
      const { active } = (await world.control('GET', '/active')).json;
      const { workers, queueMax, slowdown } = load;
      const together = active.length > 0 ? [workers, slowdown] : [workers * 10, workers];
      expect([queueMax, slowdown]).toEqual(together);
    }

    const again = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 1 }] });
    await again.acquirer.start();
    for (const { method, path, body } of (await world.control('GET', '/changes')).json.calls) {
      await again.control(method, path.replace('/sim/v1', ''), body ?? undefined);
    }
    const stateOf = async (of: typeof world) => {
      const { load, active } = {
        load: (await of.control('GET', '/load')).json,
        active: (await of.control('GET', '/active')).json.active,
      };
      return [load, active];
    };
    expect(await stateOf(again)).toEqual(await stateOf(world));
    expect((await world.control('GET', '/changes')).json.calls.length).toBeGreaterThan(300);
    await world.acquirer.stop();
    await again.acquirer.stop();
  });
});
