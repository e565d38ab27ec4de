/** The mandate before a payment: refused, warned about, or not looked at, by merchant and by date. */
import { describe, expect, it } from 'vitest';
import { carefulProfile, type Market, openMarket } from '../disputes/market.ts';
import { cards } from '../three-d-secure/visit.ts';
import type { Json } from '../world.ts';

const required = (rule: string) => ({
  status: 400,
  json: { error: { code: 'three_d_secure_required', message: expect.stringContaining(rule) } },
});
const guest = async (market: Market) => market.pay({ card: await market.shop.token(cards.frictionless) });
const perPayment = { pattern: 'CHG', adoptedOn: '2025-02-01' };

describe('a merchant that is held to the mandate', () => {
  it('is refused a payment without 3-D Secure, and no acquirer hears of it', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', perPayment);
      expect(await guest(market)).toMatchObject({ ...required('TDS-10'), decidedBy: 'gateway' });
      expect(market.authorisations()).toBe(0);
      expect(market.rows('select id from charges')).toHaveLength(0);
      const paid = await market.payAuthenticated({ card: await market.shop.token(cards.challenge) });
      expect(paid).toMatchObject({ paid: true, three_d_secure_status: 'verified' });
    });
  });

  it('keeps the token of a refused payment', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', perPayment);
      const card = await market.shop.token(cards.frictionless);
      expect((await market.pay({ card })).status).toBe(400);
      expect(await market.payAuthenticated({ card })).toMatchObject({ paid: true });
    });
  });

  it('is refused nothing on the last day before the mandate, and everything on the first day of it', async () => {
    const market = await openMarket({ startWallMs: Date.parse('2025-03-31T23:59:58+09:00') });
    await market.play(async () => {
      await market.mandate('enforce', perPayment);
      expect((await guest(market)).status).toBe(200);
      await market.stage.clock.sleep(3_000);
      expect(await guest(market)).toMatchObject(required('TDS-10'));
    });
  });

  it('is refused the registration of a card that was not authenticated, by registration', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', carefulProfile);
      const card = await market.shop.token(cards.frictionless);
      expect(await market.shop.post('/v1/customers', { card })).toMatchObject(required('TDS-04'));
      const customer = await market.customer(true);
      const paid = await market.pay({ customer });
      expect(paid.status).toBe(200);
      const other = await market.shop.token(cards.challenge);
      const adding = await market.shop.post(`/v1/customers/${customer}/cards`, { card: other });
      expect(adding).toMatchObject(required('TDS-04'));
    });
  });

  it('may charge a card from before its adoption, until somebody disputes it as fraud', async () => {
    const market = await openMarket({ startWallMs: Date.parse('2025-01-10T12:00:00+09:00') });
    const { customer } = await market.play(async () => ({ customer: await market.customer(false) }));
    await market.pass(150 * 86_400_000);
    await market.play(async () => {
      await market.mandate('enforce', carefulProfile);
      const paid = await market.pay({ customer });
      expect(paid.status).toBe(200);
      expect((await market.admin(`/admin/v1/charges/${paid.json.id}/protection`)).json).toMatchObject({
        mandate: { compliant: true, rule: 'TDS-40' },
        protection: { protected: 'no', rule: 'CBP-08' },
      });
      await market.claim(paid.json.id);
      expect(await market.pay({ customer })).toMatchObject(required('TDS-43'));
      expect(await market.payAuthenticated({ customer })).toMatchObject({ paid: true });
    });
  });

  it('is asked for 3-D Secure from the amount on that its own risk analysis names', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', { ...carefulProfile, riskAmountYen: 30_000 });
      const customer = await market.customer(true);
      expect((await market.pay({ customer, amount: 29_999 })).status).toBe(200);
      expect(await market.pay({ customer, amount: 30_000 })).toMatchObject(required('TDS-05'));
    });
  });

  it('may charge by itself after a first payment with 3-D Secure, and that alone is protected (TDS-13, CBP-05, CBP-06)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      const recurring = { pattern: 'REC', ownRecurring: true, adoptedOn: '2025-02-01', storedCards: 'merchant' };
      await market.mandate('enforce', recurring);
      const customer = await market.customer(false);
      expect(await market.pay({ customer })).toMatchObject(required('TDS-12'));
      const first = await market.payAuthenticated({ customer });
      const later = await market.pay({ customer });
      expect(later.status).toBe(200);
      const shown = async (id: string) => (await market.admin(`/admin/v1/charges/${id}/protection`)).json;
      expect(await shown(first.id)).toMatchObject({ protection: { protected: 'yes', rule: 'CBP-05' } });
      expect(await shown(later.json.id)).toMatchObject({
        mandate: { compliant: true, rule: 'TDS-13' },
        protection: { protected: 'no', rule: 'CBP-06' },
      });
      const added = { customer, metadata: { mandate_contact_point: 'addition' } };
      expect(await market.pay(added)).toMatchObject(required('TDS-15'));
    });
  });

  it('may make a lapsed payment again without the user, unprotected (TDS-62, CBP-07)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', carefulProfile);
      const customer = await market.customer(true);
      const first = await market.pay({ customer });
      const metadata = { mandate_recreates: first.json.id, mandate_initiated_by: 'merchant' };
      const again = await market.pay({ customer, metadata });
      expect(again.status).toBe(200);
      expect((await market.admin(`/admin/v1/charges/${again.json.id}/protection`)).json).toMatchObject({
        mandate: { compliant: true, rule: 'TDS-62' },
        protection: { protected: 'no', rule: 'CBP-07' },
      });
    });
  });

  it('has its subscriptions judged by the registration of their cards (TDS-60, CBP-04)', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('enforce', carefulProfile);
      const customer = await market.customer(true);
      await market.shop.post('/v1/plans', { id: 'monthly', amount: 900, currency: 'jpy', interval: 'month' });
      const made = await market.shop.post('/v1/subscriptions', { customer, plan: 'monthly' });
      expect(made.status).toBe(200);
      const [charge] = market.rows('select id from charges where subscription_id is not null');
      expect((await market.admin(`/admin/v1/charges/${charge.id}/protection`)).json).toMatchObject({
        mandate: { compliant: true, rule: 'TDS-60' },
        protection: { protected: 'no', rule: 'CBP-04' },
      });
    });
  });
});

