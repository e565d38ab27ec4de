import { describe, expect, it } from 'vitest';
import { createEscottWorld, type Fields, followUp, newPayment, OAUT } from '../escott/card.ts';
import { createShop, SHOP } from '../gmo-pg/trade.ts';
import type { Json, Reply, World } from '../world.ts';

const MINUTE_MS = 60_000;

const CREDIT = '4000007000000056';
const SHORT_HOLDS = '4000007000000064';
const DEBIT = '5200007000000010';
const PREPAID = '5200007000000028';
const THREE_TIMES = '4000007000000098';
const DAILY_SUM = '3530007000000016';

const pay = (world: World, operateId: string, card: string, amountYen: number, changes: Fields = {}) =>
  world.post(OAUT, newPayment(operateId, `p-${amountYen}`, { CardNo: card, Amount: String(amountYen), ...changes }));
const code = (reply: Reply) => reply.pairs.ResponseCd;
const codesOf = async (...replies: Promise<Reply>[]) => {
  const codes: (string | undefined)[] = [];
  for (const reply of replies) codes.push(code(await reply));
  return codes;
};
const declined = async (world: World): Promise<Json[]> =>
  (await world.control('GET', '/ledger')).json.rows.filter(({ result }: Json) => result === 'declined');

describe('an account behind a card', () => {
  it('has a credit limit that holds and sales use up, and that releases and refunds give back', async () => {
    const world = createEscottWorld();
    const held = await pay(world, '1Auth', CREDIT, 60_000);
    const sold = await pay(world, '1Gathering', CREDIT, 40_000);
    expect(await codesOf(pay(world, '1Auth', CREDIT, 1))).toEqual(['G55']);
    await world.post(OAUT, followUp('1Change', sold, { Amount: '30000' }));
    expect(await codesOf(pay(world, '1Auth', CREDIT, 10_001))).toEqual(['G55']);
    expect(await codesOf(pay(world, '1Auth', CREDIT, 10_000))).toEqual(['OK']);
    await world.post(OAUT, followUp('1Delete', held));
    expect(await codesOf(pay(world, '1Auth', CREDIT, 60_000))).toEqual(['OK']);
  });

  it('is asked for the new total of a change, of which it gave a part already', async () => {
    const world = createEscottWorld();
    const held = await pay(world, '1Auth', CREDIT, 90_000);
    const sold = await pay(world, '1Gathering', CREDIT, 5_000);
    const raise = async (of: Reply, Amount: string) =>
      code(await world.post(OAUT, followUp('1Change', of, { Amount })));
    expect(await raise(held, '95001')).toBe('G55');
    expect(await raise(held, '94000')).toBe('OK');
    expect(await raise(sold, '6001')).toBe('G55');
    expect(await raise(sold, '6000')).toBe('OK');
    expect(code(await world.post(OAUT, followUp('1Capture', held)))).toBe('OK');
    expect(await codesOf(pay(world, '1Auth', CREDIT, 1))).toEqual(['G55']);
  });

  it('gives a hold back when it lapses, and must be asked anew by a capture that comes later', async () => {
    const world = createEscottWorld();
    const first = await pay(world, '1Auth', SHORT_HOLDS, 100_000);
    expect(await codesOf(pay(world, '1Auth', SHORT_HOLDS, 100_000))).toEqual(['G55']);
    await world.clock.advance(10 * MINUTE_MS);
    const second = await pay(world, '1Auth', SHORT_HOLDS, 70_000);
    expect(code(second)).toBe('OK');
    const late = await world.post(OAUT, followUp('1Capture', first));
    expect(late).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'G55' } });
    expect(await declined(world)).toMatchObject([{ kind: 'authorise' }, { kind: 'capture', state: 'authorised' }]);
    await world.post(OAUT, followUp('1Delete', second));
    expect(code(await world.post(OAUT, followUp('1Capture', first)))).toBe('OK');
  });

  it('of a debit card is taken by a hold at once; both dialects say so their own way', async () => {
    const world = createEscottWorld();
    await pay(world, '1Auth', DEBIT, 6_000);
    expect(await codesOf(pay(world, '1Gathering', DEBIT, 4_001), pay(world, '1Gathering', PREPAID, 3_001))).toEqual([
      'G55',
      'G55',
    ]);
    expect(new Set((await declined(world)).map(({ amountYen }) => amountYen))).toEqual(new Set([3_001, 4_001]));
    const shop = createShop();
    const spend = async (orderId: string, CardNo: string) => {
      const keys = await shop.enter(orderId, 'CAPTURE', { Amount: '10001' });
      const order = { ...keys, OrderID: orderId, CardNo, Expire: '3012', Method: '1' };
      return (await shop.call('ExecTran', order)).pairs.ErrInfo;
    };
    expect([await spend('o-1', DEBIT), await spend('o-2', PREPAID), await spend('o-3', '4000007000000080')]).toEqual([
      '42G060000',
      '42G020000',
      '42G060000',
    ]);
  });

  it('pays three times in ten minutes, and again when the first has left the window', async () => {
    const world = createEscottWorld();
    const four = [1, 2, 3, 4].map((nth) => () => pay(world, '1Auth', THREE_TIMES, nth));
    const codes: unknown[] = [];
    for (const next of four) codes.push(code(await next()));
    expect(codes).toEqual(['OK', 'OK', 'OK', 'G54']);
    await world.clock.advance(9 * MINUTE_MS);
    expect(await codesOf(pay(world, '1Auth', THREE_TIMES, 5))).toEqual(['OK']);
  });

  it('pays 30,000 yen in 24 hours and no more', async () => {
    const world = createEscottWorld();
    expect(code(await pay(world, '1Auth', DAILY_SUM, 29_000))).toBe('OK');
    expect(code(await pay(world, '1Auth', DAILY_SUM, 1_001))).toBe('G54');
    expect(code(await pay(world, '1Auth', DAILY_SUM, 1_000))).toBe('OK');
  });

  it('is each tenant’s own', async () => {
    const world = createEscottWorld();
    await pay(world, '1Auth', DEBIT, 10_000);
    const other = { MerchantId: 'M0002', MerchantPass: 'secret2' };
    expect(await codesOf(pay(world, '1Auth', DEBIT, 10_000, other))).toEqual(['OK']);
  });

  it('is asked by AlterTran and ChangeTran too', async () => {
    const shop = createShop();
    const keys = await shop.trade('held', 'AUTH', { CardNo: SHORT_HOLDS });
    const change = (Amount: string) => shop.call('ChangeTran', { ...SHOP, ...keys, JobCd: 'AUTH', Amount });
    expect((await change('100001')).pairs.ErrInfo).toBe('42G550000');
    expect((await change('90000')).pairs).not.toHaveProperty('ErrInfo');
    await shop.world.clock.advance(10 * MINUTE_MS);
    const rest = await shop.enter('rest', 'CAPTURE', { Amount: '20000' });
    const order = { ...rest, OrderID: 'rest', CardNo: SHORT_HOLDS, Expire: '3012', Method: '1' };
    expect((await shop.call('ExecTran', order)).pairs).not.toHaveProperty('ErrInfo');
    const late = await shop.call('AlterTran', { ...SHOP, ...keys, JobCd: 'SALES', Amount: '90000' });
    expect(late).toMatchObject({ decidedBy: 'issuer', pairs: { ErrInfo: '42G550000' } });
    expect((await shop.status('held')).Status).toBe('AUTH');
  });
});
