import { describe, expect, it } from 'vitest';
import { tokenKey } from '../../../acquirer-sim/tokens/key.ts';
import { sealOf } from '../../../acquirer-sim/tokens/sealed.ts';
import { CARD, createShop, SHOP, type Shop, SITE } from '../gmo-pg/trade.ts';
import type { Json } from '../world.ts';
import { type Card, GOOD, openPage, seal, serverCall, serverToken, tokenFor } from './checkout.ts';

const get = async ({ world }: Shop, path: string): Promise<string> => {
  const reply = Promise.resolve(world.acquirer.app.request(path));
  await world.clock.advance(30_000);
  return (await reply).text();
};

/** What the page's callback is called with. */
const browserToken = async (shop: Shop, card: Json, change: (query: URLSearchParams) => void = () => {}) => {
  const page = openPage(await get(shop, '/ext/js/token.js'), 'http://gmo.test');
  page.window.Multipayment.init('tshop00000001');
  page.window.Multipayment.getToken(card, 'onToken');
  const url = new URL(await page.added());
  change(url.searchParams);
  const said = await get(shop, url.pathname + url.search);
  const answer: Json = /^onToken\((.*)\);$/.exec(said)?.[1];
  return JSON.parse(answer);
};

const pay = async (shop: Shop, orderId: string, token: string) => {
  const keys = await shop.enter(orderId, 'CAPTURE');
  return (await shop.call('ExecTran', { ...keys, Method: '1', Token: token })).pairs;
};

describe('the server call for a token', () => {
  it('answers lists, and a token that pays', async () => {
    const shop = createShop();
    const answer = await serverToken(shop.world, GOOD);
    expect(answer).toEqual({
      resultCode: ['000'],
      tokenObject: {
        token: [expect.stringMatching(/^[0-9a-z]{64}$/)],
        toBeExpiredAt: '2017-07-12-21-30-00',
        maskedCardNo: '************1111',
        isSecurityCodeSet: true,
      },
    });
    expect(await pay(shop, 'o-1', answer.tokenObject.token[0])).toMatchObject({ ACS: '0' });
    expect(await shop.status('o-1')).toMatchObject({ CardNo: '************1111', Expire: '3012' });
  });

  it('answers as many tokens as were asked for', async () => {
    const { tokenObject } = await serverToken(createShop().world, { ...GOOD, tokenNumber: 3 });
    expect(new Set(tokenObject.token).size).toBe(3);
  });

  it.each<[string[], Card]>([
    [['100', '110'], {}],
    [['101'], { ...GOOD, cardNo: '4111-1111' }],
    [['102'], { ...GOOD, cardNo: '411111111' }],
    [['111'], { ...GOOD, expire: '30/12' }],
    [['112'], { ...GOOD, expire: '30121' }],
    [['113'], { ...GOOD, expire: '3013' }],
    [['121'], { ...GOOD, securityCode: 'abc' }],
    [['122'], { ...GOOD, securityCode: '12' }],
    [['131'], { ...GOOD, holderName: '銀時' }],
    [['132'], { ...GOOD, holderName: 'x'.repeat(51) }],
    [['141'], { ...GOOD, tokenNumber: 'x' }],
    [['142'], { ...GOOD, tokenNumber: 11 }],
  ])('answers %j to a card of %j', async (resultCode, card) => {
    expect(await serverToken(createShop().world, card)).toEqual({ resultCode });
  });

  it.each<[string[], Record<string, string>]>([
    [['150'], { Encrypted: '' }],
    [['160'], { ShopID: '' }],
    [['161'], { ShopID: 'tshop000000001' }],
    [['162'], { ShopID: 'tshop-1' }],
    [['170'], { KeyHash: '' }],
    [['150', '160', '170'], { Encrypted: '', ShopID: '', KeyHash: '' }],
    [['180'], { ShopID: 'tshop00000009' }],
    [['180'], { KeyHash: 'a'.repeat(64) }],
    [['190'], { Encrypted: 'bm90aGluZw==' }],
    [['190'], { Encrypted: Buffer.alloc(256, 7).toString('base64') }],
    [['190'], { Encrypted: Buffer.alloc(256, 255).toString('base64') }],
    [['191'], { Encrypted: seal('not JSON') }],
    [['191'], { Encrypted: seal('[1]') }],
  ])('answers %j to parameters of %j', async (resultCode, changes) => {
    expect(await serverToken(createShop().world, GOOD, changes)).toEqual({ resultCode });
  });
});

