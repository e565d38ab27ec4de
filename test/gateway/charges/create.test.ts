import { describe, expect, it } from 'vitest';
import { on, says } from '../acquirers.ts';
import { balancesOf, disagreements, transactionsOf } from '../books.ts';
import { cardOf, openShop, type World } from '../world.ts';

const gmoFirst = (policy: Parameters<NonNullable<Parameters<typeof openShop>[0]>['adjust'] & object>[0]) => ({
  ...policy,
  routing: { ...policy.routing, order: ['gmo', 'escott'] },
});
const dialects = [
  ['escott', undefined, ['1Auth', '1Capture'], ['1Auth']],
  ['gmo', gmoFirst, ['EntryTran', 'ExecTran'], ['EntryTran', 'ExecTran']],
] as const;

/** Requests about payments, without the checks of cards. */
const payments = (world: World): string[] =>
  world
    .calls()
    .filter(({ operation, fields }) => operation !== '1Check' && fields.JobCd !== 'CHECK' && !fields.SecurityCode)
    .map(({ operation }) => operation);

describe.each(dialects)('creating a charge at %s', (acquirer, adjust, atOnce, heldOnly) => {
  it('captures at once unless told otherwise', async () => {
    const { shop, ...world } = await openShop(adjust === undefined ? {} : { adjust });
    const made = await world.play(async () =>
      shop.post('/v1/charges', { amount: 1200, currency: 'jpy', card: await shop.token(), description: 'ペン' }),
    );
    expect(made).toMatchObject({ status: 200, decidedBy: 'gateway', outcome: null, acquirer });
    expect(made.json).toMatchObject({
      object: 'charge',
      livemode: true,
      amount: 1200,
      amount_refunded: 0,
      currency: 'jpy',
      paid: true,
      captured: true,
      captured_at: made.json.created,
      expired_at: null,
      customer: null,
      subscription: null,
      description: 'ペン',
      metadata: {},
      failure_code: null,
      failure_message: null,
      refunded: false,
      card: { object: 'card', brand: 'Visa', last4: '4242', exp_month: 12, exp_year: 2030, customer: null },
    });
    expect(made.json).not.toHaveProperty('outcome');
    expect(made.json).not.toHaveProperty('pending_operation');
    expect(made.json.id).toMatch(/^ch_[0-9a-f]{29}$/);
    expect(payments(world)).toEqual(atOnce);
    expect(await transactionsOf(world)).toMatchObject([{ acquirer, state: 'captured', capturedYen: 1200 }]);
    expect(balancesOf(world)).toEqual({ [`receivable:${acquirer}`]: 1200, 'payable:shop-1': -1200 });
    expect(await disagreements(world)).toEqual([]);
  });

  it('only holds the amount with capture=false, for seven days', async () => {
    const { shop, ...world } = await openShop(adjust === undefined ? {} : { adjust });
    const made = await world.play(async () =>
      shop.post('/v1/charges', { amount: 1200, currency: 'jpy', card: await shop.token(), capture: false }),
    );
    expect(made.json).toMatchObject({ paid: true, captured: false, captured_at: null, refunded: false });
    expect(made.json.expired_at * 1000).toBe(Date.parse('2017-07-18T23:59:59+09:00'));
    expect(payments(world)).toEqual(heldOnly);
    expect(await transactionsOf(world)).toMatchObject([{ acquirer, state: 'authorised', authorisedYen: 1200 }]);
    expect(balancesOf(world)).toEqual({ 'authorised:shop-1': 1200, commitments: -1200 });
    expect(await disagreements(world)).toEqual([]);
  });

  it('tells a decline with the id of the failed charge, which can be read', async () => {
    const { shop, ...world } = await openShop(adjust === undefined ? {} : { adjust });
    const [told, read] = await world.play(async () => {
      const token = await shop.token('4000000000080319');
      const made = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: token });
      return [made, await shop.get(`/v1/charges/${made.json.error.charge}`)] as const;
    });
    expect(told).toMatchObject({ status: 402, decidedBy: 'issuer', acquirer, outcome: null });
    expect(told.json.error).toMatchObject({ type: 'card_error', code: 'card_declined', status: 402 });
    expect(read.json).toMatchObject({
      id: told.json.error.charge,
      paid: false,
      captured: false,
      failure_code: 'card_declined',
      expired_at: null,
    });
    expect(read.json).not.toHaveProperty('outcome');
    expect(balancesOf(world)).toEqual({});
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('a declined charge', () => {
  // payjp-api section 5.
  it.each([
    ['4000000000080319', 'card_declined'],
    ['4000000000004012', 'expired_card'],
    ['4000000000000077', 'incorrect_card_data'],
  ])('of the test card %s has the code %s', async (number, code) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () =>
      shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: await shop.token(number) }),
    );
    expect([told.status, told.json.error.code]).toEqual([402, code]);
  });

  it('depends on the amount for the test card that says no above 10,000 yen', async () => {
    const { shop, ...world } = await openShop();
    const [within, above] = await world.play(async () => [
      await shop.post('/v1/charges', { amount: 10_000, currency: 'jpy', card: await shop.token('4000000000080202') }),
      await shop.post('/v1/charges', { amount: 10_001, currency: 'jpy', card: await shop.token('4000000000080202') }),
    ]);
    expect([within?.status, above?.status]).toEqual([200, 402]);
  });

  it('that the acquirer refused and no issuer saw is said to be decided by the acquirer', async () => {
    const { shop, ...world } = await openShop();
    world.acquirers.escott.hand = on('1Auth', ({ fields }) =>
      says(`MerchantFree1=${fields.MerchantFree1}&ResponseCd=K02`)({} as never, undefined as never),
    );
    const told = await world.play(async () =>
      shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: await shop.token() }),
    );
    expect(told).toMatchObject({ status: 402, decidedBy: 'acquirer' });
    expect(told.json.error).toMatchObject({ code: 'processing_error', type: 'card_error' });
  });
});

