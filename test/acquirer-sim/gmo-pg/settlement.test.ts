import { describe, expect, it } from 'vitest';
import { createShop, type Fields, SHOP, type Shop } from './trade.ts';

const HOUR_MS = 3_600_000;

const file = (shop: Shop, changes: Fields = {}) =>
  shop.call('SettlementFile', { ...SHOP, Date: '20170712', ...changes });

describe('GMO-PG’s settlement file', () => {
  it('lists approved calls that moved money on the day, as CSV in Windows-31J', async () => {
    const shop = createShop();
    const held = await shop.trade('held', 'AUTH');
    await shop.trade('checked', 'CHECK');
    await shop.trade('refused', 'CAPTURE', { CardNo: '4999000000000012' });
    const sold = await shop.trade('sold', 'CAPTURE');
    const dropped = await shop.trade('dropped', 'AUTH');
    await shop.call('AlterTran', { ...SHOP, ...dropped, JobCd: 'VOID' });
    await shop.call('AlterTran', { ...SHOP, ...held, JobCd: 'SALES', Amount: '1000' });
    await shop.call('ChangeTran', { ...SHOP, ...held, JobCd: 'CAPTURE', Amount: '400' });
    const gone = await shop.call('AlterTran', { ...SHOP, ...sold, JobCd: 'VOID' });
    await shop.world.clock.advance(6 * HOUR_MS);
    const reply = await file(shop);
    expect(reply).toMatchObject({ status: 200, contentType: 'text/csv;charset=Windows-31J' });
    const [header, ...lines] = reply.text.trimEnd().split('\n');
    expect(header).toBe('OrderID,AccessID,ProcessDate,JobCd,Amount,Approve,Status');
    const cells = lines.map((line) => line.split(','));
    expect(cells.map((line) => [line[0], line[1], line[3], line[4], line[6]])).toEqual([
      ['sold', sold.AccessID, 'CAPTURE', '1000', 'CAPTURE'],
      ['held', held.AccessID, 'SALES', '1000', 'SALES'],
      ['held', held.AccessID, 'CAPTURE', '400', 'SALES'],
      ['sold', sold.AccessID, 'VOID', '1000', 'VOID'],
    ]);
    expect(cells[3]?.slice(2)).toEqual([gone.pairs.TranDate, 'VOID', '1000', gone.pairs.Approve, 'VOID']);
  });

  it('is an error of the dialect until 03:00 of the next day', async () => {
    const shop = createShop();
    await shop.world.clock.advance(6 * HOUR_MS - 90_000);
    expect((await file(shop)).text).toBe('ErrCode=E01&ErrInfo=E01110010');
    await shop.world.clock.advance(60_000);
    expect((await file(shop)).text).toBe('OrderID,AccessID,ProcessDate,JobCd,Amount,Approve,Status\n');
  });

  it.each([
    ['E01990001', { Date: '' }],
    ['E01990008', { Date: '2017-07-12' }],
    ['E01030002', { ShopPass: 'wrong' }],
  ])('answers %s to %j', async (errInfo, changes) => {
    expect((await file(createShop(), changes)).pairs.ErrInfo).toBe(errInfo);
  });
});
