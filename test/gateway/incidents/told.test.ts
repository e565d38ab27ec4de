/** Who is told of an incident: also whose payment was answered, and not as asked. */
import { describe, expect, it } from 'vitest';
import { silence } from '../acquirers.ts';
import { addReceivers } from '../receivers.ts';
import { type Json, openShop, type Shop } from '../world.ts';

describe('a merchant whose payment is only held, because captures are refused by the breaker', () => {
  it('is told of the incident like those whose captures failed', async () => {
    const world = await openShop();
    const told: Json[] = [];
    addReceivers(world, (_path, body) => told.push(body));
    const late = await world.enrol('shop-2', { noticeUrl: 'http://merchants.test/shop-2' });
    const pay = async (shop: Shop, amount: number, number?: string) =>
      shop.post('/v1/charges', { amount, currency: 'jpy', card: await shop.token(number), capture: true });
    const { clock } = world.stage;
    world.acquirers.escott.hand = async (call, carryOut) => {
      if (call.operation === '1Capture') return silence();
      // While this issuer thinks, the captures of others count as lost.
      if (call.operation === '1Auth' && call.fields.Amount === '2000') await clock.sleep(2_500);
      return carryOut();
    };
    const [answer, captures] = await world.play(async () => {
      const others = Array.from({ length: 8 }, () => pay(world.shop, 1000));
      await clock.sleep(1_000);
      const answered = await pay(late, 2000);
      const calls = world.acquirers.escott.calls.filter(({ operation }) => operation === '1Capture');
      await Promise.all(others);
      return [answered, calls.length] as const;
    });
    expect(answer).toMatchObject({ status: 200, outcome: 'deferred', acquirer: 'escott', json: { captured: false } });
    expect(captures).toBe(8);
    // Then the acquirer is silent altogether, and it becomes an incident that people read of.
    world.acquirers.escott.hand = silence;
    await world.play(() => Promise.all(Array.from({ length: 8 }, () => pay(world.shop, 1000, '5555555555554444'))));
    await world.pass(30_000);
    expect(told.map(({ type }) => type)).toEqual(['incident']);
  });
});
