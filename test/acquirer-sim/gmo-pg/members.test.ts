import { describe, expect, it } from 'vitest';
import { CARD, createShop, type Fields, SHOP, type Shop, SITE } from './trade.ts';

const M = { ...SITE, MemberID: 'gintoki1010' };
const { CardNo, Expire } = CARD;

const saveMember = (shop: Shop, more: Fields = {}) => shop.call('SaveMember', { ...M, MemberName: 'sakata', ...more });
const saveCard = (shop: Shop, more: Fields = {}) => shop.call('SaveCard', { ...M, CardNo, Expire, ...more });

const withMember = async (changes = {}): Promise<Shop> => {
  const shop = createShop(changes);
  await saveMember(shop);
  return shop;
};

/** A member with cards ending in 1111, 0088 and 1117, the second of them deleted. */
const withGap = async (): Promise<Shop> => {
  const shop = await withMember();
  for (const number of ['4111111111111111', '375987000000088', '6011111111111117']) {
    await saveCard(shop, { CardNo: number });
  }
  await shop.call('DeleteCard', { ...M, CardSeq: '1' });
  return shop;
};

describe('GMO-PG members', () => {
  it('are saved, renamed, found and deleted', async () => {
    const shop = createShop();
    expect((await saveMember(shop)).text).toBe('MemberID=gintoki1010');
    await shop.call('UpdateMember', { ...M, MemberName: 'kagura' });
    expect((await shop.call('SearchMember', M)).text).toBe('MemberID=gintoki1010&MemberName=kagura&DeleteFlag=0');
    expect((await shop.call('DeleteMember', M)).text).toBe('MemberID=gintoki1010');
    expect((await shop.call('SearchMember', M)).text).toBe('MemberID=gintoki1010&MemberName=kagura&DeleteFlag=1');
  });

  it('lose their cards when they are deleted, and begin without any when they are saved again', async () => {
    const shop = await withMember();
    await saveCard(shop);
    await shop.call('DeleteMember', M);
    expect((await shop.call('SearchCard', { ...M, SeqMode: '0' })).pairs.ErrInfo).toBe('E01390002');
    await saveMember(shop);
    expect((await shop.call('SearchCard', { ...M, SeqMode: '0' })).pairs.ErrInfo).toBe('E01240002');
  });

  it('belong to their site', async () => {
    const shop = await withMember();
    const elsewhere = { SiteID: 'tsite00000002', SitePass: 'sitepass2', MemberID: M.MemberID };
    expect((await shop.call('SearchMember', elsewhere)).pairs.ErrInfo).toBe('E01390002');
  });

  it.each<[string, string, string, Fields]>([
    ['E01190001', 'SaveMember', 'no SiteID', { SiteID: '' }],
    ['E01190008', 'SaveMember', 'a SiteID of 14 characters', { SiteID: 'tsite000000001' }],
    ['E01200001', 'SaveMember', 'no SitePass', { SitePass: '' }],
    ['E01200008', 'SaveMember', 'a SitePass with a sign', { SitePass: 'a b' }],
    ['E01210002', 'SaveMember', 'a wrong SitePass', { SitePass: 'wrong' }],
    ['E01220001', 'SaveMember', 'no MemberID', { MemberID: '' }],
    ['E01220005', 'SaveMember', 'a MemberID of 61 characters', { MemberID: 'x'.repeat(61) }],
    ['E01220008', 'SaveMember', 'a MemberID with a space', { MemberID: 'a b' }],
    ['E01430012', 'SaveMember', 'a name of 128 wide characters', { MemberID: 'new', MemberName: '銀'.repeat(128) }],
    ['E01390010', 'SaveMember', 'a member who is there', {}],
    ['E01390002', 'UpdateMember', 'nobody', { MemberID: 'nobody' }],
    ['E01390002', 'DeleteMember', 'nobody', { MemberID: 'nobody' }],
    ['E01390002', 'SearchMember', 'nobody', { MemberID: 'nobody' }],
    ['E01390002', 'SaveCard', 'nobody', { MemberID: 'nobody' }],
    ['E01170001', 'SaveCard', 'no card number', { CardNo: '' }],
    ['E01180008', 'SaveCard', 'month 13', { Expire: '3013' }],
    ['E01440008', 'SaveCard', 'a DefaultFlag of 2', { DefaultFlag: '2' }],
    ['E01470008', 'SaveCard', 'a SeqMode of 2', { SeqMode: '2' }],
    ['E01480008', 'SaveCard', 'a holder in Japanese', { HolderName: '銀時' }],
    ['E01250008', 'SaveCard', 'a CardPass of 21 characters', { CardPass: 'x'.repeat(21) }],
    ['E01130012', 'SaveCard', 'a CardName of 11 bytes', { CardName: 'x'.repeat(11) }],
    ['EX1000301', 'SaveCard', 'a token nobody made', { Token: 'a'.repeat(64) }],
    ['E41170002', 'SaveCard', 'a brand that is not accepted', { CardNo: '36227206271667' }],
    ['E01240002', 'SaveCard', 'a card that is not there', { CardSeq: '7' }],
    ['E01230001', 'DeleteCard', 'no CardSeq', {}],
    ['E01230006', 'DeleteCard', 'a CardSeq that is no number', { CardSeq: 'x' }],
    ['E01230009', 'DeleteCard', 'a CardSeq of 5 digits', { CardSeq: '10000' }],
    ['E01240002', 'DeleteCard', 'a card that is not there', { CardSeq: '7' }],
    ['E01240002', 'SearchCard', 'a member without cards', {}],
  ])('answer %s to %s of %s', async (errInfo, api, _, changes) => {
    const shop = await withMember();
    const card = api === 'SaveCard' ? { CardNo, Expire } : {};
    const reply = await shop.call(api, { ...M, ...card, ...changes });
    expect(reply.text).toBe(`ErrCode=${errInfo.slice(0, 3)}&ErrInfo=${errInfo}`);
  });
});

