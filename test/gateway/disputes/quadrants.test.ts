/**
 * Compliant or not, protected or not: four payments, and a fraud chargeback for each, from the issuer's claim at the
 * acquirer to the merchant's balance.
 */
import { describe, expect, it } from 'vitest';
import { balancesOf } from '../books.ts';
import { cards } from '../three-d-secure/visit.ts';
import { carefulProfile, type Market, openMarket } from './market.ts';

const amount = 5000;

/** What came of the claim everywhere: acquirer, merchant's event, ledger, operator's page. */
const afterClaim = async (market: Market, chargeId: string) => {
  const before = balancesOf(market);
  const told = await market.claim(chargeId);
  const after = balancesOf(market);
  const moved = (account: string): number => (after[account] ?? 0) - (before[account] ?? 0);
  const { json: shown } = await market.admin(`/admin/v1/charges/${chargeId}/protection`);
  const { json: listed } = await market.admin('/admin/v1/disputes?merchant=shop-1');
  const event = market.events.find(({ type }) => type === 'dispute.created');
  return {
    acquirerKnows: [told.state, told.debitedYen],
    compliant: [shown.mandate.compliant, shown.mandate.rule],
    protected: [shown.protection.protected, shown.protection.rule],
    borneBy: listed.data[0].borneBy,
    takenFromMerchant: moved('payable:shop-1'),
    lostByUs: moved('losses'),
    event: [event.data.object, event.data.amount, event.data.amount_taken, event.data.protected, event.data.charge.id],
  };
};

const spared = (chargeId: string) => ({
  acquirerKnows: ['told', amount],
  borneBy: 'gateway',
  takenFromMerchant: 0,
  lostByUs: amount,
  event: ['dispute', amount, 0, true, chargeId],
});
const paysItself = (chargeId: string) => ({
  acquirerKnows: ['told', amount],
  borneBy: 'merchant',
  takenFromMerchant: amount,
  lostByUs: 0,
  event: ['dispute', amount, amount, false, chargeId],
});

const quadrantsOf = async (market: Market) => {
  const { json } = await market.admin('/admin/v1/merchants/shop-1/compliance');
  return [json.compliant, json.quadrants] as const;
};
const none = { bothYes: 0, compliantOnly: 0, protectedOnly: 0, neither: 0 };

describe('a fraud chargeback', () => {
  it('of a compliant and protected payment spares the merchant (TDS-10, CBP-01)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', { pattern: 'CHG', adoptedOn: '2025-02-01' });
      const paid = await market.payAuthenticated({ card: await market.shop.token(cards.frictionless) });
      expect(await afterClaim(market, paid.id)).toEqual({
        ...spared(paid.id),
        compliant: [true, 'TDS-48'],
        protected: ['yes', 'CBP-01'],
      });
      expect(await quadrantsOf(market)).toEqual([true, { ...none, bothYes: 1 }]);
    });
  });

  it('of a compliant and unprotected payment is the merchant’s (TDS-05, CBP-02)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', carefulProfile);
      const paid = await market.pay({ customer: await market.customer(true) });
      expect(paid.status).toBe(200);
      expect(await afterClaim(market, paid.json.id)).toEqual({
        ...paysItself(paid.json.id),
        compliant: [true, 'TDS-05'],
        protected: ['no', 'CBP-02'],
      });
    });
  });

  it('of a protected payment spares a merchant that is not compliant (TDS-49, CBP-01)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('warn', carefulProfile);
      // The card skipped its registration; one payment is authenticated, the other is not.
      const customer = await market.customer(false);
      const one = await market.payAuthenticated({ customer });
      const other = await market.pay({ customer });
      expect(other.status).toBe(200);
      const [compliant, quadrants] = await quadrantsOf(market);
      expect(compliant).toBe(false);
      expect(quadrants).toEqual({ ...none, protectedOnly: 1, neither: 1 });
      expect((await market.admin(`/admin/v1/charges/${other.json.id}/protection`)).json).toMatchObject({
        mandate: { compliant: false, rule: 'TDS-49' },
        protection: { protected: 'no' },
      });
      expect(await afterClaim(market, one.id)).toMatchObject({
        ...spared(one.id),
        protected: ['yes', 'CBP-09'],
      });
    });
  });

  it('of a payment that is neither is the merchant’s (TDS-03)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('warn', {});
      const paid = await market.pay({ card: await market.shop.token(cards.frictionless) });
      const { json } = await market.admin('/admin/v1/merchants/shop-1/compliance');
      expect(json.shop.map((line: { rule: string }) => line.rule)).toContain('TDS-03');
      expect(await afterClaim(market, paid.json.id)).toEqual({
        ...paysItself(paid.json.id),
        compliant: [false, 'TDS-27'],
        protected: ['no', 'CBP-01'],
      });
      expect(await quadrantsOf(market)).toEqual([false, { ...none, neither: 1 }]);
    });
  });
});
