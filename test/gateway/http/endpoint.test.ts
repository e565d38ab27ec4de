import { describe, expect, it } from 'vitest';
import { adminToken, basic, cardOf, createWorld, openShop, type World } from '../world.ts';

const asking = async (world: World, headers: Record<string, string>, path = '/v1/charges') =>
  world.play(() => world.send('GET', path, headers));

describe('authentication', () => {
  it.each<[string, Record<string, string>, string]>([
    ['no header', {}, 'no_api_key'],
    ['an empty header', { Authorization: '' }, 'no_api_key'],
    ['another scheme', { Authorization: 'Bearer sk_live_x' }, 'no_api_key'],
    ['an empty key', { Authorization: basic('') }, 'no_api_key'],
    ['no colon', { Authorization: `Basic ${Buffer.from('sk_live_x').toString('base64')}` }, 'no_api_key'],
    ['something that is no base64', { Authorization: 'Basic ????' }, 'no_api_key'],
    ['an unknown key', { Authorization: basic('sk_live_000000000000000000000000') }, 'invalid_api_key'],
    ['a very long key', { Authorization: basic('x'.repeat(10_000)) }, 'invalid_api_key'],
  ])('refuses %s', async (_, headers, code) => {
    const { shop, ...world } = await openShop();
    const told = await asking(world, headers);
    expect(told).toMatchObject({ status: 401, decidedBy: 'gateway' });
    expect(told.json.error).toMatchObject({ type: 'auth_error', code, status: 401 });
    expect(shop.id).toBe('shop-1');
  });

  it('takes any password beside a key, and the scheme in any case', async () => {
    const { shop, ...world } = await openShop();
    const withPassword = `${shop.keys.live.public}:password`;
    const told = await world.play(async () => [
      await world.send(
        'POST',
        '/v1/tokens',
        { Authorization: `Basic ${Buffer.from(withPassword).toString('base64')}` },
        'card[number]=1',
      ),
      await world.send('GET', '/v1/charges', { Authorization: basic(shop.keys.live.secret).replace('Basic', 'basic') }),
    ]);
    expect(told.map(({ status }) => status)).toEqual([402, 200]);
  });

  it.each([
    ['POST', '/v1/charges'],
    ['GET', '/v1/charges'],
    ['GET', '/v1/charges/ch_1'],
    ['POST', '/v1/charges/ch_1'],
    ['POST', '/v1/charges/ch_1/capture'],
    ['POST', '/v1/charges/ch_1/refund'],
    ['POST', '/v1/customers'],
    ['GET', '/v1/customers'],
    ['DELETE', '/v1/customers/cus_1'],
    ['POST', '/v1/customers/cus_1/cards'],
    ['DELETE', '/v1/customers/cus_1/cards/car_1'],
  ])('keeps public keys from %s %s', async (method, path) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() => world.send(method, path, { Authorization: basic(shop.keys.live.public) }));
    expect([told.status, told.json.error.type]).toEqual([401, 'auth_error']);
    expect(world.calls()).toEqual([]);
  });

  it('lets public keys make and read tokens, and nothing of another merchant', async () => {
    const { shop, ...world } = await openShop();
    const other = await world.enrol('shop-2');
    const [made, read, foreign] = await world.play(async () => {
      const token = await shop.post('/v1/tokens', cardOf(), { as: 'pk' });
      const path = `/v1/tokens/${token.json.id}`;
      return [token, await shop.get(path, { as: 'pk' }), await other.get(path, { as: 'pk' })];
    });
    expect([made?.status, read?.status, foreign?.status]).toEqual([200, 200, 404]);
    expect(read?.text).toBe(made?.text);
  });
});

describe('a paused merchant', () => {
  it('is refused everything, at once, until it is resumed', async () => {
    const { shop, ...world } = await openShop();
    const operator = { Authorization: `Bearer ${adminToken}` };
    const told = await world.play(async () => {
      const before = await shop.get('/v1/charges');
      await world.send('POST', '/admin/v1/merchants/shop-1/pause', operator, '{"reason":"a loop in your shop"}');
      const paused = await shop.post('/v1/tokens', cardOf(), { as: 'pk' });
      const read = await shop.get('/v1/charges');
      await world.send('POST', '/admin/v1/merchants/shop-1/resume', operator);
      return [before, paused, read, await shop.get('/v1/charges')];
    });
    expect(told.map(({ status }) => status)).toEqual([200, 403, 403, 200]);
    expect(told[1]).toMatchObject({ decidedBy: 'gateway-paused' });
    expect(told[1]?.json.error).toMatchObject({ code: 'merchant_paused', type: 'client_error' });
    expect(told[1]?.json.error.message).toContain('a loop in your shop');
    expect(world.calls()).toEqual([]);
  });

  it('is seen as paused by another gateway within half a minute', async () => {
    const { shop, ...world } = await openShop();
    world.addGateway('gateway-2');
    const { fetch, clock } = world.stage.castMember('other');
    const headers = { Authorization: basic(shop.keys.live.secret) };
    const ask = async (): Promise<number> =>
      (await fetch('http://gateway-2.test/v1/charges', { method: 'GET', headers, timeoutMs: 5000 })).status;
    const told = await world.play(async () => {
      const before = await ask();
      await world.send(
        'POST',
        '/admin/v1/merchants/shop-1/pause',
        { Authorization: `Bearer ${adminToken}` },
        '{"reason":"x"}',
      );
      await clock.sleep(30_000);
      return [before, await ask()];
    });
    expect(told).toEqual([200, 403]);
  });
});