describe('GMO-PG stored cards', () => {
  it('are saved masked, with what is known of them', async () => {
    const shop = await withMember();
    const reply = await saveCard(shop, { HolderName: 'GINTOKI SAKATA', SeqMode: '1' });
    expect(reply.pairs).toEqual({
      CardSeq: '0',
      CardNo: '************1111',
      Forward: '2a99662',
      Brand: 'VISA',
      DomesticFlag: '1',
      IssuerCode: '2a99662',
      DebitPrepaidFlag: '0',
      DebitPrepaidIssuerName: '',
      ForwardFinal: '2a99662',
    });
  });

  it('show three digits where the site wants it so', async () => {
    const site = { siteId: SITE.SiteID, sitePass: SITE.SitePass, maskLastDigits: 3 };
    const shop = await withMember({ tenants: [{ id: 'a', shopId: 'tshop00000001', shopPass: 'abcd1234', site }] });
    expect((await saveCard(shop)).pairs.CardNo).toBe('*************111');
    await shop.trade('o-1', 'AUTH', { CardNo: '36111111111111' });
    expect((await shop.status('o-1')).CardNo).toBe('************1111');
    const masks = { ...SHOP, OrderID: 'o-1', UseSiteMaskLevel: '1', UseFloatingMask: '1' };
    expect((await shop.call('SearchTrade', masks)).pairs.CardNo).toBe('***********111');
  });

  it('close up in logical numbers and stay in physical ones', async () => {
    const shop = await withGap();
    expect((await shop.call('SearchCard', { ...M, SeqMode: '0' })).pairs).toMatchObject({
      CardSeq: '0|1',
      CardNo: '************1111|************1117',
      DeleteFlag: '0|0',
    });
    expect((await shop.call('SearchCard', { ...M, SeqMode: '1' })).pairs).toMatchObject({
      CardSeq: '0|1|2',
      DeleteFlag: '0|1|0',
    });
    expect((await shop.call('SearchCard', { ...M, SeqMode: '1', CardSeq: '2' })).pairs.CardNo).toBe('************1117');
    expect((await shop.call('DeleteCard', { ...M, SeqMode: '1', CardSeq: '1' })).pairs.ErrInfo).toBe('E01240002');
    expect((await saveCard(shop, { SeqMode: '0' })).pairs.CardSeq).toBe('2');
    expect((await saveCard(shop, { SeqMode: '1' })).pairs.CardSeq).toBe('4');
  });

  it('are listed in seven lists of equal length', async () => {
    const { pairs } = await (await withGap()).call('SearchCard', { ...M, SeqMode: '1' });
    expect(Object.keys(pairs)).toEqual('CardSeq DefaultFlag CardName CardNo Expire HolderName DeleteFlag'.split(' '));
    for (const value of Object.values(pairs)) expect(value.split('|')).toHaveLength(3);
  });

  it('are replaced under their number', async () => {
    const shop = await withGap();
    await saveCard(shop, { CardSeq: '1', Expire: '3111', CardNo: '5111111111111111' });
    expect((await shop.call('SearchCard', { ...M, SeqMode: '1' })).pairs).toMatchObject({
      CardNo: '************1111|************0088|************1111',
      Expire: '3012|3012|3111',
    });
  });

  it('have one default at most', async () => {
    const shop = await withMember();
    await saveCard(shop, { DefaultFlag: '1' });
    await saveCard(shop, { DefaultFlag: '1' });
    expect((await shop.call('SearchCard', { ...M, SeqMode: '0' })).pairs.DefaultFlag).toBe('0|1');
  });

  it('are five at most', async () => {
    const shop = await withMember();
    for (let nth = 0; nth < 5; nth += 1) await saveCard(shop);
    expect((await saveCard(shop)).pairs.ErrInfo).toBe('E01230009');
  });

  it('pay for an order, which then names whose they are', async () => {
    const shop = await withGap();
    const keys = await shop.enter('o-1', 'CAPTURE');
    const exec = { ...keys, ...M, SeqMode: '0', CardSeq: '1', Method: '1' };
    expect((await shop.call('ExecTran', exec)).pairs.ACS).toBe('0');
    expect(await shop.status('o-1')).toMatchObject({
      SiteID: M.SiteID,
      MemberID: M.MemberID,
      CardNo: '************1117',
    });
  });

  it('pay without a number when one of them is the default, and never without their password', async () => {
    const shop = await withMember();
    const keys = await shop.enter('o-1', 'CAPTURE');
    const exec = { ...keys, ...M, Method: '1' };
    await saveCard(shop);
    expect((await shop.call('ExecTran', exec)).pairs.ErrInfo).toBe('E01230001');
    await saveCard(shop, { DefaultFlag: '1', CardPass: 'secret' });
    expect((await shop.call('ExecTran', exec)).pairs.ErrInfo).toBe('E01250010');
    expect((await shop.call('ExecTran', { ...exec, CardSeq: '9' })).pairs.ErrInfo).toBe('E01240002');
    expect((await shop.call('ExecTran', { ...exec, MemberID: 'nobody' })).pairs.ErrInfo).toBe('E01390002');
    expect((await shop.call('ExecTran', { ...exec, CardPass: 'secret' })).pairs.ACS).toBe('0');
  });

  it('can be that of a finished order', async () => {
    const shop = await withMember();
    const fields = { ...SHOP, ...M, OrderID: 'o-1', SeqMode: '1' };
    expect((await shop.call('TradedCard', fields)).pairs.ErrInfo).toBe('E01110002');
    const keys = await shop.enter('o-1', 'AUTH');
    expect((await shop.call('TradedCard', fields)).pairs.ErrInfo).toBe('E01110010');
    await shop.call('ExecTran', { ...keys, ...CARD });
    expect((await shop.call('TradedCard', fields)).text).toBe('CardSeq=0&CardNo=************1111&Forward=2a99662');
    expect((await shop.call('TradedCard', { ...fields, MemberID: 'nobody' })).pairs.ErrInfo).toBe('E01390002');
    const nothing = await shop.call('TradedCard', {});
    expect(nothing.pairs.ErrInfo).toBe('E01010001|E01020001|E01040001|E01190001|E01200001|E01220001');
  });

  it('are the only ones a shop may charge that sends no card numbers', async () => {
    const tenant = { id: 'a', shopId: 'tshop00000001', shopPass: 'abcd1234', acceptsCardNumbers: false };
    const shop = createShop({ tenants: [tenant] });
    const keys = await shop.enter('o-1', 'AUTH');
    expect((await shop.call('ExecTran', { ...keys, ...CARD })).pairs.ErrInfo).toBe('E61040001');
  });
});