describe('a card token', () => {
  const charge = (card: string) => ({ amount: 500, currency: 'jpy', card });

  it('pays once', async () => {
    const { shop, ...world } = await openShop();
    const [first, second, read] = await world.play(async () => {
      const token = await shop.token();
      return [
        await shop.post('/v1/charges', charge(token)),
        await shop.post('/v1/charges', charge(token)),
        await shop.get(`/v1/tokens/${token}`),
      ];
    });
    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 400, decidedBy: 'gateway' });
    expect(second?.json.error).toMatchObject({ code: 'token_already_used', param: 'card' });
    expect(read?.json.used).toBe(true);
    expect(payments(world)).toEqual(['1Auth', '1Capture']);
  });

  it('pays once when two requests come at the same moment', async () => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () => {
      const token = await shop.token();
      return Promise.all([shop.post('/v1/charges', charge(token)), shop.post('/v1/charges', charge(token))]);
    });
    expect(told.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400]);
    expect(told.find(({ status }) => status === 400)?.json.error.code).toBe('token_already_used');
    expect(world.rows('select id from charges')).toHaveLength(1);
    expect(payments(world)).toEqual(['1Auth', '1Capture']);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is spent by a decline too', async () => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () => {
      const token = await shop.token('4000000000080319');
      return [await shop.post('/v1/charges', charge(token)), await shop.post('/v1/charges', charge(token))];
    });
    expect(told.map(({ json }) => json.error.code)).toEqual(['card_declined', 'token_already_used']);
  });

  it('is worth nothing to another merchant or in the other mode', async () => {
    const { shop, ...world } = await openShop();
    const other = await world.enrol('shop-2');
    const told = await world.play(async () => {
      const token = await shop.token();
      return [
        await other.post('/v1/charges', charge(token)),
        await shop.post('/v1/charges', charge(token), { mode: 'test' }),
      ];
    });
    for (const { status, json } of told) expect([status, json.error.code]).toEqual([404, 'invalid_id']);
    expect(payments(world)).toEqual([]);
  });
});

