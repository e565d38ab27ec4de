import { describe, expect, it } from 'vitest';
import { CARD, createShop, type Fields, SHOP } from './trade.ts';

const entry = (changes: Fields = {}): Fields => ({
  ...SHOP,
  OrderID: 'o-1',
  JobCd: 'AUTH',
  Amount: '1000',
  ...changes,
});
const without = (fields: Fields, ...keys: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));

type Line = [errInfo: string, why: string, Fields];

const entryErrors: Line[] = [
  ['E01010001', 'no ShopID', without(entry(), 'ShopID')],
  ['E01010008', 'a ShopID of 14 characters', entry({ ShopID: 'tshop000000001' })],
  ['E01020001', 'no ShopPass', without(entry(), 'ShopPass')],
  ['E01020008', 'a ShopPass with a sign', entry({ ShopPass: 'abcd-234' })],
  ['E01030002', 'an unknown shop', entry({ ShopID: 'tshop00000009' })],
  ['E01030002', 'a wrong ShopPass', entry({ ShopPass: 'efgh5678' })],
  ['E01040001', 'no OrderID', without(entry(), 'OrderID')],
  ['E01040003', 'an OrderID of 28 characters', entry({ OrderID: 'x'.repeat(28) })],
  ['E01040013', 'an OrderID with an underscore', entry({ OrderID: 'a_b' })],
  ['E01050001', 'no JobCd', without(entry(), 'JobCd')],
  ['E01050002', 'an unknown JobCd', entry({ JobCd: 'SALES' })],
  ['E01060001', 'no Amount', without(entry(), 'Amount')],
  ['E01060005', 'an Amount of eight digits', entry({ Amount: '10000000' })],
  ['E01060006', 'an Amount with a comma', entry({ Amount: '1,000' })],
  ['E01060011', 'an Amount of 0', entry({ Amount: '0' })],
  ['E01070005', 'a Tax of eight digits', entry({ Tax: '10000000' })],
  ['E01070006', 'a Tax that is no number', entry({ Tax: 'x' })],
  ['E01490005', 'Amount and Tax above the limit together', entry({ Amount: '9999999', Tax: '1' })],
  ['E01080007', 'an unknown TdFlag', entry({ TdFlag: '9' })],
  ['E01450008', 'an ItemCode of 6 digits', entry({ ItemCode: '000099' })],
  ['E21040002', 'the closed first version of 3-D Secure', entry({ TdFlag: '1' })],
];

const cardErrors: Line[] = [
  ['E01170001', 'no card number', { CardNo: '' }],
  ['E01170003', 'a card number of 17 digits', { CardNo: '4'.repeat(17) }],
  ['E01170006', 'a card number with a space', { CardNo: '4111 1111' }],
  ['E01170011', 'a card number of 9 digits', { CardNo: '4'.repeat(9) }],
  ['E01180001', 'no expiry', { Expire: '' }],
  ['E01180003', 'an expiry of 6 digits', { Expire: '203012' }],
  ['E01180006', 'an expiry with a slash', { Expire: '30/12' }],
  ['E01180008', 'month 13', { Expire: '3013' }],
  ['E01460008', 'a security code of 2 digits', { SecurityCode: '12' }],
  ['E01260001', 'no Method', { Method: '' }],
  ['E01260002', 'an unknown Method', { Method: '6' }],
  ['E01270001', 'instalments without their number', { Method: '2' }],
  ['E01270005', 'a number of instalments of 3 digits', { Method: '2', PayTimes: '100' }],
  ['E01270006', 'a number of instalments that is no number', { Method: '2', PayTimes: 'x' }],
  ['E01160007', 'a number of bonus instalments that is no number', { Method: '4', PayTimes: 'x' }],
  ['E01160010', 'a number of bonus instalments other than 2', { Method: '4', PayTimes: '3' }],
  ['E01320012', 'a ClientField1 of 101 bytes', { ClientField1: 'x'.repeat(101) }],
  ['E01340012', 'a ClientField3 of 51 wide characters', { ClientField3: '銀'.repeat(51) }],
  ['E01400007', 'a ClientFieldFlag of 2', { ClientFieldFlag: '2' }],
  ['E01800008', 'a PIN of 3 digits', { PIN: '123' }],
  ['E01800050', 'the PIN 0000', { PIN: '0000' }],
  ['EX1000301', 'a token nobody made', { Token: 'a'.repeat(64) }],
  ['E01110002', 'the OrderID of another order', { OrderID: 'o-2' }],
];

