/**
 * Two years of one subscription, with real acquirers, over an outage on a billing day: whatever
 * the outage looks like, every month is paid once.
 */
import { describe, expect, it } from 'vitest';
import { type AcquirerId, loseReply, on, silence } from '../acquirers.ts';
import { disagreements } from '../books.ts';
import { type Json, openShop, type Shop, type World } from '../world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const acquirerIds: readonly AcquirerId[] = ['escott', 'gmo'];
/** 2017-01-31 10:00 JST: a day that most months do not have. */
const startWallMs = Date.parse('2017-01-31T10:00:00+09:00');

type Opened = World & { readonly shop: Shop };

const subscribe = async (world: Opened): Promise<string> =>
  world.play(async () => {
    const { shop } = world;
    await shop.post('/v1/plans', { id: 'monthly', amount: 1200, currency: 'jpy', interval: 'month' });
    await shop.post('/v1/customers', { id: 'taro', card: await shop.token() });
    const made = await shop.post('/v1/subscriptions', { customer: 'taro', plan: 'monthly' });
    expect(made.status).toBe(200);
    return made.json.id as string;
  });

/** Lets time pass up to a date, JST. */
const passTo = (world: World, date: string): Promise<void> =>
  world.pass(Date.parse(`${date}+09:00`) - startWallMs - world.stage.nowMs());

/** All its charges, oldest first, and how it stands. */
const read = (world: Opened, id: string): Promise<{ subscription: Json; charges: Json[] }> =>
  world.play(async () => ({
    subscription: (await world.shop.get(`/v1/subscriptions/${id}`)).json,
    charges: (await world.shop.get(`/v1/charges?subscription=${id}&limit=100`)).json.data.toReversed(),
  }));

const monthOf = (unixSeconds: number): string => new Date(unixSeconds * 1000 + 9 * hourMs).toISOString().slice(0, 7);

const months = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2017, from + index, 1));
    return at.toISOString().slice(0, 7);
  });

interface Outage {
  readonly name: string;
  begin(world: World): void;
  end(world: World): Promise<void> | void;
}

const hands = (world: World, hand: World['acquirers']['gmo']['hand']): void => {
  for (const id of acquirerIds) world.acquirers[id].hand = hand;
};

const outages: readonly Outage[] = [
  {
    name: 'refuses every connection',
    begin: (world) => {
      for (const id of acquirerIds) world.link(id).add({ type: 'down' });
    },
    end: (world) => {
      for (const id of acquirerIds) world.link(id).heal();
    },
  },
  {
    name: 'takes every request and answers none',
    begin: (world) => hands(world, () => silence()),
    end: (world) => hands(world, null),
  },
  {
    name: 'authorises and loses its answers',
    begin: (world) => hands(world, on(['1Auth', 'ExecTran'], loseReply)),
    end: (world) => hands(world, null),
  },
  {
    name: 'authorises and loses its answers, and is away afterwards',
    begin: (world) =>
      hands(world, async (call, carryOut) => {
        if (call.operation === '1Auth' || call.operation === 'ExecTran') await carryOut();
        return silence();
      }),
    end: (world) => hands(world, null),
  },
];