describe('the browser’s script', () => {
  const card = { cardno: '5111111111111111', expire: '3012', securitycode: '', holdername: 'KAGURA' };

  it('gets a token that pays, and tells the page by its callback', async () => {
    const shop = createShop();
    const answer = await browserToken(shop, card);
    expect(answer).toMatchObject({
      resultCode: '000',
      tokenObject: { maskedCardNo: '************1111', isSecurityCodeSet: false },
    });
    expect(await pay(shop, 'o-1', answer.tokenObject.token)).toMatchObject({ ACS: '0' });
  });

  it('gets a list when it says how many', async () => {
    const { tokenObject } = await browserToken(createShop(), { ...card, tokennumber: '2' });
    expect(tokenObject.token).toHaveLength(2);
  });

  it.each<[string, Json, (query: URLSearchParams) => void]>([
    ['100', { ...card, cardno: '' }, () => {}],
    ['113', { ...card, expire: '203013' }, () => {}],
    ['501', card, (query) => query.delete('publicKey')],
    ['502', card, (query) => query.set('publicKey', 'tshop00000009')],
    ['511', card, (query) => query.delete('encrypted')],
    ['521', card, (query) => query.delete('key')],
    ['541', card, (query) => query.delete('seal')],
    ['541', card, (query) => query.set('encrypted', 'AAAA')],
  ])('answers %s', async (resultCode, data, change) => {
    expect(await browserToken(createShop(), data, change)).toEqual({ resultCode });
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    ['512', (query) => query.set('encrypted', 'AAAAAAAAAAAAAAAAAAAAAA==')],
    ['522', (query) => query.set('key', seal('iv=1&salt=2'))],
  ])('answers %s to what is sealed but cannot be opened', async (resultCode, change) => {
    const answer = await browserToken(createShop(), card, (query) => {
      change(query);
      const [key, callback, publicKey, encrypted] = ['key', 'callback', 'publicKey', 'encrypted'].map(
        (name) => query.get(name) ?? '',
      ) as [string, string, string, string];
      query.set('seal', sealOf({ key, callback, publicKey, encrypted }));
    });
    expect(answer).toEqual({ resultCode });
  });

  it('is never made to run what a callback’s name smuggles in', async () => {
    const said = await get(createShop(), `/ext/api/getToken?callback=${encodeURIComponent('alert(1);x')}`);
    expect(said).toBe('{"resultCode":"531"}');
  });
});

describe('a token', () => {
  it('is good once, approved or not', async () => {
    const shop = createShop();
    const token = await tokenFor(shop.world, { ...GOOD, cardNo: '4999000000000003' });
    expect(await pay(shop, 'o-1', token)).toMatchObject({ ErrInfo: '42G030000' });
    expect(await pay(shop, 'o-2', token)).toMatchObject({ ErrCode: 'EX1', ErrInfo: 'EX1000302' });
  });

  it('is good once also when two orders race for it', async () => {
    const shop = createShop();
    const token = await tokenFor(shop.world);
    const orders = [await shop.enter('o-1', 'CAPTURE'), await shop.enter('o-2', 'CAPTURE')];
    const race = orders.map((keys) =>
      shop.world.send('/payment/ExecTran.idPass', { ...keys, Method: '1', Token: token }),
    );
    await shop.world.clock.advance(30_000);
    const outcomes = (await Promise.all(race)).map(({ pairs }) => pairs.ACS ?? pairs.ErrInfo ?? '').toSorted();
    expect(outcomes).toEqual(['0', 'EX1000302']);
  });

  it('lives half an hour', async () => {
    const shop = createShop();
    const token = await tokenFor(shop.world);
    await shop.world.clock.advance(1_800_000);
    expect(await pay(shop, 'o-1', token)).toMatchObject({ ErrInfo: 'EX1000303' });
  });

  it('belongs to its shop', async () => {
    const shop = createShop();
    const token = await tokenFor(shop.world, GOOD, { ShopID: 'tshop00000002' });
    expect(await pay(shop, 'o-1', token)).toMatchObject({ ErrInfo: 'EX1000301' });
    const member = { ...SITE, MemberID: 'm' };
    await shop.call('SaveMember', member);
    expect((await shop.call('SaveCard', { ...member, Token: token })).pairs.ErrInfo).toBe('EX1000301');
  });

  it('is not spent by looking its card up, and is by storing it', async () => {
    const shop = createShop();
    const Token = await tokenFor(shop.world);
    const member = { ...SITE, MemberID: 'm' };
    await shop.call('SaveMember', member);
    expect((await shop.call('SearchCardDetail', { ...SHOP, Token })).pairs.Brand).toBe('VISA');
    expect((await shop.call('SearchCardDetail', { ...SITE, Token })).pairs.Brand).toBe('VISA');
    expect((await shop.call('SaveCard', { ...member, Token })).pairs.CardNo).toBe('************1111');
    expect((await shop.call('SearchCard', { ...member, SeqMode: '0' })).pairs.HolderName).toBe('GINTOKI');
    expect((await shop.call('SaveCard', { ...member, Token })).pairs.ErrInfo).toBe('EX1000302');
  });

  it('never shows a card number in a draw, a ledger row or an answer', async () => {
    const shop = createShop();
    await pay(shop, 'o-1', await tokenFor(shop.world));
    const told = JSON.stringify([(await shop.world.control('GET', '/ledger')).json, await shop.status('o-1')]);
    expect(told).not.toContain(CARD.CardNo);
  });

  it('is drawn from what was asked, so that the same day gives the same tokens', async () => {
    expect(await tokenFor(createShop().world)).toBe(await tokenFor(createShop().world));
    const { world } = createShop();
    expect(await tokenFor(world)).not.toBe(await tokenFor(world));
  });
});

describe('the token endpoints', () => {
  it('answer the front’s page when the queue is full', async () => {
    const { world } = createShop({ capacity: { workers: 1, queueMax: 0 } });
    const replies = [1, 2].map(() => world.send('/ext/api/credit/getToken', serverCall(GOOD)));
    await world.clock.advance(30_000);
    expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 503]);
  });

  it('publish a key whose hash shops send along', () => {
    expect(tokenKey().keyHash).toMatch(/^[0-9a-f]{64}$/);
  });
});
