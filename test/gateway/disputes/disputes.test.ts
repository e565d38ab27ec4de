/** What acquirers tell of disputes: once, honestly refused, and booked. */
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../../gateway/reconciliation/ledger-check.ts';
import { balancesOf } from '../books.ts';
import { cards } from '../three-d-secure/visit.ts';
import { upstreamToken } from '../world.ts';
import { type Market, openMarket } from './market.ts';

const paidBy = async (market: Market, number: string = cards.frictionless): Promise<string> => {
  const paid = await market.pay({ card: await market.shop.token(number) });
  if (paid.status !== 200) throw new Error(paid.text);
  return paid.json.id as string;
};

const referenceOf = (market: Market, charge: string): { acquirer: string; reference: string } =>
  market.rows(
    `select acquirer, reference from attempts where charge_id = '${charge}' and kind = 'authorise' and state = 'approved'`,
  )[0];

const tell = (market: Market, body: object, token = upstreamToken) =>
  market.send('POST', '/upstream/disputes', { Authorization: `Bearer ${token}` }, JSON.stringify(body));

const claimed = { dispute: 'cb1', reason: 'fraud', reasonCode: '10.4', amountYen: 5000, debitedYen: 5000, atMs: 0 };

describe('a dispute', () => {
  it('is one, however often it is told', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const body = { ...claimed, ...referenceOf(market, await paidBy(market)) };
      const [first, again, twin] = [
        await tell(market, body),
        ...(await Promise.all([tell(market, body), tell(market, body)])),
      ];
      expect(first.json).toMatchObject({ received: true, borneBy: 'merchant' });
      expect([again!.json, twin!.json]).toEqual([first.json, first.json]);
      expect(market.rows('select id from disputes')).toHaveLength(1);
      expect(market.rows("select id from transfers where kind = 'chargeback'")).toHaveLength(1);
    });
  });

  it('moves nothing where the issuer keeps the loss', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const charge = await paidBy(market);
      const before = balancesOf(market);
      expect(await market.claim(charge, { debit: 'none' })).toMatchObject({ state: 'told', debitedYen: 0 });
      expect(balancesOf(market)).toEqual(before);
      expect((await market.admin('/admin/v1/disputes')).json.data[0]).toMatchObject({ borneBy: 'issuer' });
    });
  });

  it('of other reasons is not covered by protection (CBP-X1)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const paid = await market.payAuthenticated({ card: await market.shop.token(cards.frictionless) });
      await market.claim(paid.id, { reason: 'other', reasonCode: '13.1' });
      const [dispute] = (await market.admin('/admin/v1/disputes')).json.data;
      expect(dispute).toMatchObject({ borneBy: 'merchant', rule: 'CBP-X1', reasonCode: '13.1' });
    });
  });

  it('of a payment that was only attempted is the issuer’s or ours, not the merchant’s (CBP-X2)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const paid = await market.payAuthenticated({ card: await market.shop.token(cards.attempted) });
      await market.claim(paid.id);
      const [dispute] = (await market.admin('/admin/v1/disputes')).json.data;
      expect(dispute).toMatchObject({ borneBy: 'gateway', rule: 'CBP-X2' });
      expect((await market.admin(`/admin/v1/disputes/${dispute.id}`)).json).toEqual(dispute);
    });
  });

  it('ends what the merchant could give back by itself', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const charge = await paidBy(market);
      await market.claim(charge, { amountYen: 2000 });
      const refund = await market.shop.post(`/v1/charges/${charge}/refund`);
      expect(refund).toMatchObject({ status: 400, json: { error: { code: 'chargeback' } } });
    });
  });

  it('is told again later while an operation of its payment is under way', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const charge = await paidBy(market);
      const { acquirer, reference } = referenceOf(market, charge);
      const hand = market.acquirers[acquirer as 'escott'];
      hand.hand = async (_call, carryOut) => {
        await market.stage.clock.sleep(3_000);
        return carryOut();
      };
      const refunding = market.shop.post(`/v1/charges/${charge}/refund`, { amount: 1000 });
      await market.stage.clock.sleep(1_000);
      const body = { ...claimed, acquirer, reference, amountYen: 4000, debitedYen: 4000 };
      expect((await tell(market, body)).status).toBe(409);
      expect((await refunding).status).toBe(200);
      hand.hand = null;
      expect((await tell(market, { ...body, amountYen: 4001, debitedYen: 4001 })).status).toBe(400);
      expect((await tell(market, body)).status).toBe(200);
    });
  });

  it('is refused from strangers, of strangers, and in any other shape', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const body = { ...claimed, ...referenceOf(market, await paidBy(market)) };
      expect((await tell(market, body, 'somebody-else')).status).toBe(401);
      expect((await tell(market, { ...body, reference: 'nobodys-1' })).status).toBe(404);
      for (const wrong of [
        { acquirer: 'other' },
        { reason: 'regret' },
        { amountYen: 5001 },
        { amountYen: 0 },
        { debitedYen: 5001 },
        { debitedYen: -1 },
        { more: true },
      ])
        expect((await tell(market, { ...body, ...wrong })).status, JSON.stringify(wrong)).toBe(400);
      const held = await market.shop.post('/v1/charges', {
        amount: 5000,
        currency: 'jpy',
        capture: false,
        card: await market.shop.token(cards.frictionless),
      });
      expect((await tell(market, { ...claimed, ...referenceOf(market, held.json.id) })).status).toBe(400);
      expect(market.rows('select id from disputes')).toHaveLength(0);
    });
  });

  it('leaves a ledger that agrees with the charges, and shows in the merchant’s term', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const mine = await paidBy(market);
      const ours = await market.payAuthenticated({ card: await market.shop.token(cards.frictionless) });
      await paidBy(market);
      await market.claim(mine);
      await market.claim(ours.id);
      const check = await market.store.read(readLedger);
      expect(check).toMatchObject({ sumYen: 0, faults: [] });
      const { json } = await market.shop.get('/v1/terms');
      expect(json.data[0]).toMatchObject({ charge_count: 3, dispute_count: 1 });
      const { json: balances } = await market.shop.get('/v1/balances');
      expect(balances.data[0].net).toBe(10_000);
      const { json: told } = await market.shop.get('/v1/events?type=dispute.created');
      expect(told.data.map((event: { data: { protected: boolean } }) => event.data.protected).toSorted()).toEqual([
        false,
        true,
      ]);
    });
  });
});
