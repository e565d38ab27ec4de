/** Endpoints of a merchant: registered, signed, rotated, removed, and test and live apart. */
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { adminToken, type Json, openShop, type Told, type World } from '../world.ts';

const operator = { Authorization: `Bearer ${adminToken}` };

interface Hook {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Json;
  readonly text: string;
}

/** The merchant's own server, which takes everything. */
const listen = (world: Pick<World, 'stage'>): Hook[] => {
  const hooks: Hook[] = [];
  world.stage.addProgram({
    program: 'merchants',
    host: 'merchants.test',
    create: () => ({
      app: {
        async fetch(request) {
          const text = await request.text();
          const headers = Object.fromEntries(
            ['webhook-id', 'webhook-timestamp', 'webhook-signature', 'x-payjp-webhook-token'].flatMap((name) => {
              const value = request.headers.get(name);
              return value === null ? [] : [[name, value]];
            }),
          );
          hooks.push({ path: new URL(request.url).pathname, headers, body: JSON.parse(text), text });
          return new Response('ok');
        },
      },
    }),
  });
  return hooks;
};

const admin = (world: World, method: string, path: string, body?: unknown): Promise<Told> =>
  world.send(method, `/admin/v1/merchants/${path}`, operator, body === undefined ? undefined : JSON.stringify(body));

const byText = (one: unknown, other: unknown): number => (String(one) < String(other) ? -1 : 1);

