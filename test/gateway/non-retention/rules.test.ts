import { describe, expect, it } from 'vitest';
import { cardParameters, passedThrough } from '../../../gateway/non-retention/parameters.ts';
import {
  inBreach,
  law,
  type NonRetentionRule,
  nonRetentionRules,
  planEnds,
  retainsNothing,
} from '../../../gateway/non-retention/rules.ts';
import { cardOf, openShop, type Shop, type Told, visa, type World } from '../world.ts';

type Open = World & { readonly shop: Shop };
const at = (date: string, policy = 'protected'): Promise<Open> =>
  openShop({ startWallMs: Date.parse(`${date}T12:00:00+09:00`), policy });

const beforeNotice = '2017-11-01';
const afterNotice = '2017-12-01';
const afterCutOff = '2018-09-01';

const card = { number: visa, exp_month: '12', exp_year: '2030', cvc: '123' };

interface Server {
  readonly token: Told;
  readonly charge: Told;
  readonly customer: Told;
  readonly added: Told;
}

/** The four calls of a server that has the buyer's number, in live mode. */
const callsOf = ({ play, shop }: Open): Promise<Server> =>
  play(async () => {
    const token = await shop.post('/v1/tokens', { card });
    const charge = await shop.post('/v1/charges', { card, amount: 500, currency: 'jpy' });
    const customer = await shop.post('/v1/customers', { card, email: 'example@pay.jp' });
    const empty = await shop.post('/v1/customers', { email: 'other@pay.jp' });
    return { token, charge, customer, added: await shop.post(`/v1/customers/${empty.json.id}/cards`, card) };
  });

const unsafe = {
  status: 400,
  json: { error: { status: 400, type: 'invalid_request_error', code: 'unsafe_credit_card_param' } },
};

