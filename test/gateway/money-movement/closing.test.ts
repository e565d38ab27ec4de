/** The closing cycle, and that what it says is what the ledger says. */
import { describe, expect, it } from 'vitest';
import { termAt, termsBetween } from '../../../gateway/money-movement/calendar.ts';
import { type Json, openShop, type Shop } from '../world.ts';

const at = (date: string): number => Date.parse(`${date}+09:00`);
const dayMs = 86_400_000;

describe('a term', () => {
  it.each([
    ['2017-07-01T00:00:00', '2017-07-01', '2017-07-16', '2017-08-01'],
    ['2017-07-15T23:59:59', '2017-07-01', '2017-07-16', '2017-08-01'],
    ['2017-07-16T00:00:00', '2017-07-16', '2017-08-01', '2017-08-16'],
    ['2017-12-31T12:00:00', '2017-12-16', '2018-01-01', '2018-01-16'],
    ['2020-02-29T23:59:59', '2020-02-16', '2020-03-01', '2020-03-16'],
  ])('that holds %s runs from %s to %s and is due %s', (moment, start, end, due) => {
    const midnight = (day: string): number => at(`${day}T00:00:00`);
    expect(termAt(at(moment))).toEqual({ startMs: midnight(start), endMs: midnight(end), dueMs: midnight(due) });
  });

  it('follows the one before without a gap, 24 a year', () => {
    const terms = termsBetween(at('2016-01-01T00:00:00'), at('2019-12-31T23:00:00')).toReversed();
    expect(terms).toHaveLength(96);
    expect(terms.slice(1).map(({ startMs }) => startMs)).toEqual(terms.slice(0, -1).map(({ endMs }) => endMs));
  });
});

const sell = async (shop: Shop, amount: number): Promise<string> =>
  (await shop.post('/v1/charges', { amount, currency: 'jpy', card: await shop.token() })).json.id;

describe('money movement', () => {
  it('comes to what was captured and given back in each term, test and live apart', async () => {
    const world = await openShop({ startWallMs: at('2017-07-10T12:00:00') });
    const { shop } = world;
    const get = async (path: string, mode: 'live' | 'test' = 'live'): Promise<Json> =>
      (await world.play(() => shop.get(`/v1/${path}`, { mode }))).json;
    const first = await world.play(async () => {
      const id = await sell(shop, 1000);
      await sell(shop, 500);
      const held = { amount: 9000, currency: 'jpy', card: await shop.token(), capture: false };
      await shop.post('/v1/charges', held);
      const card = await shop.token(undefined, { as: 'sk', mode: 'test' });
      await shop.post('/v1/charges', { amount: 77, currency: 'jpy', card }, { mode: 'test' });
      return id;
    });
    // The refund belongs to the term it is made in, not to that of its sale.
    await world.pass(8 * dayMs);
    await world.play(() => shop.post(`/v1/charges/${first}/refund`, { amount: 400 }));

    expect(await get('terms')).toMatchObject({
      count: 2,
      data: [
        { closed: false, charge_count: 0, refund_count: 1 },
        { closed: true, charge_count: 2, refund_count: 0, end_at: at('2017-07-16T00:00:00') / 1000 - 1 },
      ],
    });
    expect(await get('statements')).toMatchObject({
      count: 1,
      data: [{ net: 1500, items: [{ subject: 'gross_sales', amount: 1500 }] }],
    });
    expect(await get('statements', 'test')).toMatchObject({ count: 1, data: [{ net: 77 }] });
    expect(await get('transfers')).toMatchObject({
      data: [{ status: 'pending', amount: 1500, scheduled_date: '2017-08-01', charges: { count: 2 } }],
    });
    expect(await get('balances?state=collecting')).toMatchObject({ count: 1, data: [{ net: -400, due_date: null }] });

    await world.pass(20 * dayMs);
    const { data: balances } = await get('balances');
    expect(balances).toMatchObject([
      { state: 'collecting', net: 0 },
      { state: 'claim', net: -400, closed: false },
      { state: 'transfer', net: 1500, closed: true, closed_date: at('2017-08-01T00:00:00') / 1000 },
    ]);
    expect(await get('transfers?status=carried_over')).toMatchObject({ count: 1, data: [{ carried_balance: -400 }] });
    expect(await get('transfers?status=paid')).toMatchObject({ count: 1, data: [{ transfer_date: '2017-08-01' }] });

    // The same sums straight from the book.
    const [book] = world.rows(
      "select sum(case when debit = 'payable:shop-1' then -amount else amount end) as yen from transfers where 'payable:shop-1' in (debit, credit)",
    );
    const net = [...balances, ...(await get('balances', 'test')).data].reduce(
      (sum: number, each: Json) => sum + each.net,
      0,
    );
    expect(net).toBe(book.yen);
  });

  it('has a charge name the term of its capture, and finds it there', async () => {
    const world = await openShop();
    await world.play(async () => {
      const id = await sell(world.shop, 1000);
      const { json: charge } = await world.shop.get(`/v1/charges/${id}`);
      const { json: terms } = await world.shop.get('/v1/terms');
      expect(charge.term_id).toBe(terms.data[0].id);
      expect((await world.shop.get(`/v1/charges?term=${charge.term_id}`)).json.count).toBe(1);
      expect((await world.shop.get('/v1/charges?term=tm_none')).status).toBe(404);
      expect((await world.shop.get('/v1/statements?owner=somebody')).json.error.code).toBe('invalid_owner_type');
      expect((await world.shop.get('/v1/balances?owner=tenant')).json.error.code).toBe('platform_not_supported');
    });
  });
});
