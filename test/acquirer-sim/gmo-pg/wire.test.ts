import { describe, expect, it } from 'vitest';
import { encodeWindows31j } from '../../../acquirer-sim/gmo-pg/charset.ts';
import type { Json } from '../world.ts';
import { CARD, createShop, SHOP, type Shop, SITE } from './trade.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Posts a body as it is and reads the reply's bytes. */
const raw = async (
  { world }: Shop,
  path: string,
  body: Uint8Array<ArrayBuffer> | string,
  headers: Record<string, string>,
) => {
  const reply = Promise.resolve(world.acquirer.app.request(path, { method: 'POST', headers, body }));
  await world.clock.advance(30_000);
  const response = await reply;
  return { type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) };
};

const json = async (shop: Shop, api: string, fields: Json): Promise<Json> =>
  JSON.parse((await shop.world.post(`/payment/${api}.json`, JSON.stringify(fields), JSON_TYPE)).text);

describe('GMO-PG replies', () => {
  const NAME = '坂田銀時①';
  const named = (name: string) => `SiteID=${SITE.SiteID}&SitePass=${SITE.SitePass}&MemberID=gintoki&MemberName=${name}`;
  const ask = (marker: string) => `SiteID=${SITE.SiteID}&SitePass=${SITE.SitePass}&MemberID=gintoki${marker}`;
  // With its parameter the body is read as bytes, as from a socket.
  const form = { 'content-type': 'application/x-www-form-urlencoded;v=1' };

  it('are in the charset of the request, Windows-31J when it shows none', async () => {
    const shop = createShop();
    await raw(shop, '/payment/SaveMember.idPass', encodeWindows31j(named(NAME)), form);
    const plain = await raw(shop, '/payment/SearchMember.idPass', ask(''), form);
    expect(plain.type).toBe('text/plain;charset=Windows-31J');
    expect(new TextDecoder('shift_jis').decode(plain.bytes)).toContain(`MemberName=${NAME}&`);
    const inUtf8 = await raw(shop, '/payment/SearchMember.idPass', ask('&x=銀'), form);
    expect(inUtf8.type).toBe('text/plain;charset=UTF-8');
    expect(inUtf8.bytes.toString()).toContain(`MemberName=${NAME}&`);
  });

  it('are in UTF-8 for the clients that read nothing else', async () => {
    const shop = createShop();
    await raw(shop, '/payment/SaveMember.idPass', encodeWindows31j(named(NAME)), form);
    const gmopg = { ...form, 'user-agent': 'GMO PG Client: Unofficial' };
    expect((await raw(shop, '/payment/SearchMember.idPass', ask(''), gmopg)).bytes.toString()).toContain(NAME);
  });

  it('never hold a separator inside a value', async () => {
    const shop = createShop();
    await raw(shop, '/payment/SaveMember.idPass', named('a%26b%3Dc|d%0Ae'), form);
    const { pairs } = await shop.call('SearchMember', { ...SITE, MemberID: 'gintoki' });
    expect(pairs).toEqual({ MemberID: 'gintoki', MemberName: 'a b c d e', DeleteFlag: '0' });
  });

  it('E00000003 to JSON sent to idPass, E00000010 to a multipart body that is none or to one too long', async () => {
    const { world } = createShop();
    const path = '/payment/EntryTran.idPass';
    expect((await world.post(path, '{}', JSON_TYPE)).text).toBe('ErrCode=E00&ErrInfo=E00000003');
    const multipart = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await world.post(path, 'nothing', multipart)).text).toBe('ErrCode=E00&ErrInfo=E00000010');
    expect((await world.post(path, 'x'.repeat(65_537))).text).toBe('ErrCode=E00&ErrInfo=E00000010');
  });
});

describe('the JSON variant', () => {
  it('is the same calls with small first letters', async () => {
    const shop = createShop();
    const { ShopID: shopID, ShopPass: shopPass } = SHOP;
    const entry = await json(shop, 'EntryTran', { shopID, shopPass, orderID: 'o-1', jobCd: 'CAPTURE', amount: 1000 });
    expect(Object.keys(entry)).toEqual(['accessID', 'accessPass']);
    const { CardNo: cardNo, Expire: expire } = CARD;
    const exec = await json(shop, 'ExecTran', { ...entry, orderID: 'o-1', cardNo, expire, method: '1', pIN: null });
    expect(exec).toMatchObject({ acs: '0', orderID: 'o-1', method: '1', payTimes: '' });
    expect(await shop.status('o-1')).toMatchObject({ Status: 'CAPTURE' });
  });

  it('answers errors as an array, one object each', async () => {
    expect(await json(createShop(), 'EntryTran', { jobCd: 'AUTH', amount: 1, orderID: 'o-1' })).toEqual([
      { errCode: 'E01', errInfo: 'E01010001' },
      { errCode: 'E01', errInfo: 'E01020001' },
    ]);
  });

  it('keeps Japanese text as it is', async () => {
    const shop = createShop();
    const { SiteID: siteID, SitePass: sitePass } = SITE;
    await json(shop, 'SaveMember', { siteID, sitePass, memberID: 'g', memberName: '坂田🍣' });
    const found = await json(shop, 'SearchMember', { siteID, sitePass, memberID: 'g' });
    expect(found).toEqual({ memberID: 'g', memberName: '坂田🍣', deleteFlag: '0' });
  });

  it.each([
    ['E00000010', '{', JSON_TYPE],
    ['E00000010', '[]', JSON_TYPE],
    ['E00000010', '{"orderID":{"a":1}}', JSON_TYPE],
    ['E00000003', 'orderID=1', {}],
  ])('answers %s to %s', async (errInfo, body, headers) => {
    const reply = await createShop().world.post('/payment/EntryTran.json', body, headers);
    expect(JSON.parse(reply.text)).toEqual([{ errCode: 'E00', errInfo }]);
  });

  it('answers E91099997 to an unknown call and E31500014 to a GET in its own form', async () => {
    const { world } = createShop();
    const unknown = await world.post('/payment/SaveNothing.json', '{}', JSON_TYPE);
    expect(unknown.text).toBe('[{"errCode":"E91","errInfo":"E91099997"}]');
    const got = await world.acquirer.app.request('/payment/EntryTran.json');
    expect(await got.json()).toEqual([{ errCode: 'E31', errInfo: 'E31500014' }]);
  });
});

describe('errors on demand', () => {
  it('come from the call an OrderID names, in the error of its choice', async () => {
    const shop = createShop();
    const OrderID = 'sim-AlterTran-E91029999-1';
    const keys = await shop.trade(OrderID, 'AUTH');
    const reply = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'VOID' });
    expect(reply).toMatchObject({ decidedBy: 'magic', text: 'ErrCode=E91&ErrInfo=E91029999' });
    expect(await shop.status(OrderID)).toMatchObject({ Status: 'AUTH' });
  });

  it('leave names alone that only look alike', async () => {
    const shop = createShop();
    for (const OrderID of ['sim-1', 'sim-EntryTran-E9102', 'sim-EntryTranE91029999']) {
      const reply = await shop.call('EntryTran', { ...SHOP, OrderID, JobCd: 'CHECK' });
      expect(reply.pairs).toHaveProperty('AccessID');
    }
  });
});
