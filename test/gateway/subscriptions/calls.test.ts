/** What merchants may ask of a subscription, and what each answer says. */
import { describe, expect, it } from 'vitest';
import { loseReply, on } from '../acquirers.ts';
import { disagreements } from '../books.ts';
import { type FormInput, type Json, noonMs, openShop, type Shop, type Told, type World } from '../world.ts';

const dayMs = 86_400_000;
const dayS = 86_400;
const nowS = noonMs / 1000;
type Opened = World & { readonly shop: Shop };

const plan = (shop: Shop, id: string, amount: number, more: FormInput = {}): Promise<Told> =>
  shop.post('/v1/plans', { id, amount, currency: 'jpy', interval: 'month', ...more });

/** A shop with a monthly plan of 3000 yen, one of 6000, and a customer with a card. */
const open = async (): Promise<Opened> => {
  const world = await openShop();
  await world.play(async () => {
    await plan(world.shop, 'tea', 3000);
    await plan(world.shop, 'more', 6000);
    await world.shop.post('/v1/customers', { id: 'taro', card: await world.shop.token() });
  });
  return world;
};

const subscribe = async ({ shop }: Opened, more: FormInput = {}): Promise<Json> =>
  (await shop.post('/v1/subscriptions', { customer: 'taro', plan: 'tea', ...more })).json;

const charged = async ({ shop }: Opened): Promise<number[]> =>
  (await shop.get('/v1/charges?limit=100')).json.data
    .toReversed()
    .map(({ amount, amount_refunded }: Json) => amount - amount_refunded);

describe('a new subscription', () => {
  it.each<[string, FormInput, number, string, string]>([
    ['no customer', { plan: 'tea' }, 400, 'missing_param', 'customer'],
    ['a customer that is not there', { customer: 'nobody', plan: 'tea' }, 404, 'invalid_id', 'id'],
    ['a plan that is not there', { customer: 'taro', plan: 'coffee' }, 404, 'invalid_id', 'id'],
    ['a customer without a card', { customer: 'poor', plan: 'tea' }, 402, 'missing_card', 'customer'],
    [
      'a trial that is over',
      { customer: 'taro', plan: 'tea', trial_end: nowS - 1 },
      400,
      'invalid_trial_end',
      'trial_end',
    ],
    [
      'a trial of six years',
      { customer: 'taro', plan: 'tea', trial_end: nowS + 6 * 366 * dayS },
      400,
      'invalid_trial_end',
      'trial_end',
    ],
    [
      'a trial that ends never',
      { customer: 'taro', plan: 'tea', trial_end: 'never' },
      400,
      'invalid_timestamp',
      'trial_end',
    ],
    ['a prorate of maybe', { customer: 'taro', plan: 'tea', prorate: 'maybe' }, 400, 'invalid_boolean', 'prorate'],
  ])('is refused with %s, and nobody is charged', async (_, form, status, code, param) => {
    const world = await open();
    await world.play(async () => {
      await world.shop.post('/v1/customers', { id: 'poor' });
      const before = world.calls().length;
      const told = await world.shop.post('/v1/subscriptions', form);
      expect(told).toMatchObject({ status, json: { error: { code, param } } });
      expect(world.calls()).toHaveLength(before);
      expect(world.rows('select id from subscriptions')).toEqual([]);
    });
  });

  it('is none when the card is declined', async () => {
    const world = await open();
    await world.play(async () => {
      await world.shop.post('/v1/customers', { id: 'hana', card: await world.shop.token('4000000000080319') });
      const told = await world.shop.post('/v1/subscriptions', { customer: 'hana', plan: 'tea' });
      expect(told).toMatchObject({ status: 402, json: { error: { code: 'card_declined' } } });
      expect((await world.shop.get('/v1/subscriptions')).json.count).toBe(0);
      expect((await world.shop.get('/v1/customers/hana')).json.subscriptions.count).toBe(0);
      // The refused try is no obstacle.
      await world.shop.post('/v1/customers/hana', { card: await world.shop.token() });
      expect((await world.shop.post('/v1/subscriptions', { customer: 'hana', plan: 'tea' })).status).toBe(200);
    });
  });

  it('whose payment nobody knows about is told as unknown, and cannot be begun twice', async () => {
    const world = await open();
    await world.play(async () => {
      for (const id of ['escott', 'gmo'] as const) world.acquirers[id].hand = on(['1Auth', 'ExecTran'], loseReply);
      const told = await world.shop.post('/v1/subscriptions', { customer: 'taro', plan: 'tea' });
      expect(told).toMatchObject({ status: 500, outcome: 'unknown' });
      expect((await world.shop.post('/v1/subscriptions', { customer: 'taro', plan: 'tea' })).json.error.code).toBe(
        'already_subscribed',
      );
      for (const id of ['escott', 'gmo'] as const) world.acquirers[id].hand = null;
    });
    await world.pass(3_600_000);
    await world.play(async () => {
      // Nobody asked again, so what was found was given back.
      expect((await world.shop.get('/v1/subscriptions')).json.count).toBe(0);
      expect(await charged(world)).toEqual([3000]);
      expect((await world.shop.get('/v1/charges')).json.data[0]).toMatchObject({ paid: false });
      expect((await subscribe(world)).status).toBe('active');
    });
    expect(await disagreements(world)).toEqual([]);
  });

  it('in trial is charged when the trial ends', async () => {
    const world = await open();
    const { id } = await world.play(async () => {
      const made = await subscribe(world, { trial_end: nowS + 10 * dayS });
      expect(made).toMatchObject({
        status: 'trial',
        trial_end: nowS + 10 * dayS,
        current_period_end: nowS + 10 * dayS,
      });
      expect(await charged(world)).toEqual([]);
      return made;
    });
    await world.pass(10 * dayMs + 60_000);
    await world.play(async () => {
      expect(await charged(world)).toEqual([3000]);
      expect((await world.shop.get(`/v1/subscriptions/${id}`)).json).toMatchObject({
        status: 'active',
        current_period_start: nowS + 10 * dayS,
      });
    });
  });
});