describe('an endpoint', () => {
  it('gets the events of its mode, beside the others of that mode', async () => {
    const world = await openShop();
    const hooks = listen(world);
    await world.play(async () => {
      for (const [mode, path] of [
        ['live', 'a'],
        ['live', 'b'],
        ['test', 'c'],
      ])
        expect(
          (await admin(world, 'POST', 'shop-1/webhooks', { url: `http://merchants.test/${path}`, mode })).status,
        ).toBe(200);
      await world.shop.post('/v1/customers', { id: 'c1' });
      await world.shop.post('/v1/customers', { id: 'c2' }, { mode: 'test' });
      await world.stage.clock.sleep(5000);
    });
    expect(hooks.map(({ path, body }) => [path, body.data.id, body.livemode]).toSorted(byText)).toEqual([
      ['/a', 'c1', true],
      ['/b', 'c1', true],
      ['/c', 'c2', false],
    ]);
    expect(new Set(hooks.filter(({ path }) => path !== '/c').map(({ body }) => body.id)).size).toBe(1);
    expect(world.rows('select id, state, body from deliveries')).toHaveLength(3);
    expect(world.rows('select body from deliveries').every(({ body }) => body === '')).toBe(true);
  });

  it('counts as pending until each of them has answered', async () => {
    const world = await openShop();
    listen(world);
    const pending = async (): Promise<number> => (await world.shop.get('/v1/events')).json.data[0].pending_webhooks;
    await world.play(async () => {
      for (const url of ['http://merchants.test/a', 'http://nobody.test/b'])
        await admin(world, 'POST', 'shop-1/webhooks', { url, mode: 'live' });
      await world.shop.post('/v1/customers', { id: 'c1' });
      expect(await pending()).toBe(2);
      await world.stage.clock.sleep(5000);
      expect(await pending()).toBe(1);
    });
  });

  it('that signs is told its secret once, and its events are taken by the standard’s verifier', async () => {
    const world = await openShop();
    const hooks = listen(world);
    const [made, listed] = await world.play(async () => {
      const told = await admin(world, 'POST', 'shop-1/webhooks', {
        url: 'http://merchants.test/a',
        mode: 'live',
        signing: 'standard',
      });
      await world.shop.post('/v1/customers', { id: 'c1' });
      await world.stage.clock.sleep(5000);
      return [told.json, (await admin(world, 'GET', 'shop-1/webhooks')).json];
    });
    expect(made.secret).toMatch(/^whsec_/);
    expect(listed).toEqual({
      data: [
        { id: made.id, mode: 'live', url: 'http://merchants.test/a', signing: 'standard', previousSecretUntilMs: null },
      ],
    });
    expect(signed(made.secret, hooks[0]!)).toBe(true);
    expect(hooks[0]!.headers['webhook-id']).toBe(hooks[0]!.body.id);
  });

  it('changes its secret while both are good, and after that time the old one is worth nothing', async () => {
    const world = await openShop();
    const hooks = listen(world);
    const secrets = await world.play(async () => {
      const { json } = await admin(world, 'POST', 'shop-1/webhooks', {
        url: 'http://merchants.test/a',
        mode: 'live',
        signing: 'standard',
      });
      const rotated = await admin(world, 'POST', `shop-1/webhooks/${json.id}/rotate`, { graceS: 600 });
      await world.shop.post('/v1/customers', { id: 'c1' });
      await world.stage.clock.sleep(601_000);
      await world.shop.post('/v1/customers', { id: 'c2' });
      await world.stage.clock.sleep(5000);
      return { old: json.secret as string, new: rotated.json.secret as string };
    });
    expect(secrets.old).not.toBe(secrets.new);
    expect(hooks.map((hook) => [signed(secrets.new, hook), signed(secrets.old, hook)])).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it('that is removed gets nothing more, and what waited for it is dead', async () => {
    const world = await openShop();
    await world.play(async () => {
      const { json } = await admin(world, 'POST', 'shop-1/webhooks', { url: 'http://nobody.test/a', mode: 'live' });
      await world.shop.post('/v1/customers', { id: 'c1' });
      await world.stage.clock.sleep(5000);
      expect((await admin(world, 'DELETE', `shop-1/webhooks/${json.id}`)).json).toEqual({ id: json.id, deleted: true });
      await world.shop.post('/v1/customers', { id: 'c2' });
      await world.stage.clock.sleep(200_000);
    });
    expect(world.rows('select state, reason from deliveries')).toEqual([
      { state: 'dead', reason: 'the endpoint was removed' },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['a private address', { url: 'http://10.0.0.1/', mode: 'test' }, 'url: not a public address'],
    ['this machine', { url: 'http://127.0.0.1/', mode: 'test' }, 'url: not a public address'],
    ['the metadata service', { url: 'http://169.254.169.254/latest', mode: 'live' }, 'url: not a public address'],
    ['a name of the inside', { url: 'http://db.internal/', mode: 'live' }, 'url: not a public host name'],
    ['another port', { url: 'http://merchants.test:22/', mode: 'live' }, 'url: port'],
    ['another protocol', { url: 'ftp://merchants.test/', mode: 'live' }, 'url: no http or https address'],
    [
      'a password in it',
      { url: 'http://a:b@merchants.test/', mode: 'live' },
      'url: user name or password in the address',
    ],
    ['an acquirer of ours', { url: 'http://escott.test/', mode: 'live' }, 'url: a host of our own'],
    [
      'the same address again',
      { url: 'http://merchants.test/first', mode: 'live' },
      'url: is an endpoint of this mode already',
    ],
  ])('is refused for %s', async (_, body, reason) => {
    const world = await openShop();
    const told = await world.play(async () => {
      await admin(world, 'POST', 'shop-1/webhooks', { url: 'http://merchants.test/first', mode: 'live' });
      return admin(world, 'POST', 'shop-1/webhooks', body);
    });
    expect([told.status, told.json.error.message]).toEqual([400, reason]);
    expect(world.rows('select url from webhook_endpoints')).toHaveLength(1);
  });

  it('is one of five in a mode, and of a merchant that is there', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const all: number[] = [];
      for (let index = 0; index < 6; index += 1)
        all.push(
          (await admin(world, 'POST', 'shop-1/webhooks', { url: `http://merchants.test/${index}`, mode: 'live' }))
            .status,
        );
      all.push(
        (await admin(world, 'POST', 'shop-1/webhooks', { url: 'http://merchants.test/0', mode: 'test' })).status,
      );
      all.push(
        (await admin(world, 'POST', 'nobody/webhooks', { url: 'http://merchants.test/0', mode: 'test' })).status,
      );
      all.push((await admin(world, 'POST', 'shop-1/webhooks/we_none/rotate', {})).status);
      all.push((await admin(world, 'DELETE', 'shop-1/webhooks/we_none')).status);
      all.push((await world.send('GET', '/admin/v1/merchants/shop-1/webhooks')).status);
      return all;
    });
    expect(told).toEqual([200, 200, 200, 200, 200, 400, 200, 404, 404, 404, 401]);
  });

  it('of a new merchant is judged before there is one', async () => {
    const world = await openShop();
    const create = (more: object): Promise<Told> =>
      world.send('POST', '/admin/v1/merchants', operator, JSON.stringify({ id: 'shop-2', name: 'x', ...more }));
    const [webhook, notice, made] = await world.play(async () => [
      await create({ webhookUrl: 'http://localhost/' }),
      await create({ noticeUrl: 'http://192.168.0.1/' }),
      await create({ webhookUrl: 'http://merchants.test/', webhookSigning: 'standard' }),
    ]);
    expect([webhook!.json.error.message, notice!.json.error.message]).toEqual([
      'webhookUrl: not a public host name',
      'noticeUrl: not a public address',
    ]);
    expect(made!.json.webhooks).toMatchObject([
      { mode: 'live', secret: expect.stringMatching(/^whsec_/) },
      { mode: 'test', secret: expect.stringMatching(/^whsec_/) },
    ]);
  });
});

/** The verifier looks at the machine's date, and the stage's is another: only the signature is asked about. */
const signed = (secret: string, { headers, text }: Hook): boolean => {
  const at = new Date(Number(headers['webhook-timestamp']) * 1000);
  const wanted = new Webhook(secret).sign(headers['webhook-id']!, at, text);
  return headers['webhook-signature']!.split(' ').includes(wanted);
};
