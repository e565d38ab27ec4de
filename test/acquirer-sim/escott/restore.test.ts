import { describe, expect, it } from 'vitest';
import { tokenCodeOf } from '../../../acquirer-sim/escott/routes.ts';
import type { World } from '../world.ts';
import {
  createEscottWorld,
  type Fields,
  followUp,
  GOOD_CARD,
  newPayment,
  OAUT,
  OCRP,
  OSTL,
  settlement,
  without,
} from './card.ts';

const KEYS = { KaiinId: 'kept', KaiinPass: 'pass1' };
const DEBIT = '5200007000000010';
const shop = { merchantId: 'M0001', merchantPass: 'secret1', id: 'gateway', members: true, tokens: true };

const pay = (world: World, reference: string, changes: Fields) =>
  world.post(OAUT, { ...without(newPayment('1Auth', reference), 'CardNo', 'CardExp'), ...changes });
const byNumber = (CardNo: string, Amount = '1000') => ({ CardNo, CardExp: '3012', Amount });

describe('e-SCOTT after a restore', () => {
  it('has its members, tokens, accounts and settlement lines, and another tenant’s reset takes none of them', async () => {
    const world = createEscottWorld();
    const member = { ...without(newPayment('4MemAdd', 'm'), 'PayType', 'Amount'), ...KEYS };
    await world.post(OCRP, member);
    const card = { k_TokenNinsyoCode: tokenCodeOf(shop), CardNo: GOOD_CARD, ExpYY: '30', ExpMM: '12' };
    const { Token = '' } = (await world.post('/euser/stn/CdGetToken.do', card)).pairs;
    const held = await pay(world, 'debit', byNumber(DEBIT, '8000'));
    const sold = await world.post(OAUT, newPayment('1Gathering', 'sold'));
    const snapshot = (await world.control('GET', '/snapshot')).json;

    const other = createEscottWorld({}, { seed: 2 });
    expect((await other.control('PUT', '/snapshot', snapshot)).status).toBe(200);
    await other.control('POST', '/reset', { tenant: 'other' });
    const said = async (changes: Fields) => (await pay(other, 'later', changes)).pairs.ResponseCd;
    expect(await said(KEYS)).toBe('OK');
    expect([await said({ Token }), await said({ Token })]).toEqual(['OK', 'KI2']);
    expect([await said(byNumber(DEBIT, '2001')), await said(byNumber(DEBIT, '2000'))]).toEqual(['G55', 'OK']);
    expect((await other.post(OAUT, followUp('1Delete', held))).pairs.ResponseCd).toBe('OK');
    expect(await said(byNumber(DEBIT, '8000'))).toBe('OK');
    await other.post(OAUT, followUp('1Change', sold, { Amount: '400' }));
    await other.clock.advance(8 * 3_600_000);
    const lines = (await other.post(OSTL, settlement())).text.trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(',').slice(2, 3).concat(line.split(',').slice(6, 7)))).toEqual([
      ['1Gathering', '1000'],
      ['1Change', '400'],
    ]);
  });
});
