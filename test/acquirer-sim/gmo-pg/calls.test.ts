import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Json } from '../world.ts';
import { CARD, createShop, SHOP, type Shop } from './trade.ts';

const rows = async ({ world }: Shop): Promise<Json[]> => (await world.control('GET', '/ledger')).json.rows;

describe('GMO-PG calls', () => {
  it('enter an order and execute it, with the fields in order and a CheckString that checks', async () => {
    const shop = createShop();
    const entry = await shop.call('EntryTran', { ...SHOP, OrderID: 'o-1', JobCd: 'AUTH', Amount: '1000', Tax: '80' });
    expect(entry).toMatchObject({ status: 200, decidedBy: 'acquirer', contentType: 'text/plain;charset=Windows-31J' });
    expect(entry.text).toMatch(/^AccessID=[0-9a-f]{32}&AccessPass=[0-9a-f]{32}$/);
    const { AccessID = '', AccessPass = '' } = entry.pairs;
    const exec = await shop.call('ExecTran', { AccessID, AccessPass, OrderID: 'o-1', ...CARD, PayTimes: '3' });
    expect(exec.decidedBy).toBe('issuer');
    expect(Object.keys(exec.pairs)).toEqual([
      'ACS',
      'OrderID',
      'Forward',
      'Method',
      'PayTimes',
      'Approve',
      'TranID',
      'TranDate',
      'CheckString',
    ]);
    const { OrderID, Forward, Method, PayTimes, Approve, TranID, TranDate, CheckString } = exec.pairs;
    expect([exec.pairs.ACS, OrderID, Method, PayTimes]).toEqual(['0', 'o-1', '1', '']);
    expect(Approve).toMatch(/^\d{7}$/);
    expect(TranID).toMatch(/^1707122100111111111111\d{6}$/);
    expect(TranDate).toMatch(/^201707122100\d\d$/);
    const signed = [OrderID, Forward, Method, PayTimes, Approve, TranID, TranDate, SHOP.ShopPass].join('');
    expect(CheckString).toBe(createHash('md5').update(signed).digest('hex'));
    expect(await rows(shop)).toMatchObject([
      { kind: 'authorise', amountYen: 1_080, reference: 'o-1', transactionId: AccessID, state: 'authorised' },
    ]);
  });

  it('book the three jobs as what they are', async () => {
    const shop = createShop();
    for (const job of ['CHECK', 'AUTH', 'CAPTURE']) await shop.trade(`o-${job}`, job);
    expect(await rows(shop)).toMatchObject([
      { kind: 'check', amountYen: 0, state: 'checked' },
      { kind: 'authorise', amountYen: 1_000, state: 'authorised' },
      { kind: 'gather', amountYen: 1_000, state: 'captured' },
    ]);
    expect((await shop.status('o-CHECK')).Approve).toBe('0000000');
  });

  it('turn an authorisation into a sale and cancel it, with a new TranID each time', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    const sale = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'SALES', Amount: '1000' });
    expect(Object.keys(sale.pairs)).toEqual(['AccessID', 'AccessPass', 'Forward', 'Approve', 'TranID', 'TranDate']);
    expect(await shop.status('o-1')).toMatchObject({ Status: 'SALES', JobCd: 'SALES', TranID: sale.pairs.TranID });
    const back = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'RETURN' });
    expect(back.pairs.TranID).not.toBe(sale.pairs.TranID);
    expect(await shop.status('o-1')).toMatchObject({ Status: 'RETURN' });
    expect((await rows(shop)).map(({ kind, state }) => [kind, state])).toEqual([
      ['authorise', 'authorised'],
      ['capture', 'captured'],
      ['refund', 'refunded'],
    ]);
  });

  it('release a hold with VOID', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'AUTH');
    await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'VOID' });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'VOID' });
    expect((await rows(shop)).at(-1)).toMatchObject({ kind: 'void', state: 'voided' });
  });

  it.each([
    [0, 'VOID'],
    [4 * 86_400_000, 'RETURN'],
    [40 * 86_400_000, 'RETURNX'],
  ])('make of CANCEL after %i ms a %s', async (laterMs, status) => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'CAPTURE');
    await shop.world.clock.advance(laterMs);
    await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'CANCEL' });
    expect(await shop.status('o-1')).toMatchObject({ Status: status });
  });

  it('change amounts: a hold moves, a sale gives back or takes more', async () => {
    const shop = createShop();
    const held = await shop.trade('held', 'AUTH');
    await shop.call('ChangeTran', { ...SHOP, ...held, JobCd: 'AUTH', Amount: '700' });
    const sale = await shop.call('AlterTran', { ...SHOP, ...held, JobCd: 'SALES', Amount: '700' });
    expect(sale.pairs).not.toHaveProperty('ErrCode');
    await shop.call('ChangeTran', { ...SHOP, ...held, JobCd: 'CAPTURE', Amount: '200' });
    expect(await shop.status('held')).toMatchObject({ Status: 'SALES', Amount: '200' });
    const taken = await shop.trade('taken', 'CAPTURE');
    await shop.call('ChangeTran', { ...SHOP, ...taken, JobCd: 'CAPTURE', Amount: '1500' });
    const { json } = await shop.world.control('GET', '/transactions');
    expect(json.rows).toMatchObject([
      { reference: 'held', amountYen: 200, capturedYen: 700, refundedYen: 500, state: 'captured' },
      { reference: 'taken', amountYen: 1_500, capturedYen: 1_500, refundedYen: 0, state: 'captured' },
    ]);
  });

  it('leave a trade as it was when the issuer refuses the higher amount', async () => {
    const shop = createShop();
    const keys = await shop.trade('o-1', 'CAPTURE', { CardNo: '4000000000080202' });
    const change = await shop.call('ChangeTran', { ...SHOP, ...keys, JobCd: 'CAPTURE', Amount: '10001' });
    expect(change).toMatchObject({ decidedBy: 'issuer', text: 'ErrCode=G12&ErrInfo=42G120000' });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'CAPTURE', Amount: '1000' });
  });

  it('show an order in the field order of the real answer, unset fields empty', async () => {
    const shop = createShop();
    await shop.enter('o-1', 'AUTH');
    const before = await shop.status('o-1');
    expect(Object.keys(before)).toEqual(
      (
        'OrderID Status ProcessDate JobCd AccessID AccessPass ItemCode Amount Tax SiteID MemberID CardNo Expire Method ' +
        'PayTimes Forward TranID Approve ClientField1 ClientField2 ClientField3'
      ).split(' '),
    );
    expect(before).toMatchObject({ Status: 'UNPROCESSED', JobCd: 'AUTH', Amount: '1000', CardNo: '', TranID: '' });
    await shop.trade('o-2', 'AUTH', { ClientField1: 'hello' });
    expect(await shop.status('o-2')).toMatchObject({
      CardNo: '************1111',
      Expire: '3012',
      ClientField1: 'hello',
    });
  });

  it('give client fields back only when asked to', async () => {
    const shop = createShop();
    const silent = await shop.enter('o-1', 'AUTH');
    const fields = { ...CARD, ClientField1: 'a b', ClientFieldFlag: '0' };
    expect((await shop.call('ExecTran', { ...silent, ...fields })).pairs).not.toHaveProperty('ClientField1');
    const asked = await shop.enter('o-2', 'AUTH');
    const reply = await shop.call('ExecTran', { ...asked, ...fields, ClientFieldFlag: '1' });
    expect(reply.pairs).toMatchObject({ ClientField1: 'a b', ClientField2: '', ClientField3: '' });
  });

  it('keep a declined order open for another try', async () => {
    const shop = createShop();
    const keys = await shop.enter('o-1', 'CAPTURE');
    const declined = await shop.call('ExecTran', { ...keys, ...CARD, CardNo: '4999000000000003' });
    expect(declined).toMatchObject({ status: 200, decidedBy: 'issuer', text: 'ErrCode=G03&ErrInfo=42G030000' });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'UNPROCESSED' });
    expect((await shop.call('ExecTran', { ...keys, ...CARD })).pairs.ACS).toBe('0');
    expect((await rows(shop)).map(({ state }) => state)).toEqual(['declined', 'captured']);
  });

  it('understand a body that is not percent-encoded at all', async () => {
    const shop = createShop();
    const body = `ShopID=${SHOP.ShopID}&ShopPass=${SHOP.ShopPass}&OrderID=o-1&JobCd=AUTH&Amount=1000&ItemName=100% a+b 日本`;
    const reply = await shop.call('EntryTran', body, { 'user-agent': 'GMO PG Client: Unofficial' });
    expect(reply.pairs).toHaveProperty('AccessID');
  });

  it('book an outcome that nobody waits for, and tell it to who asks by OrderID', async () => {
    const shop = createShop();
    const keys = await shop.enter('o-1', 'AUTH');
    void shop.world.send('/payment/ExecTran.idPass', { ...keys, ...CARD });
    await shop.world.clock.advance(30_000);
    expect(await shop.status('o-1')).toMatchObject({ Status: 'AUTH', AccessID: keys.AccessID });
  });
});
