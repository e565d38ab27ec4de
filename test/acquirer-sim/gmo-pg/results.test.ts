import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../acquirer-sim/ports.ts';
import { CARD, createShop, SHOP, type Shop } from './trade.ts';

const HOUR_MS = 3_600_000;
const tenant = {
  id: 'gateway',
  shopId: 'tshop00000001',
  shopPass: 'abcd1234',
  resultUrl: 'http://shop.test/gmo/result',
};

interface Told {
  readonly url: string;
  readonly body: URLSearchParams;
  readonly atMs: number;
  readonly timeoutMs: number;
}

/** A shop whose notification program answers as told, in turn, then `0`. */
const notified = (...answers: (string | Error)[]): { shop: Shop; told: Told[] } => {
  const told: Told[] = [];
  const fetch: Fetch = async (url, { body, timeoutMs }) => {
    told.push({ url, body: new URLSearchParams(body), atMs: shop.world.clock.wallMs(), timeoutMs });
    const answer = answers.shift() ?? '0';
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: { get: () => null }, text: async () => answer };
  };
  const shop: Shop = createShop({ tenants: [tenant] }, fetch);
  return { shop, told };
};

describe('GMO-PG results', () => {
  it('are posted for every step of a trade, with all fields and no secrets', async () => {
    const { shop, told } = notified();
    const keys = await shop.trade('o-1', 'AUTH');
    await shop.call('ChangeTran', { ...SHOP, ...keys, JobCd: 'AUTH', Amount: '700' });
    await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'SALES', Amount: '700' });
    expect(told.map(({ body }) => [body.get('JobCd'), body.get('Status'), body.get('Amount')])).toEqual([
      ['AUTH', 'AUTH', '1000'],
      ['AUTH', 'AUTH', '700'],
      ['SALES', 'SALES', '700'],
    ]);
    const { Forward, TranID, Approve } = await shop.status('o-1');
    expect(Object.fromEntries(told[2]?.body ?? [])).toEqual({
      ShopID: 'tshop00000001',
      ShopPass: '**********',
      AccessID: keys.AccessID,
      AccessPass: '*'.repeat(32),
      OrderID: 'o-1',
      Status: 'SALES',
      JobCd: 'SALES',
      Amount: '700',
      Tax: '0',
      Currency: 'JPN',
      Forward,
      Method: '1',
      PayTimes: '',
      TranID,
      Approve,
      TranDate: expect.stringMatching(/^2017\d{10}$/),
      ErrCode: '',
      ErrInfo: '',
      PayType: '0',
    });
    expect(told[0]).toMatchObject({ url: tenant.resultUrl, timeoutMs: 15_000 });
  });

  it('tell of failures too', async () => {
    const { shop, told } = notified();
    const keys = await shop.trade('o-1', 'CAPTURE', { CardNo: '5999000000000050' });
    await shop.call('ExecTran', { ...keys, ...CARD });
    await shop.call('ExecTran', { ...keys, ...CARD });
    expect(told.map(({ body }) => [body.get('Status'), body.get('ErrCode'), body.get('ErrInfo')])).toEqual([
      ['UNPROCESSED', 'C50', '42C500000'],
      ['CAPTURE', '', ''],
      ['CAPTURE', 'E01|M01', 'E01050004|M01004014'],
    ]);
  });

  it('can be there before the answer to the call is', async () => {
    const order: string[] = [];
    const fetch: Fetch = async () => {
      order.push('told');
      return { status: 200, headers: { get: () => null }, text: async () => '0' };
    };
    const shop = createShop({ tenants: [tenant] }, fetch);
    const keys = await shop.enter('o-1', 'AUTH');
    await shop.call('ExecTran', { ...keys, ...CARD }).then(() => order.push('answered'));
    expect(order).toEqual(['told', 'answered']);
  });

  it('come again an hour later, the same, until the shop answers 0', async () => {
    const { shop, told } = notified('1', new Error('hung up'), 'OK');
    await shop.trade('o-1', 'AUTH');
    await shop.world.clock.advance(10 * HOUR_MS);
    expect(told).toHaveLength(4);
    const [first, ...repeats] = told;
    for (const [nth, again] of repeats.entries()) {
      expect(again.body.toString()).toBe(first?.body.toString());
      expect(again.atMs - (first?.atMs ?? 0)).toBe((nth + 1) * HOUR_MS);
    }
  });

  it('are given up after five repeats, and the operators’ log says so', async () => {
    const { shop, told } = notified(...Array.from({ length: 10 }, () => '1'));
    await shop.trade('o-1', 'AUTH');
    await shop.world.clock.advance(20 * HOUR_MS);
    expect(told).toHaveLength(6);
    expect(shop.world.events).toContainEqual({ event: 'result.given-up', acquirer: 'gmo', order: 'o-1' });
  });

  it('end with the program', async () => {
    const { shop, told } = notified('1');
    await shop.trade('o-1', 'AUTH');
    await shop.world.acquirer.stop();
    await shop.world.clock.advance(10 * HOUR_MS);
    expect(told).toHaveLength(1);
    expect(shop.world.clock.pending()).toBe(0);
  });
});
