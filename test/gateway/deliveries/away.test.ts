/** The database is away for a while: nothing is sent twice for it, and nothing is left behind. */
import { describe, expect, it } from 'vitest';
import { openWorld } from './world.ts';

const states = (world: ReturnType<typeof openWorld>) => world.rows().map(({ state }) => state);

describe('while the database is away', () => {
  it('a receipt waits and is written when it is there again', async () => {
    const world = openWorld(() => 200);
    await world.send();
    world.database.act('kill');
    await world.pass(30);
    expect([world.got.length, states(world)]).toEqual([1, ['waiting']]);
    world.database.act('restart');
    await world.pass(2);
    expect([world.got.length, states(world)]).toEqual([1, ['delivered']]);
  });

  it('a receipt of the last second is kept when writing it fails in the middle of others', async () => {
    const world = openWorld(() => 200);
    await world.send({ object: 'ch_a' });
    world.database.act('freeze');
    await world.pass(40);
    await world.send({ object: 'ch_b' });
    world.database.act('resume');
    await world.pass(3);
    expect([world.got.length, states(world)]).toEqual([2, ['delivered', 'delivered']]);
  });

  it('an event whose turn only the database knows is asked about until it answers', async () => {
    const world = openWorld(() => 200);
    await world.send({ object: 'ch_a', data: '"first"' });
    world.database.act('kill');
    await world.pass(60);
    await world.send({ object: 'ch_a', data: '"second"' });
    await world.pass(60);
    expect(world.got).toHaveLength(1);
    world.database.act('restart');
    await world.pass(5);
    expect(world.got.map(({ body }) => (JSON.parse(body) as { data: string }).data)).toEqual(['first', 'second']);
    expect(states(world)).toEqual(['delivered', 'delivered']);
  });
});
