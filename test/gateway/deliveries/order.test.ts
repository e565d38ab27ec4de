/** Events about one object arrive in their order; nobody else waits for them. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../scenarios/stage/random.ts';
import { openWorld } from './world.ts';

const objectOf = (body: string): string => JSON.parse(body).data as string;

describe('events about one object', () => {
  it('wait for an earlier one that is tried again, and those about others do not', async () => {
    let refusals = 2;
    const world = openWorld(({ body }) => (body.includes('first') && refusals-- > 0 ? 500 : 200));
    await world.send(
      { object: 'ch_a', data: '"first"' },
      { object: 'ch_a', data: '"second"' },
      { object: 'ch_b', data: '"other"' },
    );
    await world.pass(60);
    expect(world.got.map(({ body }) => objectOf(body))).toEqual(['first', 'other']);
    await world.send({ object: 'ch_a', data: '"third"' });
    await world.pass(600);
    expect(world.got.map(({ body, atS }) => [objectOf(body), Math.round(atS)])).toEqual([
      ['first', 0],
      ['other', 0],
      ['first', 180],
      ['first', 360],
      ['second', 360],
      ['third', 360],
    ]);
  });

  it('go on after one that was given up', async () => {
    const world = openWorld(({ body }) => (body.includes('first') ? 500 : 200));
    await world.send({ object: 'ch_a', data: '"first"' }, { object: 'ch_a', data: '"second"' });
    await world.pass(1000);
    expect(world.times()).toEqual([0, 180, 360, 540, 540]);
    expect(world.rows().map(({ state }) => state)).toEqual(['dead', 'delivered']);
  });

  it('are one at a time even while their endpoint has room for two', async () => {
    let now = 0;
    let most = 0;
    const world = openWorld(async (_, sleep) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(2000);
      now -= 1;
      return 200;
    });
    await world.send(...Array.from({ length: 5 }, () => ({ object: 'ch_a' })));
    await world.pass(60);
    expect([world.got.length, most]).toEqual([5, 1]);
  });

  it('keep their order to each endpoint apart', async () => {
    const world = openWorld(({ path }) => (path === '/dead' ? 500 : 200));
    const both = (data: string) =>
      ['dead', 'alive'].map((path) => ({ object: 'ch_a', data, url: `http://receivers.test/${path}` }));
    await world.send(...both('"first"'), ...both('"second"'));
    await world.pass(10);
    expect(world.got.filter(({ path }) => path === '/alive').map(({ body }) => objectOf(body))).toEqual([
      'first',
      'second',
    ]);
  });

  it('are in order after a restart in the middle', async () => {
    const world = openWorld(({ body, atS }) => (body.includes('first') && atS < 100 ? 500 : 200));
    await world.send({ object: 'ch_a', data: '"first"' }, { object: 'ch_a', data: '"second"' });
    await world.pass(10);
    world.sender.kill();
    await world.pass(10);
    world.stage.spawnTask('restart', () => world.sender.start());
    await world.pass(300);
    expect(world.got.map(({ body }) => objectOf(body))).toEqual(['first', 'first', 'second']);
  });

  it('written by two instances arrive in the order in which they were written', async () => {
    const world = openWorld(({ body, atS }) => (body.includes('first') && atS < 100 ? 500 : 200), { instances: 2 });
    await world.send({ object: 'ch_a', data: '"first"', by: 0 });
    await world.send({ object: 'ch_a', data: '"second"', by: 1 }, { object: 'ch_b', data: '"other"', by: 1 });
    await world.send({ object: 'ch_a', data: '"third"', by: 0 });
    await world.pass(400);
    expect(world.got.map(({ body }) => objectOf(body))).toEqual(['first', 'other', 'first', 'second', 'third']);
    expect(world.rows().map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
  });

  it('of another instance are waited for no longer than they take', async () => {
    const world = openWorld(
      async (_, sleep) => {
        await sleep(500);
        return 200;
      },
      { instances: 2 },
    );
    await world.send({ object: 'ch_a', data: '"first"', by: 0 });
    await world.send({ object: 'ch_a', data: '"second"', by: 1 });
    await world.pass(30);
    expect(world.got.map(({ body }) => objectOf(body))).toEqual(['first', 'second']);
    expect(world.got[1]!.atS).toBeLessThan(4);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'are never out of order, lost or in flight twice, whoever dies or sleeps (seed %i)',
    async (seed) => {
      const random = createRandom(seed, 'deliveries');
      const flying = new Map<string, number>();
      let twice = 0;
      const world = openWorld(
        async ({ body }, sleep) => {
          const id = JSON.parse(body).id as string;
          const now = (flying.get(id) ?? 0) + 1;
          flying.set(id, now);
          if (now > 1) twice += 1;
          await sleep(random.integer(1, 3000));
          flying.set(id, (flying.get(id) ?? 1) - 1);
          return random.float() < 0.2 ? 500 : 200;
        },
        { instances: 2 },
      );
      const told = new Map<string, string[]>();
      for (let index = 0; index < 60; index += 1) {
        const object = `ch_${random.integer(1, 6)}`;
        const data = `"${object}/${index}"`;
        const by = random.integer(0, 1);
        if (world.senders[by]!.state === 'up') {
          told.set(object, [...(told.get(object) ?? []), JSON.parse(data) as string]);
          await world.send({ object, data, by });
        }
        const at = world.senders[random.integer(0, 1)]!;
        const dice = random.float();
        if (dice < 0.06 && at.state === 'up') at.kill();
        else if (dice < 0.1 && at.state === 'up') at.freeze();
        else if (dice < 0.4 && at.state === 'frozen') at.resume();
        else if (dice < 0.5 && at.state === 'killed') world.stage.spawnTask('restart', () => at.start());
        await world.pass(random.integer(0, 20));
      }
      for (const at of world.senders) {
        if (at.state === 'frozen') at.resume();
        if (at.state === 'killed') world.stage.spawnTask('restart', () => at.start());
      }
      await world.pass(6 * 3600);
      expect(twice).toBe(0);
      expect(world.rows().filter(({ state }) => state === 'waiting')).toEqual([]);
      for (const [object, datas] of told) {
        // First arrivals: what came twice because a receipt was lost does not count.
        const seen = world.got
          .filter(({ body }) => objectOf(body).startsWith(`${object}/`))
          .map(({ body }) => objectOf(body));
        expect([...new Set(seen)]).toEqual(datas);
      }
    },
    30_000,
  );
});