describe('GMO-PG answers', () => {
  it.each(entryErrors)('%s to an entry with %s', async (errInfo, _, fields) => {
    const reply = await createShop().call('EntryTran', fields);
    expect(reply).toMatchObject({ status: 200, decidedBy: 'acquirer' });
    expect(reply.text).toBe(`ErrCode=${errInfo.slice(0, 3)}&ErrInfo=${errInfo}`);
  });

  it.each(cardErrors)('%s to an execution with %s, and asks no issuer', async (errInfo, _, changes) => {
    const shop = createShop();
    const keys = await shop.enter('o-1', 'AUTH');
    const reply = await shop.call('ExecTran', { ...keys, ...CARD, ...changes });
    expect(reply.text).toBe(`ErrCode=${errInfo.slice(0, 3)}&ErrInfo=${errInfo}`);
    expect((await shop.world.control('GET', '/ledger')).json.rows).toEqual([]);
  });

  it('all faults of a message, n-th code with n-th detail', async () => {
    const reply = await createShop().call('EntryTran', without(entry(), 'ShopID', 'OrderID', 'JobCd'));
    expect(reply.text).toBe('ErrCode=E01|E01|E01&ErrInfo=E01010001|E01040001|E01050001');
  });

  it('E01040010 to an OrderID that is taken, also when both entries race', async () => {
    const shop = createShop();
    const race = [entry(), entry()].map((fields) => shop.world.send('/payment/EntryTran.idPass', fields));
    await shop.world.clock.advance(30_000);
    const texts = (await Promise.all(race)).map(({ text }) => text).toSorted();
    expect(texts[0]).toMatch(/^AccessID=/);
    expect(texts[1]).toBe('ErrCode=E01&ErrInfo=E01040010');
    const elsewhere = entry({ ShopID: 'tshop00000002', ShopPass: 'efgh5678' });
    expect((await shop.call('EntryTran', elsewhere)).pairs).toHaveProperty('AccessID');
  });

  it('E01050004 and M01004014 to a second execution', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'CAPTURE');
    const again = await shop.call('ExecTran', { ...keys, ...CARD });
    expect(again.text).toBe('ErrCode=E01|M01&ErrInfo=E01050004|M01004014');
  });

  it.each<[string, Fields]>([
    ['E01090001|E01100001', {}],
    ['E01090008', { AccessID: 'X', AccessPass: 'a'.repeat(32) }],
    ['E01100008', { AccessID: 'a'.repeat(32), AccessPass: 'x' }],
    ['E01110002', { AccessID: 'a'.repeat(32), AccessPass: 'a'.repeat(32) }],
  ])('%s to access keys that are %j', async (errInfos, keys) => {
    const shop = createShop();
    const exec = await shop.call('ExecTran', { ...keys, ...CARD });
    const alter = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'VOID' });
    const change = await shop.call('ChangeTran', { ...SHOP, ...keys, JobCd: 'AUTH', Amount: '1' });
    for (const { pairs } of [exec, alter, change]) expect(pairs.ErrInfo).toBe(errInfos);
  });

  it('E01110002 to the keys of another shop', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    const other = { ShopID: 'tshop00000002', ShopPass: 'efgh5678' };
    expect((await shop.call('AlterTran', { ...other, ...keys, JobCd: 'VOID' })).pairs.ErrInfo).toBe('E01110002');
    expect((await shop.call('SearchTrade', { ...other, OrderID: 'o-1' })).pairs.ErrInfo).toBe('E01110002');
  });

  it.each<[string, string, string, string, Fields]>([
    ['E11010002', 'a cancellation of an order that is not executed', 'UNPROCESSED', 'AlterTran', { JobCd: 'VOID' }],
    ['E11010003', 'a cancellation of a check', 'CHECK', 'AlterTran', { JobCd: 'VOID' }],
    ['E01060010', 'a sale of another amount', 'AUTH', 'AlterTran', { JobCd: 'SALES', Amount: '999' }],
    ['E01060001', 'a sale without amount', 'AUTH', 'AlterTran', { JobCd: 'SALES' }],
    ['E11010001', 'a sale of what is already sold', 'CAPTURE', 'AlterTran', { JobCd: 'SALES', Amount: '1000' }],
    ['E01050002', 'an unknown job', 'AUTH', 'AlterTran', { JobCd: 'CHECK' }],
    ['E01050004', 'a change under the wrong job', 'AUTH', 'ChangeTran', { JobCd: 'CAPTURE', Amount: '1' }],
    ['E01060011', 'a change to nothing', 'CAPTURE', 'ChangeTran', { JobCd: 'CAPTURE', Amount: '0' }],
    [
      'E11010002',
      'a change of an order that is not executed',
      'UNPROCESSED',
      'ChangeTran',
      { JobCd: 'AUTH', Amount: '1' },
    ],
  ])('%s to %s', async (errInfo, _, job, api, fields) => {
    const shop = createShop();
    const keys = job === 'UNPROCESSED' ? await shop.enter('o-1', 'AUTH') : await shop.trade('o-1', job);
    expect((await shop.call(api, { ...SHOP, ...keys, ...fields })).pairs.ErrInfo).toBe(errInfo);
  });

  it('E11010003 to anything after a cancellation', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'VOID' });
    for (const JobCd of ['VOID', 'RETURN', 'SALES']) {
      const reply = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd, Amount: '1000' });
      expect(reply.pairs.ErrInfo).toBe('E11010003');
    }
  });

  it('E01420010 to a sale after 90 days, E11010010 to a cancellation after 180', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    await shop.world.clock.advance(91 * 86_400_000);
    const sale = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'SALES', Amount: '1000' });
    expect(sale.pairs.ErrInfo).toBe('E01420010');
    await shop.world.clock.advance(90 * 86_400_000);
    const gone = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'RETURNX' });
    expect(gone.pairs.ErrInfo).toBe('E11010010');
  });

  it('E01110002 to a search for an unknown order', async () => {
    expect((await createShop().status('nothing')).ErrInfo).toBe('E01110002');
  });

  it('E91099997 to an unknown call, E31500014 to a GET', async () => {
    const { world } = createShop();
    expect((await world.post('/payment/SaveNothing.idPass', SHOP)).text).toBe('ErrCode=E91&ErrInfo=E91099997');
    const got = await world.acquirer.app.request('/payment/EntryTran.idPass');
    expect(await got.text()).toBe('ErrCode=E31&ErrInfo=E31500014');
  });

  it('E92000001 above the cap, but still answers searches', async () => {
    const shop = createShop();
    await shop.trade('o-1', 'AUTH');
    await shop.world.control('PUT', '/caps/gateway', { ratePerSecond: 0 });
    const refused = await shop.call('EntryTran', entry({ OrderID: 'o-2' }));
    expect(refused).toMatchObject({ decidedBy: 'acquirer-cap', text: 'ErrCode=E92&ErrInfo=E92000001', status: 200 });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'AUTH' });
  });

  it('with the front’s page when the queue is full', async () => {
    const { world } = createShop({ capacity: { workers: 1, queueMax: 0 } });
    const replies = ['o-1', 'o-2'].map((OrderID) => world.send('/payment/EntryTran.idPass', entry({ OrderID })));
    await world.clock.advance(30_000);
    expect((await Promise.all(replies)).map(({ status, decidedBy }) => [status, decidedBy])).toEqual([
      [200, 'acquirer'],
      [503, 'acquirer-queue'],
    ]);
  });
});