describe('a subscription that is renewed monthly for 24 months', () => {
  it.each(outages.flatMap((outage) => (['adopt', 'void'] as const).map((found) => ({ ...outage, found }))))(
    'is charged 24 times, in order, when its acquirers $name on a billing day ($found)',
    async ({ begin, end, found }) => {
      const world = await openShop({
        startWallMs,
        adjust: (policy) => ({ ...policy, settling: { ...policy.settling, unknownApproved: found } }),
      });
      const id = await subscribe(world);
      await passTo(world, '2017-06-30T09:00:00');
      begin(world);
      await passTo(world, '2017-06-30T15:00:00');
      // The outage was felt: not every try of this day was answered.
      expect(world.log.filter((line) => line.event === 'subscription.charged' && line.as !== 'paid')).not.toEqual([]);
      await end(world);
      await passTo(world, '2019-01-15T00:00:00');

      const { subscription, charges } = await read(world, id);
      const paid = charges.filter((charge) => charge.paid);
      expect(paid.map(({ created }) => monthOf(created))).toEqual(months(0, 24));
      expect(paid.every(({ captured, amount }) => captured && amount === 1200)).toBe(true);
      // The 31st comes back after every shorter month.
      expect(subscription).toMatchObject({
        status: 'active',
        current_period_start: Date.parse('2018-12-31T10:00:00+09:00') / 1000,
        current_period_end: Date.parse('2019-01-31T10:00:00+09:00') / 1000,
      });
      expect(await disagreements(world)).toEqual([]);
      const { json: events } = await world.play(() => world.shop.get('/v1/events?type=subscription.renewed&limit=100'));
      expect(events.count).toBe(23);
    },
    60_000,
  );

  it('is charged soon after the outage, not a day later', async () => {
    const world = await openShop({ startWallMs });
    const id = await subscribe(world);
    await passTo(world, '2017-02-28T09:00:00');
    outages[0]!.begin(world);
    await passTo(world, '2017-02-28T21:00:00');
    await outages[0]!.end(world);
    await passTo(world, '2017-02-28T21:31:00');
    const { charges, subscription } = await read(world, id);
    expect(charges.filter(({ paid }) => paid)).toHaveLength(2);
    expect(subscription.current_period_start).toBe(Date.parse('2017-02-28T10:00:00+09:00') / 1000);
  });

  it('is charged nothing by a machine that was started ten years ahead, and goes on when its clock is right', async () => {
    const world = await openShop({ startWallMs });
    const id = await subscribe(world);
    await world.pass(5 * dayMs);
    const tenYearsMs = 3_650 * dayMs;
    world.gateway.kill();
    world.gateway.shiftWall(tenYearsMs);
    await world.play(() => world.gateway.start());
    await world.pass(hourMs);
    expect(world.log.filter(({ event }) => event === 'renewal.behind')).toHaveLength(1);
    world.gateway.kill();
    world.gateway.shiftWall(0);
    await world.play(() => world.gateway.start());
    expect((await read(world, id)).charges).toHaveLength(1);
    await passTo(world, '2017-03-01T00:00:00');
    const { charges, subscription } = await read(world, id);
    expect(charges.filter(({ paid }) => paid).map(({ created }) => monthOf(created))).toEqual(['2017-01', '2017-02']);
    expect(subscription.status).toBe('active');
  });

  it('of which a whole cycle was missed is charged nothing until somebody pauses and resumes it', async () => {
    const world = await openShop({ startWallMs });
    const id = await subscribe(world);
    world.gateway.kill();
    await world.pass(100 * dayMs);
    await world.play(() => world.gateway.start());
    await world.pass(dayMs);
    expect((await read(world, id)).charges).toHaveLength(1);
    await world.play(() => world.shop.post(`/v1/subscriptions/${id}/pause`, {}));
    const resumed = await world.play(() => world.shop.post(`/v1/subscriptions/${id}/resume`, {}));
    expect(resumed.json.status).toBe('active');
    const { charges, subscription } = await read(world, id);
    expect(charges.filter(({ paid }) => paid)).toHaveLength(2);
    expect(subscription.current_period_start * 1000).toBeGreaterThan(startWallMs + 100 * dayMs);
  });

  it('is paused by an issuer that declines, and charged no more', async () => {
    const world = await openShop({ startWallMs });
    const id = await world.play(async () => {
      const { shop } = world;
      await shop.post('/v1/plans', { id: 'dear', amount: 20_000, currency: 'jpy', interval: 'month' });
      await shop.post('/v1/plans', { id: 'cheap', amount: 5_000, currency: 'jpy', interval: 'month' });
      // Declined above 10,000 yen.
      await shop.post('/v1/customers', { id: 'taro', card: await shop.token('4000000000080202') });
      const made = await shop.post('/v1/subscriptions', { customer: 'taro', plan: 'cheap' });
      await shop.post(`/v1/subscriptions/${made.json.id}`, { next_cycle_plan: 'dear' });
      return made.json.id as string;
    });
    await world.pass(100 * dayMs);
    const { charges, subscription } = await read(world, id);
    expect(charges.map(({ amount, paid }) => [amount, paid])).toEqual([
      [5_000, true],
      [20_000, false],
    ]);
    expect(subscription).toMatchObject({ status: 'paused', plan: { id: 'cheap' } });
    expect(subscription.paused_at).toBe(Date.parse('2017-02-28T10:00:00+09:00') / 1000);
  });
});
