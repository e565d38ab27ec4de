/** Two instances on one store: no row is in flight at both, and none is left behind. */
import { describe, expect, it } from 'vitest';
import { never, openWorld } from './world.ts';

describe('a delivery of an instance that dies', () => {
  it('is taken up by the other when its lease is over, and not before', async () => {
    const world = openWorld(({ atS }) => (atS < 5 ? never() : 200), { instances: 2 });
    await world.send({ by: 0 });
    world.senders[0]!.kill();
    await world.pass(50);
    expect(world.got).toHaveLength(1);
    await world.pass(30);
    expect(world.times()).toHaveLength(2);
    expect(world.rows()).toMatchObject([{ state: 'delivered', lease_owner: 'gateway-2', lease_token: 2 }]);
    expect(world.log).toContainEqual({ event: 'deliveries.taken_up', rows: 1 });
  });

  it('is taken up with the wait for its next try, which is kept', async () => {
    const world = openWorld(({ atS }) => (atS < 5 ? 500 : 200), { instances: 2 });
    await world.send({ by: 0 });
    await world.pass(5);
    world.senders[0]!.kill();
    await world.pass(400);
    // Due at 180 s; its lease ends a minute later.
    expect(world.times()).toEqual([0, expect.any(Number)]);
    expect(world.got[1]!.atS).toBeGreaterThanOrEqual(240);
    expect(world.got[1]!.atS).toBeLessThan(260);
  });

  it('is its own again when it is back at once', async () => {
    const world = openWorld(({ atS }) => (atS < 5 ? never() : 200), { instances: 2 });
    await world.send({ by: 0 });
    world.senders[0]!.kill();
    await world.pass(10);
    world.stage.spawnTask('restart', () => world.senders[0]!.start());
    await world.pass(5);
    expect(world.got).toHaveLength(2);
    await world.pass(200);
    expect(world.rows()).toMatchObject([{ state: 'delivered', lease_owner: 'gateway-1', lease_token: 2 }]);
    expect(world.got).toHaveLength(2);
  });

  it('is taken up by a successor of another name that is alone', async () => {
    const world = openWorld(({ atS }) => (atS < 5 ? never() : 200), { instances: 2, lookEveryMs: null });
    await world.send({ by: 0 });
    world.senders[0]!.kill();
    world.senders[1]!.kill();
    world.stage.spawnTask('restart', () => world.senders[1]!.start());
    await world.pass(100);
    expect(world.times()).toHaveLength(2);
    expect(world.got[1]!.atS).toBeGreaterThanOrEqual(60);
    expect(world.rows()).toMatchObject([{ state: 'delivered', lease_owner: 'gateway-2' }]);
  });
});

describe('a delivery of an instance that sleeps', () => {
  it('is sent by the other, and the sleeper sends nothing and writes nothing when it wakes', async () => {
    const world = openWorld(({ path, atS }) => (path === '/a' && atS < 5 ? 500 : 200), { instances: 2 });
    await world.send({ by: 0, url: 'http://receivers.test/a' });
    await world.pass(5);
    world.senders[0]!.freeze();
    await world.pass(400);
    expect(world.got).toHaveLength(2);
    world.senders[0]!.resume();
    await world.pass(600);
    expect(world.got).toHaveLength(2);
    expect(world.rows()).toMatchObject([{ state: 'delivered', tries: 2, lease_owner: 'gateway-2' }]);
  });

  it('is not sent by a sleeper that never looks: before a try it asks for its lease', async () => {
    const world = openWorld(({ atS }) => (atS < 5 ? 500 : 200), { instances: 2, lookEveryMs: [null, 10_000] });
    await world.send({ by: 0 });
    await world.pass(5);
    world.senders[0]!.freeze();
    await world.pass(400);
    world.senders[0]!.resume();
    await world.pass(600);
    expect(world.got).toHaveLength(2);
    expect(world.rows()).toMatchObject([{ state: 'delivered', tries: 2, lease_owner: 'gateway-2' }]);
  });

  it('and whose answer it missed is booked once, by the other', async () => {
    const world = openWorld(
      async (_, sleep) => {
        await sleep(5000);
        return 200;
      },
      { instances: 2 },
    );
    await world.send({ by: 0 });
    world.senders[0]!.freeze();
    await world.pass(90);
    world.senders[0]!.resume();
    await world.pass(10);
    expect(world.rows()).toMatchObject([{ state: 'delivered', tries: 1, lease_owner: 'gateway-2' }]);
    expect(world.log).toContainEqual({ event: 'delivery.overtaken', delivery: world.rows()[0]!.id });
  });
});

describe('an instance with a long queue', () => {
  it('keeps it from the other for as long as it takes', async () => {
    const world = openWorld(
      async (_, sleep) => {
        await sleep(12_000);
        return 200;
      },
      { instances: 2 },
    );
    await world.send(...Array.from({ length: 40 }, () => ({ by: 0 })));
    await world.pass(400);
    expect(world.got).toHaveLength(40);
    expect(world.rows().every(({ lease_owner }) => lease_owner === 'gateway-1')).toBe(true);
    // Two at a time, not two for each instance.
    expect(world.got.at(-1)!.atS).toBeGreaterThan(220);
  });

  it('that stops in peace leaves it to the other at once, but for what is on its way', async () => {
    const world = openWorld(
      async ({ atS }, sleep) => {
        await sleep(atS < 5 ? 8_000 : 10);
        return 200;
      },
      { instances: 2 },
    );
    await world.send(...Array.from({ length: 6 }, () => ({ by: 0 })));
    world.stage.spawnTask('stop', () => world.senders[0]!.stop());
    await world.pass(30);
    expect(world.got).toHaveLength(6);
    const mine = world.rows().filter(({ lease_owner }) => lease_owner === 'gateway-1');
    expect(mine.map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    await world.pass(90);
    expect(world.rows().every(({ state }) => state === 'delivered')).toBe(true);
  });
});