describe('limits', () => {
  it('refuse before anything happens, say when to come back, and count per merchant, mode and zone', async () => {
    const world = createWorld({ policy: 'protected' });
    const shop = await world.enrol('shop-1');
    const other = await world.enrol('shop-2');
    const told = await world.play(async () => {
      const token = await shop.token();
      const flood = await Promise.all(
        Array.from({ length: 12 }, () => shop.post('/v1/charges', { amount: 1, currency: 'jpy', card: token })),
      );
      const rows = world.rows('select * from charges').length;
      return { flood, rows, read: await shop.get('/v1/charges'), other: await other.post('/v1/charges', {}) };
    });
    const refused = told.flood.filter(({ status }) => status === 429);
    // A burst of four; the others in the same moment are too many.
    expect(refused).toHaveLength(8);
    for (const one of refused) {
      expect(one).toMatchObject({ decidedBy: 'gateway-limiter', retryAfter: '1', outcome: null });
      expect(one.json.error).toEqual({
        message: 'The service is over capacity. Please try again later.',
        type: 'client_error',
        status: 429,
        code: 'over_capacity',
      });
    }
    expect(told.rows).toBe(0);
    expect(told.read.status).toBe(200);
    expect(told.other.status).toBe(400);
  });

  it('bound the requests of one merchant that are in flight', async () => {
    const world = createWorld({
      policy: 'protected',
      adjust: (policy) => ({
        ...policy,
        limits: {
          ...policy.limits,
          inFlightMax: 3,
          zones: { ...policy.limits.zones, pk: { ratePerSecond: 100, burst: 100 } },
        },
      }),
    });
    const shop = await world.enrol('shop-1');
    const told = await world.play(() =>
      Promise.all(Array.from({ length: 5 }, () => shop.post('/v1/tokens', cardOf(), { as: 'pk' }))),
    );
    expect(told.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 429, 429]);
    const after = await world.play(() => shop.post('/v1/tokens', cardOf(), { as: 'pk' }));
    expect(after.status).toBe(200);
  });
});

describe('what nobody answers', () => {
  it.each([
    ['GET', '/', 404],
    ['GET', '/v1', 404],
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/charges/ch_1/nothing', 404],
    ['GET', '/v2/charges', 404],
    ['GET', '/V1/charges', 404],
    ['PUT', '/v1/charges', 405],
    ['DELETE', '/v1/charges/ch_1', 405],
  ])('%s %s is told as %i in the shape of every error', async (method, path, status) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() => world.send(method, path, { Authorization: basic(shop.keys.live.secret) }));
    expect(told).toMatchObject({ status, decidedBy: 'gateway' });
    expect(told.json.error).toMatchObject({ status, message: expect.stringContaining(path) });
    expect(told.json.error.type).toBe(status === 404 ? 'client_error' : 'not_allowed_method_error');
  });
});

describe('the health of an instance', () => {
  it('is asked without a key', async () => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() => world.send('GET', '/healthz'));
    expect([told.status, told.json]).toEqual([200, { status: 'ok' }]);
    expect(shop.id).toBe('shop-1');
  });
});

describe('a gateway whose own parts break', () => {
  it('answers that it is its own fault, and says more only in its log', async () => {
    const { shop, ...world } = await openShop();
    expect([...world.store.inspect('drop table customers')]).toEqual([]);
    const told = await world.play(() => shop.get('/v1/customers'));
    expect(told).toMatchObject({ status: 500, decidedBy: 'gateway', outcome: null });
    expect(told.json.error).toEqual({
      message: 'An unexpected error occurred.',
      type: 'server_error',
      status: 500,
      code: 'payjp_wrong',
    });
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'request.broke', route: '/v1/customers' }));
  });
});
