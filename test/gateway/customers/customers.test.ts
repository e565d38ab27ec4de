import { describe, expect, it } from 'vitest';
import { openShop, type Shop, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };
const open = (): Promise<Opened> => openShop();

describe('a customer', () => {
  it('is made, shown, changed, listed and deleted', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      const made = await shop.post('/v1/customers', {
        id: 'alice',
        email: 'a@example.com',
        description: 'x',
        metadata: { k: 'v' },
      });
      return [
        made,
        await shop.get('/v1/customers/alice'),
        await shop.post('/v1/customers/alice', { email: 'b@example.com', metadata: { k: '', l: 'w' } }),
        await shop.get('/v1/customers'),
        await shop.delete('/v1/customers/alice'),
        await shop.get('/v1/customers/alice'),
        await shop.get('/v1/customers'),
      ];
    });
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404, 200]);
    expect(told[0]?.json).toMatchObject({
      id: 'alice',
      object: 'customer',
      livemode: true,
      email: 'a@example.com',
      description: 'x',
      default_card: null,
      metadata: { k: 'v' },
      cards: { object: 'list', count: 0, data: [], has_more: false, url: '/v1/customers/alice/cards' },
      subscriptions: { object: 'list', count: 0, url: '/v1/customers/alice/subscriptions' },
    });
    expect(told[1]?.text).toBe(told[0]?.text);
    expect(told[2]?.json).toMatchObject({ email: 'b@example.com', description: 'x', metadata: { l: 'w' } });
    expect(told[3]?.json).toMatchObject({ object: 'list', count: 1, url: '/v1/customers', data: [{ id: 'alice' }] });
    expect(told[4]?.json).toEqual({ deleted: true, id: 'alice', livemode: true });
    expect(told[6]?.json).toMatchObject({ count: 0, data: [] });
  });

  it('without an id gets one', async () => {
    const world = await open();
    const told = await world.play(() => world.shop.post('/v1/customers'));
    expect(told.json.id).toMatch(/^cus_[0-9a-f]{28}$/);
  });

  it('cannot take the id of another one, alive or deleted, but another merchant can', async () => {
    const world = await open();
    const other = await world.enrol('shop-2');
    const told = await world.play(async () => {
      await world.shop.post('/v1/customers', { id: 'alice' });
      const taken = await world.shop.post('/v1/customers', { id: 'alice' });
      await world.shop.delete('/v1/customers/alice');
      return [
        taken,
        await world.shop.post('/v1/customers', { id: 'alice' }),
        await other.post('/v1/customers', { id: 'alice' }),
        await world.shop.post('/v1/customers', { id: 'alice' }, { mode: 'test' }),
      ];
    });
    expect(told.map(({ status, json }) => [status, json.error?.code])).toEqual([
      [400, 'already_exist_id'],
      [400, 'already_exist_id'],
      [200, undefined],
      [200, undefined],
    ]);
  });

  it("is nobody else's business", async () => {
    const world = await open();
    const other = await world.enrol('shop-2');
    const told = await world.play(async () => {
      const { shop } = world;
      const { json } = await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
      const card = `/v1/customers/alice/cards/${json.default_card}`;
      const asked = [];
      for (const stranger of [
        { get: other.get, post: other.post, delete: other.delete },
        {
          get: (path: string) => shop.get(path, { mode: 'test' }),
          post: (path: string, form: object) => shop.post(path, form as Record<string, string>, { mode: 'test' }),
          delete: (path: string) => shop.delete(path, { mode: 'test' }),
        },
      ])
        asked.push(
          await stranger.get('/v1/customers/alice'),
          await stranger.post('/v1/customers/alice', { description: 'mine' }),
          await stranger.delete('/v1/customers/alice'),
          await stranger.get('/v1/customers/alice/cards'),
          await stranger.get(card),
          await stranger.post(card, { name: 'MINE' }),
          await stranger.delete(card),
        );
      return asked;
    });
    expect(told.map(({ status }) => status)).toEqual(Array.from({ length: 14 }, () => 404));
  });
});