describe('a merchant that is warned', () => {
  it('is let through, told once a day, and finds it counted in its report', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('warn', perPayment);
      for (let times = 0; times < 3; times += 1) expect((await guest(market)).status).toBe(200);
      await market.stage.clock.sleep(2_000);
      expect(market.notices.map(({ type, rule }) => [type, rule])).toEqual([['three_d_secure_mandate', 'TDS-10']]);
      expect(market.notices[0].text.ja).toContain('TDS-10');
      const { json } = await market.admin('/admin/v1/merchants/shop-1/compliance');
      expect(json.findings).toEqual([{ moment: 'charge', rule: 'TDS-10', passed: 3, refused: 0 }]);
      expect(json.compliant).toBe(false);
      await market.stage.clock.sleep(86_400_000);
      await guest(market);
      await market.stage.clock.sleep(2_000);
      expect(market.notices).toHaveLength(2);
    });
  });

  it('is not told of what it does in test mode', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('warn', perPayment);
      const mode = { mode: 'test' } as const;
      const card = await market.shop.token(cards.frictionless, mode);
      const paid = await market.shop.post('/v1/charges', { amount: 500, currency: 'jpy', card }, mode);
      expect(paid.status).toBe(200);
      await market.stage.clock.sleep(2_000);
      expect(market.notices).toEqual([]);
    });
  });
});

describe('a merchant whose mandate is off', () => {
  it('is not looked at, and one without a word of its own is treated as the policy says', async () => {
    const market = await openMarket({
      adjust: (policy) => ({ ...policy, mandate: { ...policy.mandate, enforcement: 'enforce' } }),
    });
    await market.play(async () => {
      expect(await guest(market)).toMatchObject(required('TDS-27'));
      await market.mandate('off', {});
      expect((await guest(market)).status).toBe(200);
      const findings = async (): Promise<Json> =>
        (await market.admin('/admin/v1/merchants/shop-1/compliance')).json.findings;
      expect(await findings()).toEqual([{ moment: 'charge', rule: 'TDS-27', passed: 0, refused: 1 }]);
    });
  });
});

describe('an operator', () => {
  it('is told what is wrong with a profile, by its place', async () => {
    const market = await openMarket();
    await market.play(async () => {
      for (const [enforcement, profile, place] of [
        ['hard', {}, 'enforcement'],
        ['warn', { pattern: 'ALL' }, 'profile.pattern'],
        ['warn', { pattern: 'REC' }, 'profile.pattern'],
        ['warn', { adoptedOn: 'soon' }, 'profile.adoptedOn'],
        ['warn', { adoptedOn: '2025-02-01', adoptionBegunOn: '2025-03-01' }, 'profile.adoptedOn'],
        ['warn', { riskAmountYen: 0 }, 'profile.riskAmountYen'],
      ] as const) {
        const answer = await market.mandate(enforcement, profile);
        expect(answer.status, place).toBe(400);
        expect(answer.json.error.message).toContain(place);
      }
      expect((await market.admin('/admin/v1/merchants/nobody/mandate')).status).toBe(404);
      expect((await market.admin('/admin/v1/charges/ch_0/protection')).status).toBe(404);
    });
  });
});
