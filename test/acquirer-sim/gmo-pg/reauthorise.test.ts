import { describe, expect, it } from 'vitest';
import type { Json } from '../world.ts';
import { createShop, type Fields, SHOP, type Shop } from './trade.ts';

const DAY_MS = 86_400_000;

const alter = (shop: Shop, keys: Fields, JobCd: string, more: Fields = {}) =>
  shop.call('AlterTran', { ...SHOP, ...keys, JobCd, ...more });
const again = { Amount: '700', Method: '1' };

describe('GMO-PG trades after a cancellation', () => {
  it.each(['VOID', 'RETURN', 'RETURNX'])('can be authorised anew after %s, for another amount', async (cancel) => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'CAPTURE');
    const cancelled = await alter(shop, keys, cancel);
    const reply = await alter(shop, keys, 'AUTH', again);
    expect(reply).toMatchObject({ decidedBy: 'issuer', pairs: { ...keys } });
    expect(reply.pairs.TranID).not.toBe(cancelled.pairs.TranID);
    expect(await shop.status('o-1')).toMatchObject({ Status: 'AUTH', JobCd: 'AUTH', Amount: '700' });
    expect((await alter(shop, keys, 'SALES', { Amount: '700' })).pairs).not.toHaveProperty('ErrCode');
  });

  it('are new transactions in the ledger, under the same order', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    await alter(shop, keys, 'VOID');
    await alter(shop, keys, 'CAPTURE', again);
    const { rows } = (await shop.world.control('GET', '/ledger')).json;
    expect(rows.map(({ reference, kind, state }: Json) => [reference, kind, state])).toEqual([
      ['o-1', 'authorise', 'authorised'],
      ['o-1', 'void', 'voided'],
      ['o-1', 'gather', 'captured'],
    ]);
    expect(rows[2].transactionId).not.toBe(rows[0].transactionId);
  });

  it('stay cancelled when the issuer refuses', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH', { CardNo: '4000000000080202' });
    await alter(shop, keys, 'VOID');
    const refused = await alter(shop, keys, 'AUTH', { ...again, Amount: '10001' });
    expect(refused).toMatchObject({ decidedBy: 'issuer', pairs: { ErrInfo: '42G120000' } });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'VOID', Amount: '1000' });
    expect((await alter(shop, keys, 'AUTH', again)).pairs).not.toHaveProperty('ErrCode');
  });

  it('count their windows from the new authorisation', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    await alter(shop, keys, 'VOID');
    await shop.world.clock.advance(80 * DAY_MS);
    await alter(shop, keys, 'AUTH', again);
    await shop.world.clock.advance(80 * DAY_MS);
    expect((await alter(shop, keys, 'SALES', { Amount: '700' })).pairs).not.toHaveProperty('ErrCode');
  });

  it.each<[string, string, Fields, (shop: Shop) => Promise<Fields>]>([
    ['E11010002', 'an order that was never executed', again, (shop) => shop.enter('o-1', 'AUTH')],
    ['E11010003', 'a trade that was not cancelled', again, (shop) => shop.trade('o-1', 'AUTH')],
    ['E11010003', 'a check', again, (shop) => shop.trade('o-1', 'CHECK')],
    ['E01060001', 'one without amount', { Method: '1' }, (shop) => shop.trade('o-1', 'AUTH')],
    ['E01260001', 'one without method', { Amount: '1' }, (shop) => shop.trade('o-1', 'AUTH')],
  ])('%s to %s', async (errInfo, _, fields, prepare) => {
    const shop = createShop();
    const keys = await prepare(shop);
    expect((await alter(shop, keys, 'AUTH', fields)).pairs.ErrInfo).toBe(errInfo);
  });

  it('E11010010 to one that is 181 days old', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    await alter(shop, keys, 'VOID');
    await shop.world.clock.advance(181 * DAY_MS);
    expect((await alter(shop, keys, 'AUTH', again)).pairs.ErrInfo).toBe('E11010010');
  });
});

describe('GMO-PG simple authorisations', () => {
  it('hold, change and are cancelled, but are never sold', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'SAUTH');
    expect(await shop.status('o-1')).toMatchObject({ Status: 'SAUTH', JobCd: 'SAUTH' });
    expect((await alter(shop, keys, 'SALES', { Amount: '1000' })).pairs.ErrInfo).toBe('E11010003');
    const change = { ...SHOP, ...keys, JobCd: 'SAUTH', Amount: '500' };
    expect((await shop.call('ChangeTran', change)).pairs).not.toHaveProperty('ErrCode');
    expect(await shop.status('o-1')).toMatchObject({ Status: 'SAUTH', Amount: '500' });
    await alter(shop, keys, 'VOID');
    expect(await shop.status('o-1')).toMatchObject({ Status: 'VOID' });
  });
});

describe('GMO-PG cancellations under strict dates', () => {
  it.each<[number, string, string, boolean]>([
    [0, 'CAPTURE', 'VOID', true],
    [0, 'CAPTURE', 'RETURN', false],
    [5, 'CAPTURE', 'RETURN', true],
    [5, 'CAPTURE', 'VOID', false],
    [40, 'CAPTURE', 'RETURNX', true],
    [40, 'CAPTURE', 'RETURN', false],
    [40, 'AUTH', 'RETURN', true],
  ])('after %i days a %s: %s is taken: %s', async (days, job, cancel, taken) => {
    const shop = createShop({ strictCancelDates: true });
    const keys = await shop.trade('o-1', job);
    await shop.world.clock.advance(days * DAY_MS);
    expect((await alter(shop, keys, cancel)).pairs.ErrInfo).toBe(taken ? undefined : 'E11010003');
  });
});

describe('GMO-PG validity windows', () => {
  it('are those of the contract', async () => {
    const shop = createShop({ validity: { captureDays: 60, cancelDays: 61 } });
    const keys = await shop.trade('o-1', 'AUTH');
    await shop.world.clock.advance(60.5 * DAY_MS);
    expect((await alter(shop, keys, 'SALES', { Amount: '1000' })).pairs.ErrInfo).toBe('E01420010');
    await shop.world.clock.advance(DAY_MS);
    expect((await alter(shop, keys, 'VOID')).pairs.ErrInfo).toBe('E11010010');
  });
});
