import { describe, expect, it } from 'vitest';
import { tokenCodeOf } from '../../../acquirer-sim/escott/routes.ts';
import type { Reply, World } from '../world.ts';
import { createEscottWorld, type Fields, GOOD_CARD, newPayment, OAUT, OCRP, without } from './card.ts';
import { loadEscottPage } from './page.ts';

const MINUTE_MS = 60_000;
const TOKEN_CALL = '/euser/stn/CdGetToken.do';
const OATN = '/online/atn/OATN005.do';

const shop = { merchantId: 'M0001', merchantPass: 'secret1', id: 'gateway', members: true, tokens: true };
const CODE = tokenCodeOf(shop);
const card = { k_TokenNinsyoCode: CODE, CardNo: GOOD_CARD, ExpYY: '30', ExpMM: '12', SecCd: '123' };

const tokenise = (world: World, changes: Fields = {}) => world.post(TOKEN_CALL, { ...card, ...changes });
const tokenOf = async (world: World, changes: Fields = {}) => (await tokenise(world, changes)).pairs.Token ?? '';
const pay = (world: World, operateId: string, token: string, changes: Fields = {}) =>
  world.post(OAUT, {
    ...without(newPayment(operateId, 'by-token', { Token: token }), 'CardNo', 'CardExp'),
    ...changes,
  });
const search = (world: World, token: string) =>
  world.post(OATN, {
    ...without(newPayment('1TokenSearch', 'ask'), 'CardNo', 'CardExp', 'PayType', 'Amount'),
    Token: token,
  });
const code = (reply: Reply) => reply.pairs.ResponseCd;

describe('e-SCOTT’s tokens', () => {
  it('are made by a call with the page’s code, and pay once', async () => {
    const world = createEscottWorld();
    const made = await tokenise(world);
    expect(made.pairs).toMatchObject({
      ResponseCd: 'OK',
      MaskedCardNo: '************4242',
      TokenLimit: '20170712213000',
    });
    const token = made.pairs.Token ?? '';
    expect(token).toMatch(/^[0-9a-z]{64}$/);
    const paid = await pay(world, '1Auth', token);
    expect(paid.pairs).toMatchObject({ ResponseCd: 'OK', CompanyCd: 'Y1', McSecCd: '0' });
    expect(code(await pay(world, '1Auth', token))).toBe('KI2');
  });

  it('are spent by a decline, and not by a message that was never decided', async () => {
    const world = createEscottWorld();
    const token = await tokenOf(world, { CardNo: '4000000000080319' });
    expect(code(await pay(world, '1Auth', token, { Amount: '0' }))).toBe('K23');
    expect(code(await pay(world, '1Auth', token))).toBe('G12');
    expect(code(await pay(world, '1Auth', token))).toBe('KI2');
  });

  it('expire after half an hour', async () => {
    const world = createEscottWorld();
    const token = await tokenOf(world);
    await world.clock.advance(30 * MINUTE_MS);
    expect(code(await pay(world, '1Gathering', token))).toBe('KI3');
  });

  it('tell by 1TokenSearch whether they could be used, and survive it', async () => {
    const world = createEscottWorld();
    const token = await tokenOf(world);
    const asked = async () => (await search(world, token)).pairs;
    expect(await asked()).toMatchObject({ OperateId: '1TokenSearch', ResponseCd: 'OK', TokenResponseCd: 'OK' });
    expect(code(await pay(world, '1Check', token))).toBe('OK');
    expect(await asked()).toMatchObject({ ResponseCd: 'OK', TokenResponseCd: 'KI2' });
    expect((await search(world, 'nothing')).pairs.TokenResponseCd).toBe('KHX');
  });

  it('become members’ cards, which are read back whole', async () => {
    const world = createEscottWorld();
    const keys = { KaiinId: 'm-1', KaiinPass: 'p1' };
    const base = { ...without(newPayment('4MemAdd', 'member'), 'CardNo', 'CardExp', 'PayType', 'Amount'), ...keys };
    const token = await tokenOf(world);
    const read = await world.post(OCRP, { ...base, OperateId: '4MemRefToken', Token: token });
    expect(read.pairs).toMatchObject({ ResponseCd: 'OK', CardNo: '************4242', CardExp: '3012' });
    expect(code(await world.post(OCRP, { ...base, Token: token }))).toBe('OK');
    expect((await world.post(OCRP, { ...base, OperateId: '4MemRef' })).pairs.CardNo).toBe(GOOD_CARD);
    expect(code(await pay(world, '1Auth', token))).toBe('KI2');
  });

  it('are worth nothing to another tenant', async () => {
    const world = createEscottWorld();
    const token = await tokenOf(world);
    const other = { MerchantId: 'M0002', MerchantPass: 'secret2' };
    expect(code(await pay(world, '1Auth', token, other))).toBe('KHX');
    expect(code(await pay(world, '1Auth', token))).toBe('OK');
  });

  it.each([
    ['KI1', { k_TokenNinsyoCode: 'x'.repeat(32) }],
    ['K20', { CardNo: '4242' }],
    ['K21', { ExpMM: '13' }],
    ['K24', { SecCd: '1' }],
    ['K20|K21', { CardNo: '', ExpYY: '' }],
    ['K52', { KanaSei: 'Yamada' }],
  ])('are not made: %s for %j', async (expected, changes) => {
    expect((await tokenise(createEscottWorld(), changes)).text).toBe(`ResponseCd=${expected}`);
  });

  it('reach a checkout page by the function that its script tag names', async () => {
    const world = createEscottWorld();
    const page = await loadEscottPage(world, CODE);
    const told = page.createToken(GOOD_CARD, '30', '12', '123', '', '', '', 'ヤマダ', 'ハナコ');
    await world.clock.advance(30_000);
    const [token, masked] = (await told) as [string, string];
    expect(masked).toBe('************4242');
    expect(code(await pay(world, '1Auth', token))).toBe('OK');
  });

  it('that fail tell the page a code', async () => {
    const world = createEscottWorld();
    const page = await loadEscottPage(world, 'wrong');
    const told = page.createToken(GOOD_CARD, '30', '12');
    await world.clock.advance(30_000);
    expect(await told).toBe('KI1');
  });
});
