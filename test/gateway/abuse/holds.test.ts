/** Abuse control in a whole gateway: what a merchant's systems and its operators see of it. */
import { describe, expect, it } from 'vitest';
import { adminToken, createWorld, type Shop, type World } from '../world.ts';

const operator = { Authorization: `Bearer ${adminToken}` };

/** A world with limits far away and quick steps, so that only abuse control acts. */
const open = (lookEveryMs?: number): World =>
  createWorld({
    policy: 'protected',
    ...(lookEveryMs === undefined ? {} : { lookEveryMs }),
    adjust: (policy) => ({
      ...policy,
      limits: {
        ...policy.limits,
        zones: {
          pk: { ratePerSecond: 100, burst: 100 },
          payment: { ratePerSecond: 100, burst: 100 },
          sk: { ratePerSecond: 100, burst: 100 },
        },
      },
      abuse: { ...policy.abuse, badToAct: 10, pauseAfterMs: 20_000, pauseMs: 60_000, rampStepMs: 30_000 },
    }),
  });

/** Declined charges, one each `everyMs`. */
const loop = async (world: World, shop: Shop, times: number, everyMs: number): Promise<number[]> => {
  const statuses: number[] = [];
  for (let index = 0; index < times; index += 1) {
    statuses.push((await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: `tok_${index}` })).status);
    await world.stage.clock.sleep(everyMs);
  }
  return statuses;
};

describe('a merchant in a loop of bad requests', () => {
  it('is throttled, paused and lifted by ramp, with an event for its systems at every step', async () => {
    const world = open();
    const shop = await world.enrol('loop-1');
    const statuses = await world.play(() => loop(world, shop, 120, 250));
    expect(statuses.slice(0, 10)).toEqual(new Array(10).fill(404));
    expect(statuses).toContain(403);
    const paused = await world.play(() => shop.get('/v1/charges'));
    expect(paused).toMatchObject({ status: 403, decidedBy: 'gateway-paused' });
    expect(paused.json.error.message).toMatch(/most of its requests were declined or wrong/);
    await world.pass(62_000);
    expect((await world.play(() => shop.get('/v1/charges'))).status).toBe(200);
    await world.pass(100_000);
    expect(world.log.filter(({ event }) => event === 'abuse.moved').map(({ to, share }) => [to, share])).toEqual([
      ['throttled', 0.25],
      ['paused', 0],
      ['ramping', 0.1],
      ['ramping', 0.25],
      ['ramping', 0.5],
      ['clear', 1],
    ]);
    const types = world.rows("select type from events where type like 'account.%' order by created_ms");
    expect(types.map(({ type }) => type)).toEqual([
      'account.throttled',
      'account.paused',
      'account.restoring',
      'account.restored',
    ]);
  });

  it('says in its refusals that its rate is held, and what to do', async () => {
    const world = createWorld({
      policy: 'protected',
      adjust: (policy) => ({ ...policy, abuse: { ...policy.abuse, badToAct: 3 } }),
    });
    const shop = await world.enrol('loop-1');
    await world.play(() => loop(world, shop, 12, 100));
    const told = await world.play(() => shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: 'tok_x' }));
    expect(told).toMatchObject({ status: 429, decidedBy: 'gateway-limiter' });
    expect(told.json.error.code).toBe('over_capacity');
    expect(told.json.error.message).toMatch(/Your rate is 25 % because most of your requests/);
  });

  it('is listed to operators, who may pause, lift and forgive it', async () => {
    const world = open();
    await world.enrol('loop-1');
    const shop = await world.enrol('shop-2');
    const set = (to: string) =>
      world.send('POST', '/admin/v1/abuse/shop-2', operator, JSON.stringify({ to, reason: 'asked by telephone' }));
    const told = await world.play(async () => {
      const paused = await set('paused');
      await world.stage.clock.sleep(100);
      const refused = await shop.get('/v1/charges');
      const list = await world.send('GET', '/admin/v1/abuse', operator);
      await set('restoring');
      await world.stage.clock.sleep(100);
      const ramped = await shop.get('/v1/charges');
      const during = await world.send('GET', '/admin/v1/abuse', operator);
      await set('clear');
      const after = await world.send('GET', '/admin/v1/abuse', operator);
      const stranger = await world.send('POST', '/admin/v1/abuse/nobody', operator, '{"to":"clear","reason":"x"}');
      const wrong = await set('forgotten');
      const noToken = await world.send('GET', '/admin/v1/abuse');
      return { paused, refused, list, ramped, during, after, stranger, wrong, noToken };
    });
    expect([told.paused.status, told.refused.status, told.ramped.status]).toEqual([200, 403, 200]);
    expect(told.list.json.data).toMatchObject([{ merchantId: 'shop-2', level: 'paused', share: 0 }]);
    expect(told.during.json.data).toMatchObject([{ merchantId: 'shop-2', level: 'ramping', share: 0.1 }]);
    expect(told.after.json.data).toEqual([]);
    expect([told.stranger.status, told.wrong.status, told.noToken.status]).toEqual([404, 400, 401]);
  });

  it('stays held after a restart', async () => {
    const world = open();
    const shop = await world.enrol('loop-1');
    await world.play(() => loop(world, shop, 12, 100));
    await world.play(async () => {
      await world.gateway.restart();
    });
    const list = await world.play(() => world.send('GET', '/admin/v1/abuse', operator));
    expect(list.json.data).toMatchObject([{ merchantId: 'loop-1', level: 'throttled', share: 0.25 }]);
  });

  it('is held by every instance soon after one of them has found it', async () => {
    const world = open(5_000);
    const second = world.addGateway('gateway-2');
    const shop = await world.enrol('loop-1');
    await world.play(() => loop(world, shop, 12, 100));
    await world.pass(12_000);
    expect(second.state).toBe('up');
    const list = await world.play(() => world.send('GET', 'http://gateway-2.test/admin/v1/abuse', operator));
    expect(list.json.data).toMatchObject([{ merchantId: 'loop-1', level: 'throttled' }]);
  });
});

describe('a resumed merchant', () => {
  it('comes back by ramp, whoever paused it, unless an operator says at once', async () => {
    const world = open();
    await world.enrol('shop-1');
    await world.enrol('shop-2');
    const call = (id: string, what: string, body: string) =>
      world.send('POST', `/admin/v1/merchants/${id}/${what}`, operator, body);
    const list = await world.play(async () => {
      await call('shop-1', 'pause', '{"reason":"by hand"}');
      await call('shop-2', 'pause', '{"reason":"by hand"}');
      await call('shop-1', 'resume', '');
      await call('shop-2', 'resume', '{"atOnce":true}');
      return world.send('GET', '/admin/v1/abuse', operator);
    });
    expect(list.json.data).toMatchObject([{ merchantId: 'shop-1', level: 'ramping', share: 0.1 }]);
  });
});
