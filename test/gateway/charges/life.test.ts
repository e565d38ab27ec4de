/** Capture and refund as a shop sees them, changes to a charge, lists, and the events of it all. */
import { describe, expect, it } from 'vitest';
import { disagreements, transactionsOf } from '../books.ts';
import { openShop, type Shop, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };
const orders = [
  ['escott', ['escott', 'gmo']],
  ['gmo', ['gmo', 'escott']],
] as const;
const openAt = (order: readonly string[]): Promise<Opened> =>
  openShop({ adjust: (policy) => ({ ...policy, routing: { ...policy.routing, order: [...order] } }) });
const make = async ({ shop }: Opened, more: object = {}) =>
  (await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token(), ...more })).json;

describe.each(orders)('a charge at %s', (acquirer, order) => {
  it('is captured in part and gives the difference back', async () => {
    const world = await openAt(order);
    const told = await world.play(async () => {
      const { id } = await make(world, { capture: false });
      return world.shop.post(`/v1/charges/${id}/capture`, { amount: 400 });
    });
    expect(told.json).toMatchObject({ amount: 1000, amount_refunded: 600, captured: true, refunded: false });
    expect(await transactionsOf(world)).toMatchObject([{ acquirer, capturedYen: 400, state: 'captured' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is refunded in parts until nothing is left, and no further', async () => {
    const world = await openAt(order);
    const told = await world.play(async () => {
      const { id } = await make(world);
      const refund = (form: object) => world.shop.post(`/v1/charges/${id}/refund`, form as Record<string, string>);
      return [
        await refund({ amount: 300, refund_reason: '在庫切れ' }),
        await refund({ amount: 701 }),
        await refund({ amount: 200 }),
        await refund({}),
        await refund({ amount: 1 }),
      ];
    });
    expect(told.map(({ status, json }) => [status, json.amount_refunded ?? json.error.code])).toEqual([
      [200, 300],
      [400, 'refund_amount_gt_net'],
      [200, 500],
      [200, 1000],
      [400, 'already_refunded'],
    ]);
    expect(told[0]?.json).toMatchObject({ refunded: true, refund_reason: '在庫切れ', captured: true, paid: true });
    expect(told[3]?.json).toMatchObject({ refund_reason: '在庫切れ' });
    expect(await transactionsOf(world)).toMatchObject([{ capturedYen: 1000, refundedYen: 1000, state: 'refunded' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is captured in part, then refunded in part, then wholly', async () => {
    const world = await openAt(order);
    const told = await world.play(async () => {
      const { id } = await make(world, { capture: false });
      await world.shop.post(`/v1/charges/${id}/capture`, { amount: 700 });
      await world.shop.post(`/v1/charges/${id}/refund`, { amount: 100 });
      return world.shop.post(`/v1/charges/${id}/refund`);
    });
    expect(told.json).toMatchObject({ amount: 1000, amount_refunded: 1000, refunded: true });
    expect(await disagreements(world)).toEqual([]);
  });

  it('is released whole before it is captured', async () => {
    const world = await openAt(order);
    const told = await world.play(async () => {
      const { id } = await make(world, { capture: false });
      return [
        await world.shop.post(`/v1/charges/${id}/refund`, { amount: 500 }),
        await world.shop.post(`/v1/charges/${id}/refund`),
        await world.shop.post(`/v1/charges/${id}/capture`),
        await world.shop.post(`/v1/charges/${id}/refund`),
      ];
    });
    expect(told.map(({ status, json }) => [status, json.amount_refunded ?? json.error.code])).toEqual([
      [400, 'invalid_amount_to_not_captured'],
      [200, 1000],
      [400, 'cant_capture_refunded_charge'],
      [400, 'already_refunded'],
    ]);
    expect(told[1]?.json).toMatchObject({ captured: false, refunded: true, paid: true });
    expect(await transactionsOf(world)).toMatchObject([{ state: 'voided' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('cannot be captured twice, after its time, or for more than is held', async () => {
    const world = await openAt(order);
    const told = await world.play(async () => {
      const [one, two] = [await make(world, { capture: false }), await make(world, { capture: false, expiry_days: 1 })];
      const path = `/v1/charges/${one.id}/capture`;
      const tooMuch = await world.shop.post(path, { amount: 1001 });
      await world.shop.post(path);
      const again = await world.shop.post(path);
      await world.stage.clock.sleep(12 * 3_600_000);
      return [tooMuch, again, await world.shop.post(`/v1/charges/${two.id}/capture`)];
    });
    expect(told.map(({ status, json }) => [status, json.error.code])).toEqual([
      [400, 'capture_amount_gt_net'],
      [400, 'already_captured'],
      [400, 'charge_expired'],
    ]);
  });

  it('has an event for each thing that happened to it, in the unit that made it happen', async () => {
    const world = await openAt(order);
    const id = await world.play(async () => {
      const charge = await make(world, { capture: false });
      await world.shop.post(`/v1/charges/${charge.id}/capture`, { amount: 700 });
      await world.shop.post(`/v1/charges/${charge.id}/refund`, { amount: 100 });
      await world.shop.post(`/v1/charges/${charge.id}`, { description: 'x' });
      await world.shop.post('/v1/charges', {
        amount: 500,
        currency: 'jpy',
        card: await world.shop.token('4000000000080319'),
      });
      return charge.id;
    });
    const events = world.rows('select type, object_id, data from events order by created_ms, id');
    expect(events.map(({ type }) => type)).toEqual([
      'charge.succeeded',
      'charge.captured',
      'charge.refunded',
      'charge.updated',
      'charge.failed',
    ]);
    expect(events.slice(0, 4).map(({ object_id }) => object_id)).toEqual([id, id, id, id]);
    expect(events.slice(0, 4).map(({ data }) => JSON.parse(data).amount_refunded)).toEqual([0, 300, 400, 400]);
  });
});

describe('a declined charge', () => {
  it('can neither be captured nor refunded', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const { shop } = world;
      const made = await shop.post('/v1/charges', {
        amount: 500,
        currency: 'jpy',
        card: await shop.token('4000000000080319'),
      });
      const path = `/v1/charges/${made.json.error.charge}`;
      return [await shop.post(`${path}/capture`), await shop.post(`${path}/refund`)];
    });
    expect(told.map(({ json }) => json.error.code)).toEqual(['failed_payment', 'failed_payment']);
  });
});

describe('description and metadata', () => {
  it('are kept, merged, removed and given back as text', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const { shop } = world;
      const made = await make(world, { description: '最初', metadata: { order: '7', empty: '', count: 3 } });
      const path = `/v1/charges/${made.id}`;
      return [
        made,
        (await shop.post(path, { metadata: { order: '', colour: '赤' } })).json,
        (await shop.post(path, 'description=null')).json,
        (await shop.post(path, {})).json,
        (await shop.get(path)).json,
      ];
    });
    expect(told.map(({ description, metadata }) => [description, metadata])).toEqual([
      ['最初', { order: '7', count: '3' }],
      ['最初', { count: '3', colour: '赤' }],
      [null, { count: '3', colour: '赤' }],
      [null, { count: '3', colour: '赤' }],
      [null, { count: '3', colour: '赤' }],
    ]);
  });

  it('that change while money moves are not lost', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const { shop } = world;
      const { id } = await make(world, { capture: false });
      const capture = shop.post(`/v1/charges/${id}/capture`);
      await world.stage.clock.sleep(10);
      await shop.post(`/v1/charges/${id}`, { description: 'meanwhile' });
      await capture;
      return shop.get(`/v1/charges/${id}`);
    });
    expect(told.json).toMatchObject({ captured: true, description: 'meanwhile' });
  });
});

describe('the list of charges', () => {
  const filled = async () => {
    const world = await openShop();
    const ids = await world.play(async () => {
      const { shop, stage } = world;
      const made: string[] = [];
      for (const id of ['a_b', 'aXb', 'A_B']) await shop.post('/v1/customers', { id, card: await shop.token() });
      for (let index = 0; index < 12; index += 1) {
        const customer = ['a_b', 'aXb', 'A_B'][index % 3] ?? '';
        made.unshift((await shop.post('/v1/charges', { amount: 100 + index, currency: 'jpy', customer })).json.id);
        await stage.clock.sleep(60_000);
      }
      return made;
    });
    return { ...world, ids };
  };

  it('comes newest first, ten at a time, with its own address', async () => {
    const { shop, ids, ...world } = await filled();
    const [first, second, last] = await world.play(async () => [
      (await shop.get('/v1/charges')).json,
      (await shop.get('/v1/charges?limit=5&offset=10')).json,
      (await shop.get('/v1/charges?offset=12')).json,
    ]);
    expect({ ...first, data: first.data.map(({ id }: { id: string }) => id) }).toEqual({
      object: 'list',
      count: 12,
      has_more: true,
      url: '/v1/charges',
      data: ids.slice(0, 10),
    });
    expect([second.data.length, second.has_more, second.count]).toEqual([2, false, 12]);
    expect([last.data.length, last.has_more, last.count]).toEqual([0, false, 12]);
  });

  it('is bounded by time, both ends included to the second', async () => {
    const { shop, ids, ...world } = await filled();
    const [since, until, between] = await world.play(async () => {
      const created = (await shop.get(`/v1/charges/${ids[5]}`)).json.created as number;
      const idsOf = async (query: string): Promise<string[]> =>
        (await shop.get(`/v1/charges?limit=100&${query}`)).json.data.map(({ id }: { id: string }) => id);
      return [
        await idsOf(`since=${created}`),
        await idsOf(`until=${created}`),
        await idsOf(`since=${created}&until=${created}`),
      ];
    });
    expect(since).toEqual(ids.slice(0, 6));
    expect(until).toEqual(ids.slice(5));
    expect(between).toEqual([ids[5]]);
  });

  it("is one customer's when asked for, and nobody's whose id looks alike", async () => {
    const { shop, ids, ...world } = await filled();
    const counts = await world.play(async () => {
      const found: number[] = [];
      for (const customer of ['a_b', 'aXb', 'A_B', 'a%25b', 'nobody'])
        found.push((await shop.get(`/v1/charges?customer=${customer}`)).json.count);
      return found;
    });
    expect(counts).toEqual([4, 4, 4, 0, 0]);
    expect(ids).toHaveLength(12);
  });
});
