import { describe, expect, it } from 'vitest';
import type { Reply, World } from '../world.ts';
import { createEscottWorld, type Fields, followUp, GOOD_CARD, newPayment, OAUT, OCRP, without } from './card.ts';

const MINUTE_MS = 60_000;
const KEYS = { KaiinId: 'wc1i0000001', KaiinPass: 'pass00000001' };

const message = (operateId: string, changes: Fields = {}): Fields => ({
  ...without(newPayment(operateId, 'member'), 'CardNo', 'CardExp', 'PayType', 'Amount'),
  ...KEYS,
  ...changes,
});
const call = (world: World, operateId: string, changes: Fields = {}) => world.post(OCRP, message(operateId, changes));
const add = (world: World, changes: Fields = {}) =>
  call(world, '4MemAdd', { CardNo: GOOD_CARD, CardExp: '3012', ...changes });
/** A payment with the stored card. */
const charge = (world: World, changes: Fields = {}) =>
  world.post(OAUT, { ...without(newPayment('1Auth', 'charged'), 'CardNo', 'CardExp'), ...KEYS, ...changes });
const code = (reply: Reply) => reply.pairs.ResponseCd;

describe('e-SCOTT’s members', () => {
  it('keep a card that is checked, and pay with it by id and password', async () => {
    const world = createEscottWorld();
    const added = await add(world, { SecCd: '123' });
    expect(added.pairs).toMatchObject({
      ResponseCd: 'OK',
      OperateId: '4MemAdd',
      KaiinId: KEYS.KaiinId,
      CompanyCd: 'Y1',
    });
    expect(added.pairs.McSecCd).toBe('0');
    const paid = await charge(world);
    expect(paid).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'OK', CompanyCd: 'Y1' } });
    expect((await world.control('GET', '/ledger')).json.rows).toMatchObject([
      { kind: 'authorise', reference: 'charged' },
    ]);
  });

  it('are not made of a card that the issuer refuses, unless nobody is to be asked', async () => {
    const world = createEscottWorld();
    const bad = { CardNo: '4000000000000002' };
    const refused = await add(world, bad);
    expect(refused).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'G12' } });
    expect(code(await call(world, '4MemRef'))).toBe('K71');
    expect(code(await add(world, { ...bad, EnableCheckUseKbn: '0' }))).toBe('OK');
    expect(code(await charge(world))).toBe('G12');
  });

  it('are read back whole, and masked', async () => {
    const world = createEscottWorld();
    await add(world);
    expect((await call(world, '4MemRef')).pairs).toMatchObject({
      ResponseCd: 'OK',
      KaiinId: KEYS.KaiinId,
      CardNo: GOOD_CARD,
      CardExp: '3012',
      CompanyCd: 'Y1',
      KaiinStatus: '0',
      KaiinEnableDate: '20170712',
    });
    expect((await call(world, '4MemRefM')).pairs.CardNo).toBe('************4242');
  });

  it('say that their card’s month is over, and are refused by the issuer then', async () => {
    const world = createEscottWorld();
    await add(world, { CardExp: '1706', EnableCheckUseKbn: '0' });
    expect((await call(world, '4MemRef')).pairs.KaiinStatus).toBe('1');
    expect(code(await charge(world))).toBe('G83');
  });

  it('take another card, another password, or both', async () => {
    const world = createEscottWorld();
    await add(world);
    const card = { CardNo: '5555555555554444', CardExp: '3111' };
    expect((await call(world, '4MemChg', card)).pairs).toMatchObject({ ResponseCd: 'OK', CompanyCd: 'Y2' });
    expect((await call(world, '4MemRef')).pairs).toMatchObject({ CardNo: card.CardNo, CardExp: '3111' });
    expect(code(await call(world, '4MemChg', { NewKaiinPass: 'next' }))).toBe('OK');
    expect(code(await charge(world))).toBe('K71');
    expect(code(await charge(world, { KaiinPass: 'next' }))).toBe('OK');
  });

  it('go from active to disabled and back, and are deleted only when disabled', async () => {
    const world = createEscottWorld();
    await add(world);
    expect(code(await call(world, '4MemDel'))).toBe('K70');
    expect(code(await call(world, '4MemUnInval'))).toBe('K73');
    expect(code(await call(world, '4MemInval'))).toBe('OK');
    expect((await call(world, '4MemRef')).pairs.KaiinStatus).toBe('3');
    expect([code(await charge(world)), code(await call(world, '4MemChg', { NewKaiinPass: 'x' }))]).toEqual([
      'K75',
      'K75',
    ]);
    expect(code(await call(world, '4MemUnInval'))).toBe('OK');
    expect(code(await charge(world))).toBe('OK');
    await call(world, '4MemInval');
    expect(code(await call(world, '4MemDel'))).toBe('OK');
    expect((await call(world, '4MemRef')).pairs).toMatchObject({ KaiinStatus: '4', CardNo: '', CardExp: '' });
    expect([code(await charge(world)), code(await call(world, '4MemUnInval'))]).toEqual(['K79', 'K79']);
  });

  it('have an id that is taken, until they are deleted', async () => {
    const world = createEscottWorld();
    await add(world);
    expect(code(await add(world))).toBe('K69');
    await call(world, '4MemInval');
    await call(world, '4MemDel');
    expect(code(await add(world))).toBe('OK');
  });

  it('are each tenant’s own', async () => {
    const world = createEscottWorld();
    await add(world);
    const other = without(message('4MemRef', { MerchantId: 'M0002', MerchantPass: 'secret2' }), 'TenantId');
    expect(code(await world.post(OCRP, other))).toBe('K71');
  });

  it('are locked by the fifth wrong password in a row, for half an hour', async () => {
    const world = createEscottWorld();
    await add(world);
    const wrong = () => charge(world, { KaiinPass: 'wrong' });
    const codes: unknown[] = [];
    for (let nth = 0; nth < 4; nth += 1) codes.push(code(await wrong()));
    expect(codes).toEqual(['K71', 'K71', 'K71', 'K71']);
    expect(code(await charge(world))).toBe('OK');
    for (let nth = 0; nth < 4; nth += 1) await wrong();
    expect(code(await wrong())).toBe('K74');
    expect([code(await charge(world)), code(await call(world, '4MemInval'))]).toEqual(['K74', 'K74']);
    await world.clock.advance(30 * MINUTE_MS);
    expect(code(await charge(world))).toBe('OK');
  });

  it('are read many at a time, in the order they were named', async () => {
    const world = createEscottWorld();
    await add(world);
    await add(world, { KaiinId: 'second', KaiinPass: 'p2', CardNo: '5555555555554444' });
    const many = { KaiinId: `second|${KEYS.KaiinId}`, KaiinPass: `p2|${KEYS.KaiinPass}` };
    expect((await call(world, '4MemRefMulti', many)).pairs).toMatchObject({
      ResponseCd: 'OK',
      KaiinId: `second|${KEYS.KaiinId}`,
      CardNo: '************4444|************4242',
      KaiinStatus: '0|0',
    });
    const eleven = Array.from({ length: 11 }, () => 'a').join('|');
    expect(code(await call(world, '4MemRefMulti', { KaiinId: eleven, KaiinPass: eleven }))).toBe('K15');
    expect(code(await call(world, '4MemRefMulti', { ...many, KaiinPass: 'p2' }))).toBe('K46');
  });

  it('are made by a payment that keeps its card, with an id of the acquirer’s when asked', async () => {
    const world = createEscottWorld();
    const adding = newPayment('1Gathering', 'first', { AuthKaiinAddFlg: '1', KaiinIdAutoRiyoFlg: '1' });
    const { pairs } = await world.post(OAUT, adding);
    expect(pairs).toMatchObject({ ResponseCd: 'OK', KaiinId: expect.stringMatching(/^\d{13}$/) });
    const keys = { KaiinId: pairs.KaiinId ?? '', KaiinPass: pairs.KaiinPass ?? '' };
    expect(code(await charge(world, keys))).toBe('OK');
    const named = newPayment('1Auth', 'second', { AuthKaiinAddFlg: '1', ...keys });
    expect(code(await world.post(OAUT, named))).toBe('K69');
    const refused = { CardNo: '4000000000080319', AuthKaiinAddFlg: '1', ...KEYS };
    expect(code(await world.post(OAUT, newPayment('1Auth', 'third', refused)))).toBe('G12');
    expect(code(await call(world, '4MemRef'))).toBe('K71');
  });

  it('own their payments: another member’s id is K81, none at all is not asked about', async () => {
    const world = createEscottWorld();
    await add(world);
    const paid = await charge(world);
    const byOther = await world.post(OAUT, followUp('1Capture', paid, { KaiinId: 'somebody' }));
    const byNobody = await world.post(OAUT, followUp('1Search', paid));
    const byOwner = await world.post(OAUT, followUp('1Capture', paid, KEYS));
    expect([byOther, byNobody, byOwner].map(code)).toEqual(['K81', 'OK', 'OK']);
  });

  it.each([
    ['K06', '4MemNothing', {}],
    ['K06', '1Auth', {}],
    ['K45', '4MemRef', { KaiinId: '' }],
    ['K46', '4MemRef', { KaiinPass: 'ä' }],
    ['K20|K21', '4MemAdd', {}],
    ['K47', '4MemChg', { NewKaiinPass: 'a b' }],
    ['K48', '4MemAdd', { CardNo: GOOD_CARD, CardExp: '3012', EnableCheckUseKbn: '2' }],
    ['K71', '4MemInval', {}],
    ['KHX', '4MemRefToken', { Token: 'unknown' }],
  ])('answer %s to a wrong %s %j', async (expected, operateId, changes) => {
    expect(code(await call(createEscottWorld(), operateId, changes))).toBe(expected);
  });
});
