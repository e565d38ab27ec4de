/**
 * npm `payjp`, in both of its generations, unmodified but for its base URL, through a whole shop's life on a loopback socket:
 * every method it has for charges, customers, cards, plans, subscriptions, tokens, events,
 * accounts, terms, statements, balances and transfers.
 */
import { createRequire } from 'node:module';
import Payjp from 'payjp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveShop, openLiveShop } from './live-shop.ts';

const dayMs = 86_400_000;
const list = { object: 'list', has_more: false };

/** 2.3.0 is another HTTP stack (superagent) under the same methods; its typings lag behind them. */
const Payjp2 = createRequire(import.meta.url)('payjp2') as typeof Payjp;

describe.each([
  ['3.1.2', Payjp],
  ['2.3.0', Payjp2],
])('npm payjp %s', (_version, client) => {
  let shop: LiveShop;
  let payjp: Payjp.Payjp;
  let testMode: Payjp.Payjp;

  beforeAll(async () => {
    shop = await openLiveShop();
    const apibase = `${shop.origin}/v1`;
    payjp = client(shop.keys.live.secret, { apibase });
    testMode = client(shop.keys.test.secret, { apibase });
  });
  afterAll(() => shop.close());

  const cardOf = (number = '4242424242424242') => ({
    card: { number, exp_month: 12, exp_year: 2040, cvc: '123', name: 'TARO YAMADA', email: 'taro@example.com' },
  });
  const token = async (number?: string): Promise<string> =>
    // The typings leave token creation to the browser; servers with the right to do it call it so.
    (
      (await payjp.tokens.create(cardOf(number) as never, { 'X-Payjp-Direct-Token-Generate': 'true' } as never)) as {
        id: string;
      }
    ).id;

  /** The error object of a refused call. */
  const refusal = async (call: Promise<unknown>): Promise<Payjp.PayjpError['error']> => {
    const reason = await call.then(
      () => null,
      (error: Payjp.ResponseError) => error,
    );
    if (reason === null) throw new Error('it was not refused');
    return reason.response!.body!.error;
  };

  it('takes payments: creates, reads, lists, describes, captures, refunds and renews them', async () => {
    const spent = await token();
    const made = await payjp.tokens.retrieve(spent);
    expect(made).toMatchObject({ object: 'token', used: false, card: { last4: '4242', brand: 'Visa', is_jp: true } });
    const charge = await payjp.charges.create({
      amount: 3500,
      currency: 'jpy',
      card: spent,
      description: 'first',
      metadata: { order: 'A-1', size: 42 },
    });
    expect(charge).toMatchObject({
      object: 'charge',
      livemode: true,
      amount: 3500,
      paid: true,
      captured: true,
      metadata: { order: 'A-1', size: '42' },
    });
    expect((await payjp.tokens.retrieve(spent)).used).toBe(true);
    expect(await refusal(payjp.charges.create({ amount: 100, currency: 'jpy', card: spent }))).toMatchObject({
      code: 'token_already_used',
      status: 400,
    });
    const described = await payjp.charges.update(charge.id, {
      description: 'second',
      metadata: { order: '', note: 'x' },
    });
    expect(described).toMatchObject({ description: 'second', metadata: { size: '42', note: 'x' } });
    expect(described.metadata).not.toHaveProperty('order');
    expect(await payjp.charges.refund(charge.id, { amount: 500, refund_reason: 'one broken' })).toMatchObject({
      amount_refunded: 500,
      refunded: true,
      refund_reason: 'one broken',
    });
    expect((await payjp.charges.refund(charge.id)).amount_refunded).toBe(3500);

    const held = await payjp.charges.create({
      amount: 1000,
      currency: 'jpy',
      card: await token(),
      capture: false,
      expiry_days: 3,
    });
    expect(held).toMatchObject({ paid: true, captured: false, captured_at: null });
    const renewed = await payjp.charges.reauth(held.id, { expiry_days: 30 });
    expect(renewed).toMatchObject({ id: held.id, captured: false });
    expect(renewed.expired_at! - held.expired_at!).toBe(27 * 86_400);
    expect(await payjp.charges.capture(held.id, { amount: 700 })).toMatchObject({
      captured: true,
      amount_refunded: 300,
    });
    expect(await refusal(payjp.charges.reauth(held.id))).toMatchObject({ code: 'already_captured' });

    expect(await payjp.charges.retrieve(held.id)).toMatchObject({ id: held.id, captured: true });
    const all = await payjp.charges.list({ limit: 1 });
    expect(all).toMatchObject({ object: 'list', count: 2, has_more: true, url: '/v1/charges' });
    expect((await payjp.charges.list({ limit: 1, offset: 1 })).data.map(({ id }) => id)).not.toEqual([all.data[0]!.id]);
  });

  it('tells declines as card errors, with the charge where there is one', async () => {
    expect(await refusal(token('4000000000000002'))).toMatchObject({
      code: 'card_declined',
      status: 402,
      type: 'card_error',
    });
    expect(await refusal(token('4000000000000069'))).toMatchObject({ code: 'expired_card' });
    expect(await refusal(token('4000000000000127'))).toMatchObject({ code: 'incorrect_card_data' });
    expect(await refusal(token('4000000000000119'))).toMatchObject({ code: 'processing_error' });
    expect(await refusal(token('36227206271667'))).toMatchObject({ code: 'unacceptable_brand' });
    expect(await refusal(token('4242424242424241'))).toMatchObject({
      code: 'invalid_number',
      status: 402,
      param: 'card[number]',
    });
    const declined = await refusal(
      payjp.charges.create({ amount: 1000, currency: 'jpy', card: await token('4000000000080319') }),
    );
    expect(declined).toMatchObject({ code: 'card_declined', status: 402 });
    expect(await payjp.charges.retrieve(declined.charge!)).toMatchObject({
      paid: false,
      failure_code: 'card_declined',
    });
    const abroad = await payjp.tokens.retrieve(await token('4000000900000003'));
    expect(abroad.card.is_jp).toBe(false);
    expect((await payjp.tokens.retrieve(await token('4000000000000101'))).card.cvc_check).toBe('failed');
  });

  it('keeps customers and their cards', async () => {
    const customer = await payjp.customers.create({
      id: 'hanako',
      email: 'hanako@example.com',
      description: 'likes tea',
      card: await token(),
      metadata: { rank: 'gold' },
    });
    expect(customer).toMatchObject({
      object: 'customer',
      id: 'hanako',
      cards: { ...list, count: 1, url: '/v1/customers/hanako/cards' },
      subscriptions: { ...list, count: 0, url: '/v1/customers/hanako/subscriptions' },
    });
    expect(await refusal(payjp.customers.create({ id: 'hanako' }))).toMatchObject({ code: 'already_exist_id' });
    const card = await payjp.customers.cards.create('hanako', {
      card: await token('5555555555554444'),
      default: true,
    } as never);
    expect(await payjp.customers.cards.retrieve('hanako', card.id)).toMatchObject({
      brand: 'MasterCard',
      customer: 'hanako',
    });
    expect(await payjp.customers.cards.update('hanako', card.id, { name: 'HANAKO' } as never)).toMatchObject({
      name: 'HANAKO',
    });
    expect(await payjp.customers.cards.list('hanako', { limit: 1 })).toMatchObject({ count: 2, has_more: true });
    expect(await payjp.customers.update('hanako', { email: 'h@example.com', default_card: card.id })).toMatchObject({
      email: 'h@example.com',
      description: 'likes tea',
      default_card: card.id,
    });
    expect(await payjp.charges.create({ amount: 500, currency: 'jpy', customer: 'hanako' })).toMatchObject({
      customer: 'hanako',
      card: { id: card.id },
    });
    expect((await payjp.charges.list({ customer: 'hanako' })).count).toBe(1);
    expect(await payjp.customers.cards.delete('hanako', card.id)).toEqual({
      deleted: true,
      id: card.id,
      livemode: true,
    });
    expect((await payjp.customers.retrieve('hanako')).cards.count).toBe(1);
    expect((await payjp.customers.list({ limit: 100 })).data.map(({ id }) => id)).toContain('hanako');
    expect(await payjp.customers.delete('hanako')).toEqual({ deleted: true, id: 'hanako', livemode: true });
    expect(await refusal(payjp.customers.retrieve('hanako'))).toMatchObject({ status: 404, code: 'invalid_id' });
  });

  it('sells subscriptions', async () => {
    const plan = await payjp.plans.create({
      amount: 980,
      currency: 'jpy',
      interval: 'month',
      id: 'tea',
      name: 'A tea a month',
      metadata: { kind: 'green' },
    });
    expect(plan).toMatchObject({ object: 'plan', amount: 980, trial_days: 0, billing_day: null });
    expect(await payjp.plans.update('tea', { name: 'Tea' })).toMatchObject({
      name: 'Tea',
      metadata: { kind: 'green' },
    });
    expect(await payjp.plans.retrieve('tea')).toMatchObject({ name: 'Tea' });
    await payjp.plans.create({ amount: 1980, currency: 'jpy', interval: 'month', id: 'more-tea', trial_days: 30 });
    expect(await payjp.plans.list({ limit: 10 })).toMatchObject({ ...list, count: 2, url: '/v1/plans' });
    expect(
      await refusal(payjp.plans.create({ amount: 980, currency: 'jpy', interval: 'year', billing_day: 3 })),
    ).toMatchObject({ code: 'billing_day_for_non_monthly_plan', param: 'billing_day' });

    await payjp.customers.create({ id: 'jiro', card: await token() });
    const made = await payjp.subscriptions.create({ customer: 'jiro', plan: 'tea', metadata: { via: 'web' } });
    expect(made).toMatchObject({ object: 'subscription', status: 'active', customer: 'jiro', plan: { id: 'tea' } });
    expect(await refusal(payjp.subscriptions.create({ customer: 'jiro', plan: 'tea' }))).toMatchObject({
      code: 'already_subscribed',
    });
    expect((await payjp.charges.list({ subscription: made.id })).data).toMatchObject([
      { amount: 980, paid: true, subscription: made.id },
    ]);
    expect(await payjp.subscriptions.retrieve(made.id)).toMatchObject({ metadata: { via: 'web' } });
    expect(
      await payjp.subscriptions.update(made.id, { next_cycle_plan: 'more-tea', metadata: { via: 'shop' } }),
    ).toMatchObject({ next_cycle_plan: { id: 'more-tea' }, metadata: { via: 'shop' } });
    expect(await refusal(payjp.plans.delete('more-tea'))).toMatchObject({ code: 'exist_subscribers' });
    const dearer = await payjp.subscriptions.update(made.id, { plan: 'more-tea', prorate: true });
    expect(dearer).toMatchObject({ plan: { id: 'more-tea' }, prorate: true });
    expect((await payjp.charges.list({ subscription: made.id })).count).toBe(2);
    expect(await payjp.subscriptions.pause(made.id)).toMatchObject({ status: 'paused' });
    expect(await refusal(payjp.subscriptions.pause(made.id))).toMatchObject({ code: 'already_paused' });
    expect(await payjp.subscriptions.resume(made.id)).toMatchObject({ status: 'active', paused_at: null });
    expect(await refusal(payjp.subscriptions.resume(made.id))).toMatchObject({ code: 'subscription_worked' });
    expect(await payjp.subscriptions.cancel(made.id)).toMatchObject({ status: 'canceled' });
    expect(await refusal(payjp.subscriptions.cancel(made.id))).toMatchObject({ code: 'already_canceled' });
    expect((await payjp.subscriptions.list({ customer: 'jiro', status: 'canceled' })).count).toBe(1);
    expect((await payjp.subscriptions.list({ status: 'active', plan: 'tea' })).count).toBe(0);
    expect(await payjp.customers.subscriptions.list('jiro')).toMatchObject({
      ...list,
      count: 1,
      url: '/v1/customers/jiro/subscriptions',
    });
    expect(await payjp.customers.subscriptions.retrieve('jiro', made.id)).toMatchObject({ id: made.id });
    expect(await payjp.subscriptions.delete(made.id, { prorate: false })).toEqual({
      deleted: true,
      id: made.id,
      livemode: true,
    });
    const trial = await payjp.subscriptions.create({ customer: 'jiro', plan: 'more-tea' });
    expect(trial).toMatchObject({ status: 'trial', trial_end: trial.current_period_end });
    expect(await payjp.subscriptions.update(trial.id, { trial_end: 'now' })).toMatchObject({ status: 'active' });
    await payjp.customers.delete('jiro');
    expect(await refusal(payjp.subscriptions.retrieve(trial.id))).toMatchObject({ code: 'invalid_id' });
    expect(await payjp.plans.delete('more-tea')).toEqual({ deleted: true, id: 'more-tea', livemode: true });
  });

  it('reads what happened', async () => {
    const events = await payjp.events.list({ limit: 100 });
    expect(events).toMatchObject({ object: 'list', url: '/v1/events' });
    const types = new Set(events.data.map(({ type }) => type));
    for (const type of [
      'charge.succeeded',
      'charge.failed',
      'charge.captured',
      'charge.refunded',
      'charge.updated',
      'customer.created',
      'customer.updated',
      'customer.deleted',
      'customer.card.created',
      'customer.card.updated',
      'customer.card.deleted',
      'plan.created',
      'plan.updated',
      'plan.deleted',
      'subscription.created',
      'subscription.updated',
      'subscription.paused',
      'subscription.resumed',
      'subscription.canceled',
      'subscription.deleted',
    ])
      expect(types).toContain(type);
    const [one] = (await payjp.events.list({ object: 'customer', type: 'customer.deleted', limit: 1 })).data;
    expect(await payjp.events.retrieve(one!.id)).toEqual(one);
    expect((await payjp.events.list({ resource_id: 'tea' })).data.map(({ type }) => type).toSorted()).toEqual([
      'plan.created',
      'plan.updated',
    ]);
  });

  it('knows whose account it is', async () => {
    const account = await payjp.accounts.retrieve();
    expect(account).toMatchObject({ object: 'account', merchant: { object: 'merchant', default_currency: 'jpy' } });
    expect(account.merchant.brands_accepted).toContain('JCB');
  });

  it('keeps test and live data apart', async () => {
    expect((await testMode.charges.list()).count).toBe(0);
    expect(await refusal(testMode.plans.retrieve('tea'))).toMatchObject({ code: 'invalid_id' });
    expect(await testMode.plans.create({ amount: 50, currency: 'jpy', interval: 'year', id: 'tea' })).toMatchObject({
      livemode: false,
      amount: 50,
    });
    expect((await payjp.plans.retrieve('tea')).amount).toBe(980);
  });

  it('answers Platform calls clearly', async () => {
    for (const call of [
      () => payjp.tenants.list(),
      () => payjp.tenants.create({ name: 'a tenant', platform_fee_rate: '10' }),
      () => payjp.tenants.applicationUrls('ten_1'),
      () => payjp.tenant_transfers.list(),
      () => payjp.charges.list({ tenant: 'ten_1' }),
    ])
      expect(await refusal(call())).toMatchObject({ code: 'platform_not_supported', status: 400 });
  });

  it('is told what its sales come to once a term is over', async () => {
    const charges = await payjp.charges.list({ limit: 100 });
    const captured = charges.data.filter((charge) => charge.captured);
    const grossYen = captured.reduce(
      (sum, { amount, amount_refunded, refund_reason }) =>
        sum + amount - (refund_reason === null ? amount_refunded : 0),
      0,
    );
    const { data: open } = await payjp.terms.list();
    expect(open).toMatchObject([{ closed: false, end_at: null, charge_count: captured.length }]);
    expect(await payjp.balances.list({ closed: false })).toMatchObject({ count: 1, data: [{ state: 'collecting' }] });
    expect((await payjp.statements.list()).count).toBe(0);

    shop.moveDate(13 * dayMs);
    const term = await payjp.terms.retrieve(open[0]!.id);
    expect(term).toMatchObject({ closed: true });
    expect((await payjp.charges.list({ term: term.id, limit: 100 })).count).toBe(captured.length);
    const { data: statements } = await payjp.statements.list({ term: term.id, type: 'sales', owner: 'merchant' });
    const gross = statements[0]!.items.find(({ subject }) => subject === 'gross_sales')!.amount;
    expect(gross).toBe(grossYen);
    expect(await payjp.statements.retrieve(statements[0]!.id)).toEqual(statements[0]);
    const url = await payjp.statements.statementUrls(statements[0]!.id, { platformer: false });
    expect(url.object).toBe('statement_url');
    const page = await fetch(url.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(String(gross));
    expect((await fetch(url.url.replace('mode=live', 'mode=test'))).status).toBe(404);

    const balance = await payjp.balances.retrieve(statements[0]!.balance_id!);
    expect(balance).toMatchObject({ state: 'transfer', closed: false, net: statements[0]!.net });
    expect((await payjp.balances.statementUrls(balance.id)).object).toBe('statement_url');
    const { data: pending } = await payjp.transfers.list({ status: 'pending' });
    expect(pending).toMatchObject([{ amount: balance.net, summary: { charge_gross: gross } }]);
    shop.moveDate(13 * dayMs);
    expect(await payjp.transfers.retrieve(pending[0]!.id)).toMatchObject({
      status: 'paid',
      transfer_amount: balance.net,
    });
    expect(await payjp.transfers.charges(pending[0]!.id, { limit: 1 })).toMatchObject({
      count: captured.length,
      url: `/v1/transfers/${pending[0]!.id}/charges`,
    });
    expect(await payjp.balances.retrieve(balance.id)).toMatchObject({ closed: true });
  });
});
