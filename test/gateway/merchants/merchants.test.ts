import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adminToken, basic, createWorld, openShop, type World } from '../world.ts';

const operator = { Authorization: `Bearer ${adminToken}` };
const enrolling = (world: World, body: unknown, headers: Record<string, string> = operator) =>
  world.play(async () => {
    while (world.gateway.state !== 'up') await world.stage.clock.sleep(1);
    return world.send('POST', '/admin/v1/merchants', headers, typeof body === 'string' ? body : JSON.stringify(body));
  });

describe('a new merchant', () => {
  it('gets four keys that are told once and kept as hashes', async () => {
    const world = createWorld();
    const told = await enrolling(world, { id: 'big-1', name: '大きな店' });
    expect(told.status).toBe(200);
    const { id, keys } = told.json;
    expect(id).toBe('big-1');
    expect([keys.live.secret, keys.live.public, keys.test.secret, keys.test.public]).toEqual([
      expect.stringMatching(/^sk_live_[0-9a-f]{24}$/),
      expect.stringMatching(/^pk_live_[0-9a-f]{24}$/),
      expect.stringMatching(/^sk_test_[0-9a-f]{24}$/),
      expect.stringMatching(/^pk_test_[0-9a-f]{24}$/),
    ]);
    const rows = world.rows('select * from api_keys');
    expect(rows).toHaveLength(4);
    const stored = JSON.stringify(world.rows('select * from merchants')) + JSON.stringify(rows);
    for (const key of [keys.live.secret, keys.live.public, keys.test.secret, keys.test.public]) {
      expect(stored).not.toContain(key);
      expect(rows.map(({ key_hash }) => key_hash)).toContain(createHash('sha256').update(key).digest('hex'));
    }
  });

  it('may be given no id, and gets one', async () => {
    const told = await enrolling(createWorld(), { name: 'x' });
    expect(told.json.id).toMatch(/^acct_mch_[0-9a-f]{23}$/);
  });

  it('has a token for its webhooks, and its address is an endpoint in each mode', async () => {
    const { shop, ...world } = await openShop({}, { webhookUrl: 'http://merchants.test/hook' });
    expect(world.rows('select webhook_token from merchants')).toEqual([
      { webhook_token: expect.stringMatching(/^whook_[0-9a-f]{24}$/) },
    ]);
    expect(world.rows('select livemode, url, signing, secret from webhook_endpoints order by livemode')).toEqual([
      { livemode: 0, url: 'http://merchants.test/hook', signing: 'token', secret: null },
      { livemode: 1, url: 'http://merchants.test/hook', signing: 'token', secret: null },
    ]);
    expect(shop.id).toBe('shop-1');
  });

  it('cannot take an id that is taken, and the first one keeps its keys', async () => {
    const { shop, ...world } = await openShop();
    const told = await enrolling(world, { id: 'shop-1', name: 'another' });
    expect([told.status, told.json.error.code, told.json.error.param]).toEqual([400, 'already_exist_id', 'id']);
    expect(world.rows('select id from merchants')).toHaveLength(1);
    expect((await world.play(() => shop.get('/v1/charges'))).status).toBe(200);
  });

  it.each<[string, unknown]>([
    ['no JSON', 'name=x'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no name', {}],
    ['an empty name', { name: '' }],
    ['an id with a slash', { id: 'a/b', name: 'x' }],
    ['an address that is none', { name: 'x', noticeUrl: 'nowhere' }],
    ['an unknown word for deferral', { name: 'x', deferral: 'maybe' }],
    ['an unknown member', { name: 'x', webhook: 'http://x.test' }],
  ])('is not made of %s', async (_, body) => {
    const world = createWorld();
    const told = await enrolling(world, body);
    expect(told).toMatchObject({ status: 400, decidedBy: 'gateway' });
    expect(told.json.error).toMatchObject({ type: 'client_error', status: 400 });
    expect(world.rows('select * from merchants')).toEqual([]);
  });
});

describe("the operators' calls", () => {
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['a wrong one', { Authorization: 'Bearer wrong' }],
    ['one with more behind it', { Authorization: `Bearer ${adminToken}x` }],
    ['the token without its scheme', { Authorization: adminToken }],
    ['the token as a password', { Authorization: basic(adminToken) }],
  ])('are closed to %s', async (_, headers) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () => [
      await world.send('POST', '/admin/v1/merchants', headers, '{"name":"x"}'),
      await world.send('POST', '/admin/v1/merchants/shop-1/pause', headers, '{"reason":"x"}'),
      await world.send('POST', '/admin/v1/merchants/shop-1/resume', headers),
      await shop.get('/v1/charges'),
    ]);
    expect(told.map(({ status }) => status)).toEqual([401, 401, 401, 200]);
    expect(told[0]).toMatchObject({ decidedBy: 'gateway' });
    expect(told[0]?.json.error.type).toBe('auth_error');
  });

  it('are closed to a merchant', async () => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() =>
      world.send('POST', '/admin/v1/merchants', { Authorization: basic(shop.keys.live.secret) }, '{"name":"x"}'),
    );
    expect(told.status).toBe(401);
  });

  it.each([
    ['pause', '{"reason":"x"}'],
    ['resume', ''],
  ])('know no merchant that is not there: %s', async (call, body) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() => world.send('POST', `/admin/v1/merchants/nobody/${call}`, operator, body));
    expect([told.status, told.json.error.code]).toEqual([404, 'invalid_id']);
    expect(shop.id).toBe('shop-1');
  });

  it('pause with a reason only', async () => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () => [
      await world.send('POST', '/admin/v1/merchants/shop-1/pause', operator, '{}'),
      await shop.get('/v1/charges'),
    ]);
    expect(told.map(({ status }) => status)).toEqual([400, 200]);
  });
});