describe('GMO-PG card details', () => {
  const detail = { CardNo: '************0088', Brand: 'AMEX', DomesticFlag: '1', DebitPrepaidFlag: '0' };

  it('are told of a number, an order and a member’s card', async () => {
    const shop = await withMember();
    const amex = { CardNo: '375987000000088' };
    await saveCard(shop, amex);
    await shop.trade('o-1', 'AUTH', amex);
    const asked: Fields[] = [
      { ...SHOP, ...amex },
      { ...SITE, ...amex },
      { ...SHOP, OrderID: 'o-1' },
      { ...M, SeqMode: '0', CardSeq: '0' },
      { ...SHOP, ...M },
    ];
    for (const fields of asked) {
      expect((await shop.call('SearchCardDetail', fields)).pairs).toMatchObject(detail);
    }
    const more = await shop.call('SearchCardDetail', { ...SHOP, ...amex, SearchType: '1' });
    expect(Object.keys(more.pairs).slice(-5)).toEqual(['Info1', 'Info2', 'Info3', 'Info4', 'Info5']);
  });

  it('are lists for all cards of a member', async () => {
    const { pairs } = await (await withGap()).call('SearchCardDetail', M);
    expect(pairs).toMatchObject({ CardNo: '************1111|************1117', Brand: 'VISA|', DomesticFlag: '1|1' });
  });

  it.each<[string, Fields]>([
    ['E01010001|E01020001', { CardNo }],
    ['E01110002', { ...SHOP, OrderID: 'nothing' }],
    ['E01170006', { ...SHOP, CardNo: 'x' }],
    ['EX1000301', { ...SHOP, Token: 'a'.repeat(64) }],
    ['E01390002', { ...SITE, MemberID: 'nobody' }],
    ['E01240002', M],
  ])('answer %s to %j', async (errInfo, fields) => {
    const reply = await (await withMember()).call('SearchCardDetail', fields);
    expect(reply.pairs.ErrInfo).toBe(errInfo);
  });
});

describe('SearchTradeMulti', () => {
  it('answers as SearchTrade, with the other methods empty', async () => {
    const shop = createShop();
    await shop.trade('o-1', 'AUTH');
    const { pairs } = await shop.call('SearchTradeMulti', { ...SHOP, OrderID: 'o-1', PayType: '0' });
    expect(pairs).toMatchObject({ ...(await shop.status('o-1')), PayType: '0', CvsCode: '', Currency: 'JPN' });
    const other = await shop.call('SearchTradeMulti', { ...SHOP, OrderID: 'o-1', PayType: '3' });
    expect(other.pairs.ErrInfo).toBe('E01110002');
  });
});