/** One proof for each rule. The type asks for every id that there is. */
const proofs: Readonly<Record<NonRetentionRule, () => Promise<void> | void>> = {
  'NONRET-01'() {
    expect(retainsNothing({ stores: false, processes: false, passes: false })).toBe(true);
    for (const one of ['stores', 'processes', 'passes'])
      expect(retainsNothing({ stores: false, processes: false, passes: false, [one]: true })).toBe(false);
  },
  async 'NONRET-02'() {
    // Whether the merchant writes it down is not asked; that it is in a call by secret key is enough.
    const world = await at(afterNotice);
    const { token } = await callsOf(world);
    expect(token.warned?.parameters).toBe('card[number], card[exp_month], card[exp_year], card[cvc]');
  },
  'NONRET-03'() {
    expect(planEnds).toBe('2018-03-31');
    expect(inBreach({ passthrough: true, pciDss: false, on: '2018-03-31' })).toBe(false);
    expect(inBreach({ passthrough: true, pciDss: false, on: '2018-04-01' })).toBe(true);
    expect(inBreach({ passthrough: true, pciDss: true, on: '2018-04-01' })).toBe(false);
    expect(inBreach({ passthrough: false, pciDss: false, on: '2018-04-01' })).toBe(false);
  },
  async 'NONRET-04'() {
    const world = await at(afterCutOff);
    const made = await world.play(() => world.shop.post('/v1/tokens', { card }, { as: 'pk' }));
    expect(made.status).toBe(200);
    expect(made.warned).toBe(null);
  },
  async 'NONRET-05'() {
    const { token } = await callsOf(await at(afterNotice));
    expect(token).toMatchObject({ status: 200, json: { object: 'token' } });
    expect(token.warned).not.toBe(null);
  },
  async 'NONRET-06'() {
    const { charge } = await callsOf(await at(afterNotice));
    expect(charge).toMatchObject({ status: 200, json: { amount: 500, captured: true, card: { last4: '4242' } } });
    expect(charge.warned).not.toBe(null);
  },
  async 'NONRET-07'() {
    const { customer } = await callsOf(await at(afterNotice));
    expect(customer).toMatchObject({ status: 200, json: { email: 'example@pay.jp', cards: { count: 1 } } });
    expect(customer.warned).not.toBe(null);
  },
  async 'NONRET-08'() {
    const world = await at(afterNotice);
    const { added } = await callsOf(world);
    expect(added).toMatchObject({ status: 200, json: { object: 'card', last4: '4242' } });
    expect(added.warned?.parameters).toBe('number, exp_month, exp_year, cvc');
    const typo = await world.play(() => world.shop.post('/v1/customers/cus_1/crads', card));
    expect(typo.status).toBe(404);
  },
  'NONRET-09'() {
    expect(cardParameters).toHaveLength(11);
    for (const endpoint of ['tokens', 'charges', 'customers'] as const)
      for (const name of cardParameters)
        expect(passedThrough(endpoint, { card: { [name]: 'x' }, amount: '500' })).toEqual([`card[${name}]`]);
  },
  'NONRET-10'() {
    for (const name of cardParameters) {
      expect(passedThrough('customer_cards', { [name]: 'x' })).toEqual([name]);
      // Elsewhere a bare name is another parameter, or none.
      expect(passedThrough('customers', { [name]: 'x' })).toEqual([]);
    }
  },
  async 'NONRET-11'() {
    const quiet = await callsOf(await at(beforeNotice));
    const warned = await callsOf(await at(afterNotice));
    for (const call of Object.values(quiet)) {
      expect(call.status).toBe(200);
      expect(call.warned).toBe(null);
    }
    for (const call of Object.values(warned)) {
      expect(call.status).toBe(200);
      expect(call.warned?.deprecation).toBe(`@${Date.parse('2017-11-10T18:00:00+09:00') / 1000}`);
      expect(call.warned?.sunset).toBe('Wed, 01 Aug 2018 05:00:00 GMT');
    }
  },
  async 'NONRET-12'() {
    // Inside the fiscal year 2018, which ends on 2019-03-31.
    for (const call of Object.values(await callsOf(await at('2019-03-31')))) expect(call).toMatchObject(unsafe);
  },
  async 'NONRET-13'() {
    const world = await at(afterCutOff);
    const { play, shop } = world;
    const after = await play(async () => {
      const token = await shop.token();
      const paid = await shop.post('/v1/charges', { card: token, amount: 500, currency: 'jpy' });
      const customer = await shop.post('/v1/customers', { card: await shop.token() });
      return [
        paid,
        customer,
        await shop.get(`/v1/tokens/${token}`),
        await shop.post(`/v1/customers/${customer.json.id}/cards/${customer.json.default_card}`, { name: 'HANAKO' }),
        await shop.delete(`/v1/customers/${customer.json.id}`),
      ];
    });
    for (const call of after) {
      expect(call.status).toBe(200);
      expect(call.warned).toBe(null);
    }
  },
  async 'NONRET-14'() {
    expect(inBreach({ passthrough: true, pciDss: true, on: '2018-09-01' })).toBe(false);
    const { charge } = await callsOf(await at(afterCutOff));
    expect(charge).toMatchObject(unsafe);
  },
  'NONRET-15'() {
    expect(law).toMatchObject({ plannedFor: '2018-06', duties: ['manage card numbers', 'prevent fraud'] });
  },
  async 'NONRET-X1'() {
    const lastMinute = await openShop({ startWallMs: Date.parse('2018-08-01T13:59:00+09:00') });
    const call = () => lastMinute.play(() => lastMinute.shop.post('/v1/customers', { card }));
    const before = await call();
    expect(before.status).toBe(200);
    await lastMinute.pass(60_000);
    expect(await call()).toMatchObject(unsafe);
    const changed = await lastMinute.play(() => lastMinute.shop.post(`/v1/customers/${before.json.id}`, { card }));
    expect(changed).toMatchObject(unsafe);
  },
  'NONRET-X2'() {
    expect(law.inForceFrom).toBe('2018-06-01');
  },
  async 'NONRET-X3'() {
    const { token } = await callsOf(await at(afterCutOff));
    expect(token).toMatchObject(unsafe);
    expect(token.json.error).not.toHaveProperty('param');
    expect(token.decidedBy).toBe('gateway');
  },
  async 'NONRET-X4'() {
    const world = await at(afterCutOff);
    const headers = { 'X-Payjp-Direct-Token-Generate': 'true' };
    const [inTest, inLive] = await world.play(async () => [
      await world.shop.post('/v1/tokens', { card }, { mode: 'test', headers }),
      await world.shop.post('/v1/tokens', { card }, { mode: 'live', headers }),
    ]);
    expect(inTest!.status).toBe(200);
    expect(inLive).toMatchObject(unsafe);
  },
  async 'NONRET-X5'() {
    for (const mode of ['live', 'test'] as const) {
      const world = await at('2026-11-22');
      const paid = await world.play(() =>
        world.shop.post('/v1/charges', { ...cardOf(), amount: 500, currency: 'jpy' }, { mode }),
      );
      expect(paid).toMatchObject(unsafe);
    }
  },
};

describe('card non-retention, rule by rule', () => {
  for (const [id, prove] of Object.entries(proofs))
    it(`${id}: ${nonRetentionRules[id as NonRetentionRule].says}`, prove);
});
