import { describe, expect, it } from 'vitest';
import { never, openWorld } from './world.ts';

describe('a delivery', () => {
  it('is posted with its body and the account token, and only its having been is kept', async () => {
    const world = openWorld(() => 200);
    await world.send();
    await world.pass(5);
    const body = '{"id":"evnt_000000000000000000000000001","data":{"id":"ch_1"}}';
    expect(world.got).toMatchObject([{ path: '/hook', body, token: 'whook_1', type: 'application/json' }]);
    expect(world.rows()).toMatchObject([{ state: 'delivered', tries: 1, status: 200, body: '' }]);
  });

  it.each([200, 201, 204, 299])('has arrived when the receiver says %i', async (status) => {
    const world = openWorld(() => status);
    await world.send();
    await world.pass(3600);
    expect(world.got).toHaveLength(1);
  });

  // payjp-api section 7: every 3 minutes, at most 3 times after the first.
  it.each([199 + 101, 302, 400, 404, 410, 500, 503])(
    'of an event is tried three times more, three minutes apart, when the receiver says %i, then it is dead',
    async (status) => {
      const world = openWorld(() => status);
      await world.send();
      await world.pass(7200);
      expect(world.times()).toEqual([0, 180, 360, 540]);
      expect(world.rows()).toMatchObject([{ state: 'dead', tries: 4, reason: `answered ${status}`, status }]);
      expect(world.log).toContainEqual({
        event: 'delivery.dead',
        merchant: 'shop',
        type: 'charge.succeeded',
        tries: 4,
        reason: `answered ${status}`,
      });
    },
  );

  it('is tried again when nobody is there, the connection breaks, or the receiver takes too long', async () => {
    let tries = 0;
    const world = openWorld((_, sleep) => {
      tries += 1;
      return tries === 1 ? never() : sleep(100).then(() => 200);
    });
    const link = world.stage.network.link('gateway', 'receivers');
    await world.send();
    await world.pass(20);
    link.add({ type: 'down' });
    await world.pass(180);
    link.heal();
    link.add({ type: 'reset_after' });
    await world.pass(180);
    link.heal();
    await world.pass(180);
    // The first one waited for its 15 seconds.
    expect(world.times()).toEqual([0, 375, 555]);
    expect(world.rows()).toMatchObject([{ state: 'delivered', tries: 4 }]);
  });

  it('stops being tried as soon as it has arrived', async () => {
    let tries = 0;
    const world = openWorld(() => {
      tries += 1;
      return tries < 3 ? 500 : 200;
    });
    await world.send();
    await world.pass(7200);
    expect(world.times()).toEqual([0, 180, 360]);
  });
});

describe('a notice', () => {
  it('is tried sooner and longer than an event, and its arrival is logged', async () => {
    let tries = 0;
    const world = openWorld(() => {
      tries += 1;
      return tries < 4 ? 503 : 200;
    });
    await world.notice();
    await world.pass(120);
    expect(world.times()).toEqual([0, 10, 20, 30]);
    expect(world.log).toEqual([{ event: 'notice.delivered', merchant: 'shop', type: 'incident', tries: 4 }]);
  });

  it('is given up in the end', async () => {
    const world = openWorld(() => 500);
    await world.notice();
    await world.pass(3600);
    expect(world.got).toHaveLength(31);
    expect(world.rows()).toMatchObject([{ state: 'dead' }]);
  });

  it('to an acquirer is logged as such', async () => {
    const world = openWorld(() => 200);
    await world.notice('upstream', 'escott');
    await world.pass(5);
    expect(world.log).toEqual([{ event: 'upstream.told', merchant: null, type: 'escott', tries: 1 }]);
  });
});

describe('many deliveries', () => {
  it('go to one receiver two at a time, in order, and wait for nobody else', async () => {
    const world = openWorld(async ({ path }, sleep) => {
      await sleep(path === '/slow' ? 10_000 : 10);
      return 200;
    });
    for (let index = 0; index < 6; index += 1)
      await world.send({ url: 'http://receivers.test/slow', data: `"slow ${index}"` });
    await world.send({ url: 'http://receivers.test/quick', data: '"quick"' });
    await world.pass(60);
    const arrivals = world.got.map(({ body, atS }) => [JSON.parse(body).data, Math.floor(atS / 10)]);
    expect(arrivals).toEqual([
      ['slow 0', 0],
      ['slow 1', 0],
      ['quick', 0],
      ['slow 2', 1],
      ['slow 3', 1],
      ['slow 4', 2],
      ['slow 5', 2],
    ]);
  });

  it('are in flight fifty at a time, as long as they are quick', async () => {
    let most = 0;
    let now = 0;
    const world = openWorld(async (_, sleep) => {
      now += 1;
      most = Math.max(most, now);
      await sleep(200);
      now -= 1;
      return 200;
    });
    await world.send(...Array.from({ length: 120 }, (_, index) => ({ url: `http://receivers.test/${index % 60}` })));
    await world.pass(10);
    expect(most).toBe(50);
    expect(world.rows().filter(({ state }) => state === 'delivered')).toHaveLength(120);
  });

  it('of a dead receiver do not delay those of the others', async () => {
    const world = openWorld(({ path }) => (path === '/dead' ? never() : 200));
    await world.send(...Array.from({ length: 20 }, () => ({ url: 'http://receivers.test/dead' })));
    await world.send({ url: 'http://receivers.test/alive' });
    await world.pass(1);
    expect(world.got.filter(({ path }) => path === '/alive')).toHaveLength(1);
  });
});

describe('a gateway that dies', () => {
  it('goes on after its restart with what had not arrived, at its time', async () => {
    const world = openWorld(({ body }) => (body.includes('refused') ? 500 : 200));
    await world.send({ data: '"refused"' });
    await world.send({ data: '"taken"' });
    await world.pass(10);
    world.sender.kill();
    await world.pass(60);
    world.stage.spawnTask('restart', () => world.sender.start());
    await world.pass(600);
    expect(world.got.filter(({ body }) => body.includes('taken'))).toHaveLength(1);
    expect(world.got.filter(({ body }) => body.includes('refused')).map(({ atS }) => Math.round(atS))).toEqual([
      0, 180, 360, 540,
    ]);
  });

  it('delivers again what had arrived and was not written down', async () => {
    const world = openWorld(() => 200);
    await world.send();
    // Within the second in which receipts are gathered.
    world.sender.kill();
    world.stage.spawnTask('restart', () => world.sender.start());
    await world.pass(10);
    expect(world.got).toHaveLength(2);
    expect(world.rows()).toMatchObject([{ state: 'delivered' }]);
  });

  it('writes its receipts down when it is stopped in peace', async () => {
    const world = openWorld(() => 200);
    await world.send();
    world.stage.spawnTask('stop', () => world.sender.stop());
    await world.pass(1);
    world.stage.spawnTask('restart', () => world.sender.start());
    await world.pass(10);
    expect(world.got).toHaveLength(1);
  });

  it('begins nothing while it is stopped', async () => {
    const world = openWorld(() => 500);
    await world.send();
    world.stage.spawnTask('stop', () => world.sender.stop());
    await world.pass(3600);
    expect(world.got).toHaveLength(1);
  });
});