describe('a change of plan', () => {
  it('with prorate charges or gives back the difference for what is left', async () => {
    const world = await open();
    const { id } = await world.play(() => subscribe(world));
    await world.pass(15.5 * dayMs);
    await world.play(async () => {
      await world.shop.post(`/v1/subscriptions/${id}`, { plan: 'more', prorate: true });
      expect((await charged(world)).map((yen) => Math.round(yen / 10) * 10)).toEqual([3000, 1500]);
      await world.shop.post(`/v1/subscriptions/${id}`, { plan: 'tea' });
      expect((await charged(world)).map((yen) => Math.round(yen / 10) * 10)).toEqual([1500, 1500]);
    });
  });

  it('without prorate costs nothing until the next cycle', async () => {
    const world = await open();
    const { id } = await world.play(() => subscribe(world));
    await world.play(() => world.shop.post(`/v1/subscriptions/${id}`, { plan: 'more' }));
    expect(await world.play(() => charged(world))).toEqual([3000]);
    await world.pass(31 * dayMs + 60_000);
    expect(await world.play(() => charged(world))).toEqual([3000, 6000]);
  });
});

describe('a canceled subscription', () => {
  it('runs to the end of its cycle and is gone, uncharged', async () => {
    const world = await open();
    const { id } = await world.play(() => subscribe(world));
    await world.play(() => world.shop.post(`/v1/subscriptions/${id}/cancel`));
    await world.pass(30 * dayMs);
    expect((await world.play(() => world.shop.get(`/v1/subscriptions/${id}`))).json.status).toBe('canceled');
    await world.pass(2 * dayMs);
    expect((await world.play(() => world.shop.get(`/v1/subscriptions/${id}`))).status).toBe(404);
    expect(await world.play(() => charged(world))).toEqual([3000]);
    const { json } = await world.play(() => world.shop.get(`/v1/events?resource_id=${id}`));
    expect(json.data.map(({ type }: Json) => type)).toContain('subscription.deleted');
  });
});

describe('a paused subscription', () => {
  it('is not charged, and resumed after its cycle pays for a new one first', async () => {
    const world = await open();
    const { id } = await world.play(() => subscribe(world));
    await world.play(() => world.shop.post(`/v1/subscriptions/${id}/pause`));
    await world.pass(100 * dayMs);
    await world.play(async () => {
      expect(await charged(world)).toEqual([3000]);
      const told = await world.shop.post(`/v1/subscriptions/${id}`, { prorate: true });
      expect(told.json.error.code).toBe('cannot_change_prorate_status');
      const { json } = await world.shop.post(`/v1/subscriptions/${id}/resume`);
      expect(json).toMatchObject({
        status: 'active',
        resumed_at: nowS + 100 * dayS,
        current_period_start: nowS + 100 * dayS,
      });
      expect(await charged(world)).toEqual([3000, 3000]);
    });
  });

  it('stays paused when the charge of its resumption is declined', async () => {
    const world = await open();
    const { id } = await world.play(() => subscribe(world));
    await world.play(() => world.shop.post(`/v1/subscriptions/${id}/pause`));
    await world.pass(40 * dayMs);
    await world.play(async () => {
      await world.shop.post('/v1/customers/taro', { card: await world.shop.token('4000000000080319') });
      expect((await world.shop.post(`/v1/subscriptions/${id}/resume`)).status).toBe(402);
      expect((await world.shop.get(`/v1/subscriptions/${id}`)).json.status).toBe('paused');
    });
  });
});

describe('a deletion with prorate', () => {
  it('says so when nothing can be given back', async () => {
    const world = await open();
    await world.play(async () => {
      const { id } = await subscribe(world);
      const [charge] = (await world.shop.get('/v1/charges')).json.data;
      await world.shop.post(`/v1/charges/${charge.id}/refund`);
      expect((await world.shop.delete(`/v1/subscriptions/${id}?prorate=true`)).json.error.code).toBe(
        'cannot_prorated_refund_of_subscription',
      );
      expect((await world.shop.delete(`/v1/subscriptions/${id}`)).json).toMatchObject({ deleted: true });
    });
  });
});

describe("the gateway's sleep", () => {
  it('is not broken between two billing days', async () => {
    const world = await open();
    await world.play(() => subscribe(world));
    // Past the 16th, when a term ends and is told.
    await world.pass(5 * dayMs);
    const before = world.gateway.crashPoints;
    await world.pass(14 * dayMs);
    expect(world.gateway.crashPoints).toBe(before);
  });

  it('lasts while the merchant is paused by operators, and the renewal follows', async () => {
    const world = await open();
    await world.play(() => subscribe(world));
    const admin = (what: string, body: string) =>
      world.play(() =>
        world.send(
          'POST',
          `/admin/v1/merchants/shop-1/${what}`,
          { Authorization: 'Bearer admin-token-of-the-tests' },
          body,
        ),
      );
    await admin('pause', '{"reason":"a test"}');
    await world.pass(40 * dayMs);
    await admin('resume', '{}');
    expect(await world.play(() => charged(world))).toEqual([3000]);
    await world.pass(3_600_000);
    expect(await world.play(() => charged(world))).toEqual([3000, 3000]);
  });
});
