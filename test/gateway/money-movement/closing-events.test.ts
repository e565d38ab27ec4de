/** What happens to a merchant's money by itself is told, once, in its order. */
import { describe, expect, it } from 'vitest';
import { type Json, openShop } from '../world.ts';

const dayMs = 86_400_000;
const open = async (startsAt: string) =>
  openShop({ startWallMs: Date.parse(startsAt) }, { webhookUrl: 'http://merchants.test/hook' });

const typesOf = (events: Json[]): string[] => events.map(({ type }) => type).toReversed();
const movements = /^(term|statement|balance|transfer)\./;

describe('the end of a term', () => {
  it('closes the term and begins the next, with statement, balance and, a term later, the transfer', async () => {
    const { shop, ...world } = await open('2017-07-14T12:00:00+09:00');
    const listed = (mode: 'live' | 'test') =>
      world.play(async () => {
        const { json } = await shop.get('/v1/events?limit=100', { mode });
        return (json.data as Json[]).filter(({ type }) => movements.test(type));
      });
    await world.play(async () => {
      await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token() });
      const charge = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: await shop.token() });
      await shop.post(`/v1/charges/${charge.json.id}/refund`, { amount: 200 });
    });
    expect(await listed('live')).toEqual([]);
    await world.pass(2 * dayMs);
    const first = await listed('live');
    expect(new Set(typesOf(first))).toEqual(
      new Set(['term.closed', 'statement.created', 'balance.created', 'balance.fixed', 'term.created']),
    );
    // Told at 00:01 JST of the 16th.
    expect(new Set(first.map(({ created }) => created))).toEqual(
      new Set([Date.parse('2017-07-16T00:01:00+09:00') / 1000]),
    );
    const of = (events: Json[], type: string): Json => events.find((event) => event.type === type)?.data;
    expect(of(first, 'statement.created')).toMatchObject({ object: 'statement', net: 1300 });
    expect(of(first, 'balance.fixed')).toMatchObject({
      object: 'balance',
      net: 1300,
      state: 'transfer',
      closed: false,
    });
    expect(of(first, 'term.closed')).toMatchObject({ closed: true, charge_count: 2, refund_count: 1 });
    expect(of(first, 'term.created')).toMatchObject({ closed: false, end_at: null });
    // What is told is what the API shows.
    const shown = await world.play(() => shop.get(`/v1/statements/${of(first, 'statement.created').id}`));
    expect(shown.json).toEqual(of(first, 'statement.created'));
    expect(new Set(typesOf(await listed('test')))).toEqual(new Set(['term.closed', 'term.created']));

    await world.pass(16 * dayMs);
    const second = (await listed('live')).filter(({ id }) => !first.some((event) => event.id === id));
    expect(new Set(typesOf(second))).toEqual(
      new Set(['balance.closed', 'transfer.succeeded', 'term.closed', 'term.created']),
    );
    expect(of(second, 'transfer.succeeded')).toMatchObject({
      object: 'transfer',
      status: 'paid',
      amount: 1300,
      charges: { count: 2 },
    });
    expect(of(second, 'balance.closed')).toMatchObject({ closed: true });
    const transfer = await world.play(() => shop.get(`/v1/transfers/${of(second, 'transfer.succeeded').id}`));
    expect(transfer.json).toEqual(of(second, 'transfer.succeeded'));
  });

  it('is told once by two instances, and by one that slept through several', async () => {
    const { shop, ...world } = await open('2017-07-14T12:00:00+09:00');
    await world.play(
      async () => void (await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token() })),
    );
    world.addGateway('gateway-2');
    await world.pass(dayMs);
    world.gateway.kill();
    await world.pass(40 * dayMs);
    world.stage.spawnTask('restart', () => world.gateway.start());
    await world.pass(60_000);
    const told = world.rows(
      "select type, object_id, livemode, count(*) as times from events where type <> 'charge.succeeded' group by type, object_id, livemode",
    );
    expect(told.every(({ times }) => times === 1)).toBe(true);
    // The 16th of July, the 1st and the 16th of August.
    expect(told.filter(({ type, livemode }) => type === 'term.closed' && livemode === 1)).toHaveLength(3);
    expect(told.filter(({ type }) => type === 'transfer.succeeded')).toHaveLength(1);
  });

  it('is caught up with by a gateway that was away', async () => {
    const { shop, ...world } = await open('2017-07-14T12:00:00+09:00');
    await world.play(
      async () => void (await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token() })),
    );
    world.gateway.kill();
    await world.pass(40 * dayMs);
    expect(world.rows("select * from events where type like 'term.%'")).toEqual([]);
    world.stage.spawnTask('restart', () => world.gateway.start());
    await world.pass(60_000);
    const closed = world
      .rows("select data from events where type = 'term.closed' and livemode = 1")
      .map(({ data }) => JSON.parse(data));
    expect(closed.map(({ charge_count }) => charge_count).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);
  });

  it('in which refunds outweigh sales is a claim and no transfer', async () => {
    const { shop, ...world } = await open('2017-07-14T12:00:00+09:00');
    const charge = await world.play(
      async () => (await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token() })).json,
    );
    await world.pass(3 * dayMs);
    await world.play(() => shop.post(`/v1/charges/${charge.id}/refund`));
    await world.pass(40 * dayMs);
    const rows = world
      .rows("select type, data from events where livemode = 1 and type in ('balance.closed', 'transfer.succeeded')")
      .map(({ type, data }) => [type, JSON.parse(data).net ?? JSON.parse(data).amount]);
    expect(rows.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['balance.closed', -1000],
      ['balance.closed', 1000],
      ['transfer.succeeded', 1000],
    ]);
  });
});