describe("a customer's card", () => {
  const withCustomer = async (id = 'alice') => {
    const opened = await openShop();
    const customer = await opened.play(async () =>
      opened.shop.post('/v1/customers', { id, card: await opened.shop.token() }),
    );
    return { ...opened, customer: customer.json };
  };

  it('is charged again and again, by default the default one', async () => {
    const { shop, customer, ...world } = await withCustomer();
    const told = await world.play(async () => [
      await shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'alice' }),
      await shop.post('/v1/charges', { amount: 600, currency: 'jpy', customer: 'alice', card: customer.default_card }),
    ]);
    for (const { status, json } of told) {
      expect(status).toBe(200);
      expect(json).toMatchObject({ customer: 'alice', card: { id: customer.default_card, customer: 'alice' } });
    }
    expect(await disagreements(world)).toEqual([]);
  });

  it.each([
    ['an unknown customer', { customer: 'nobody' }, 404, 'invalid_id'],
    ['an unknown card', { customer: 'alice', card: 'car_0' }, 400, 'invalid_card'],
    ['neither token nor customer', {}, 400, 'no_payment_method'],
  ])('is not found with %s', async (_, form, status, code) => {
    const { shop, ...world } = await withCustomer();
    const told = await world.play(() => shop.post('/v1/charges', { amount: 500, currency: 'jpy', ...form }));
    expect([told.status, told.json.error.code]).toEqual([status, code]);
    expect(payments(world)).toEqual([]);
  });

  it('is missing for a customer that has none', async () => {
    const { shop, ...world } = await withCustomer();
    const told = await world.play(async () => {
      await shop.post('/v1/customers', { id: 'bob' });
      return shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'bob' });
    });
    expect([told.status, told.json.error.code]).toEqual([402, 'missing_card']);
  });

  it('of one customer cannot be charged as that of another', async () => {
    const { shop, customer, ...world } = await withCustomer();
    const told = await world.play(async () => {
      await shop.post('/v1/customers', { id: 'bob' });
      return shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'bob', card: customer.default_card });
    });
    expect([told.status, told.json.error.code]).toEqual([400, 'not_customer_card']);
    expect(payments(world)).toEqual([]);
  });

  it('cannot be charged by another merchant whose customer has the same id', async () => {
    const { customer, ...world } = await withCustomer();
    const thief = await world.enrol('thief');
    const told = await world.play(async () => {
      await thief.post('/v1/customers', { id: 'alice' });
      return thief.post('/v1/charges', {
        amount: 500,
        currency: 'jpy',
        customer: 'alice',
        card: customer.default_card,
      });
    });
    expect([told.status, told.json.error.code]).toEqual([400, 'invalid_card']);
    expect(payments(world)).toEqual([]);
  });

  it('of live mode cannot be charged in test mode by a customer of the same id', async () => {
    const { shop, customer, ...world } = await withCustomer();
    const told = await world.play(async () => {
      await shop.post('/v1/customers', { id: 'alice' }, { mode: 'test' });
      const form = { amount: 500, currency: 'jpy', customer: 'alice', card: customer.default_card };
      return shop.post('/v1/charges', form, { mode: 'test' });
    });
    expect([told.status, told.json.error.code]).toEqual([400, 'invalid_card']);
    expect(payments(world)).toEqual([]);
  });

  it('is not charged once it, or its customer, is deleted', async () => {
    const { shop, customer, ...world } = await withCustomer();
    const told = await world.play(async () => {
      await shop.delete(`/v1/customers/alice/cards/${customer.default_card}`);
      const form = { amount: 500, currency: 'jpy', customer: 'alice', card: customer.default_card };
      const deletedCard = await shop.post('/v1/charges', form);
      await shop.delete('/v1/customers/alice');
      return [deletedCard, await shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'alice' })];
    });
    expect(told.map(({ status, json }) => [status, json.error.code])).toEqual([
      [400, 'invalid_card'],
      [404, 'invalid_id'],
    ]);
    expect(payments(world)).toEqual([]);
  });

  it('that cannot be opened leaves no charge behind', async () => {
    const { shop, ...world } = await withCustomer();
    expect([...world.store.inspect("update vault set sealed = 'AAAA' returning id")]).toHaveLength(1);
    const told = await world.play(() => shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: 'alice' }));
    expect(told).toMatchObject({ status: 500, decidedBy: 'gateway', outcome: null });
    expect(world.rows('select * from charges')).toEqual([]);
    expect(balancesOf(world)).toEqual({});
    expect(payments(world)).toEqual([]);
    expect(JSON.stringify(world.log)).not.toContain('4242424242424242');
  });
});

describe('test mode and live mode', () => {
  it('have charges of their own', async () => {
    const { shop, ...world } = await openShop();
    const [made, ...seen] = await world.play(async () => {
      const mode = 'test' as const;
      const token = await shop.token(undefined, { mode });
      const charge = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: token }, { mode });
      return [
        charge,
        await shop.get(`/v1/charges/${charge.json.id}`, { mode }),
        await shop.get(`/v1/charges/${charge.json.id}`),
        await shop.post(`/v1/charges/${charge.json.id}/refund`),
        await shop.get('/v1/charges'),
      ];
    });
    expect(made?.json.livemode).toBe(false);
    expect(seen.map(({ status }) => status)).toEqual([200, 404, 404, 200]);
    expect(seen[3]?.json.count).toBe(0);
  });

  it('keep a charge from other merchants', async () => {
    const { shop, ...world } = await openShop();
    const other = await world.enrol('shop-2');
    const told = await world.play(async () => {
      const { json } = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: await shop.token() });
      const path = `/v1/charges/${json.id}`;
      return [
        await other.get(path),
        await other.post(path, { description: 'mine' }),
        await other.post(`${path}/capture`),
        await other.post(`${path}/refund`),
      ];
    });
    for (const { status, json } of told) expect([status, json.error.code]).toEqual([404, 'invalid_id']);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('a token request', () => {
  it('asks for a card number only', async () => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() => shop.post('/v1/tokens', cardOf(), { as: 'pk' }));
    expect(told.json).toMatchObject({ object: 'token', used: false, card: { last4: '4242' } });
  });
});
