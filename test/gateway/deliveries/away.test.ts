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

  it('a notice goes out, is tried until it arrives, and is written when the database is there again', async () => {
    const world = openWorld(({ atS }) => (atS < 35 ? 503 : 200));
    await world.pass(1);
    world.database.act('kill');
    await world.notice();
    expect([world.got.length, world.rows()]).toEqual([1, []]);
    await world.pass(60);
    expect(world.times()).toEqual([1, 11, 21, 31, 41]);
    expect(world.rows()).toEqual([]);
    world.database.act('restart');
    await world.pass(10);
    expect(world.got).toHaveLength(5);
    expect(world.rows()).toEqual([
      expect.objectContaining({
        kind: 'notice',
        state: 'delivered',
        tries: 5,
        status: 200,
        body: '',
        merchant_id: 'shop',
      }),
    ]);
    expect(world.rows()[0]?.delivered_ms).toBeGreaterThan(1_500_000_040_000);
  });

  it('a notice that has not arrived when the database is there again is an ordinary one from then on', async () => {
    const world = openWorld(({ atS }) => (atS < 55 ? 503 : 200));
    await world.pass(1);
    world.database.act('kill');
    await world.notice();
    await world.pass(20);
    world.database.act('restart');
    await world.pass(10);
    expect(states(world)).toEqual(['waiting']);
    await world.pass(60);
    expect([states(world), world.got.length]).toEqual([['delivered'], 7]);
  });

  it('a notice that nobody will ever take is dead, and its record says why', async () => {
    const world = openWorld(() => 503);
    await world.pass(1);
    world.database.act('kill');
    await world.notice();
    await world.pass(320);
    expect(world.got).toHaveLength(31);
    world.database.act('restart');
    await world.pass(10);
    expect(world.rows()).toEqual([
      expect.objectContaining({ state: 'dead', tries: 31, reason: 'answered 503', status: 503 }),
    ]);
  });
});