describe('the cards of a customer', () => {
  it('come from tokens, newest first, and the first one is the default', async () => {
    const world = await open();
    const [made, second, listed, customer] = await world.play(async () => {
      const { shop } = world;
      const first = await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
      await world.stage.clock.sleep(1000);
      const added = await shop.post('/v1/customers/alice/cards', {
        card: await shop.token('5555555555554444'),
        metadata: { a: 'b' },
      });
      return [first, added, await shop.get('/v1/customers/alice/cards'), await shop.get('/v1/customers/alice')];
    });
    expect(second?.json).toMatchObject({
      object: 'card',
      customer: 'alice',
      brand: 'MasterCard',
      metadata: { a: 'b' },
    });
    expect(customer?.json.default_card).toBe(made?.json.default_card);
    expect(listed?.json).toMatchObject({ object: 'list', count: 2, has_more: false, url: '/v1/customers/alice/cards' });
    expect(listed?.json.data.map(({ id }: { id: string }) => id)).toEqual([second?.json.id, made?.json.default_card]);
  });

  it('become the default when asked to', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      const { json } = await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
      const added = await shop.post('/v1/customers/alice/cards', {
        card: await shop.token('5555555555554444'),
        default: 'True',
      });
      const now = await shop.get('/v1/customers/alice');
      const back = await shop.post('/v1/customers/alice', { default_card: json.default_card });
      return {
        first: json.default_card,
        second: added.json.id,
        now: now.json.default_card,
        back: back.json.default_card,
      };
    });
    expect(told.now).toBe(told.second);
    expect(told.back).toBe(told.first);
  });

  it('cannot be the same number and date twice, and the token stays good', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
      const token = await shop.token();
      const twice = await shop.post('/v1/customers/alice/cards', { card: token });
      return [twice, await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: token })];
    });
    expect([told[0]?.status, told[0]?.json.error.code]).toEqual([400, 'already_have_the_same_card']);
    expect(told[1]?.status).toBe(200);
  });

  it('use their token up', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      const token = await shop.token();
      await shop.post('/v1/customers', { id: 'alice', card: token });
      return [
        await shop.post('/v1/customers', { id: 'bob', card: token }),
        await shop.get('/v1/customers/bob'),
        await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: token }),
      ];
    });
    expect(told.map(({ status, json }) => [status, json.error.code])).toEqual([
      [400, 'token_already_used'],
      [404, 'invalid_id'],
      [400, 'token_already_used'],
    ]);
  });

  it('of one token go to one customer when two ask at once', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      const token = await shop.token();
      return Promise.all([
        shop.post('/v1/customers', { id: 'alice', card: token }),
        shop.post('/v1/customers', { id: 'bob', card: token }),
      ]);
    });
    expect(told.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
    expect(world.rows('select id from customers')).toHaveLength(1);
  });

  it('leave the customer unchanged when a change of it is refused half way', async () => {
    const world = await open();
    const [told, token, customer] = await world.play(async () => {
      const { shop } = world;
      await shop.post('/v1/customers', { id: 'alice' });
      const id = await shop.token();
      const refused = await shop.post('/v1/customers/alice', { card: id, default_card: 'car_0' });
      return [refused, await shop.get(`/v1/tokens/${id}`), await shop.get('/v1/customers/alice')];
    });
    expect(told?.status).toBe(400);
    expect(token?.json.used).toBe(false);
    expect(customer?.json).toMatchObject({ default_card: null, cards: { count: 0 } });
  });

  it('are shown, changed and deleted; the default moves on', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      const { json } = await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
      const added = await shop.post('/v1/customers/alice/cards', { card: await shop.token('5555555555554444') });
      const path = `/v1/customers/alice/cards/${json.default_card}`;
      return [
        await shop.get(path),
        await shop.post(path, { name: 'HANAKO', metadata: { a: 'b' } }),
        await shop.delete(path),
        await shop.get(path),
        await shop.get('/v1/customers/alice'),
        added,
      ];
    });
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200, 404, 200, 200]);
    expect(told[1]?.json).toMatchObject({ name: 'HANAKO', metadata: { a: 'b' }, last4: '4242' });
    expect(told[2]?.json).toEqual({ deleted: true, id: told[0]?.json.id, livemode: true });
    expect(told[4]?.json).toMatchObject({ default_card: told[5]?.json.id, cards: { count: 1 } });
  });

  it('stay visible on the charges they paid', async () => {
    const world = await open();
    const told = await world.play(async () => {
      const { shop } = world;
      const { json } = await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
      const paid = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'alice' });
      await shop.delete(`/v1/customers/alice/cards/${json.default_card}`);
      return [
        paid,
        await shop.get(`/v1/charges/${paid.json.id}`),
        await shop.post(`/v1/charges/${paid.json.id}/refund`),
      ];
    });
    expect(told[1]?.json.card).toEqual(told[0]?.json.card);
    expect(told[2]?.status).toBe(200);
  });
});
