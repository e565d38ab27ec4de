/**
 * npm `payjp`, unmodified, of both lines (3.1.2 and 2.3.0): 3-D Secure on charges, tokens and customers' cards over
 * loopback sockets, with a browser in code between two calls of the shop.
 */
import Payjp from 'payjp';
import PayjpOld from 'payjp2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveClock } from '../../gateway/clock.ts';
import { createLiveFetch } from '../../gateway/fetch.ts';
import { openPostgresStore, type PostgresStore } from '../../gateway/store/postgres.ts';
import { createBrowser, type Visit } from '../../scenarios/cast/browser.ts';
import { noPostgres, type Postgres, startPostgres } from '../live/postgres.ts';
import { type LiveShop, openLiveShop } from './live-shop.ts';

const numbers = { frictionless: '4100000000000100', challenge: '4100000000005000', failed: '4100000000300005' };

const authenticate = (shop: LiveShop, id: string): Promise<Visit> =>
  createBrowser({ fetch: createLiveFetch(), clock: createLiveClock(), gatewayUrl: shop.origin }).walk(
    `${shop.origin}/v1/tds/${id}/start?publickey=${shop.keys.test.public}`,
  );

const codeOf = (call: Promise<unknown>): Promise<string | null> =>
  call.then(
    () => null,
    (reason: Payjp.ResponseError) => (reason.response?.body?.error as { code?: string } | undefined)?.code ?? 'none',
  );

/** What a shop does with either SDK: their methods have the same names. */
const suite = (shopOf: () => LiveShop, connect: (shop: LiveShop) => Payjp.Payjp): void => {
  const token = async (payjp: Payjp.Payjp, number: string, more: object = {}): Promise<string> => {
    const card = { number, exp_month: 12, exp_year: 2040, cvc: '123', email: 'taro@example.com' };
    return ((await payjp.tokens.create({ card, ...more } as never)) as { id: string }).id;
  };

  it('finishes a charge after its card holder passed', async () => {
    const payjp = connect(shopOf());
    const card = await token(payjp, numbers.challenge);
    const charge = await payjp.charges.create({ amount: 12_000, currency: 'jpy', card, three_d_secure: true } as never);
    expect(charge).toMatchObject({ paid: false, three_d_secure_status: 'unverified' });
    expect(await codeOf(payjp.charges.tds_finish(charge.id))).toBe('three_d_secure_incompleted');
    expect(await authenticate(shopOf(), charge.id)).toMatchObject({ end: 'finished', challenged: true });
    expect(await payjp.charges.tds_finish(charge.id)).toMatchObject({
      id: charge.id,
      paid: true,
      captured: true,
      three_d_secure_status: 'verified',
    });
    expect(await codeOf(payjp.charges.tds_finish(charge.id))).toBe('invalid_three_d_secure_state');
  });

  it('is told when a card holder failed', async () => {
    const payjp = connect(shopOf());
    const card = await token(payjp, numbers.failed);
    const charge = await payjp.charges.create({ amount: 500, currency: 'jpy', card, three_d_secure: true } as never);
    await authenticate(shopOf(), charge.id);
    expect(await codeOf(payjp.charges.tds_finish(charge.id))).toBe('three_d_secure_failed');
    expect(await payjp.charges.retrieve(charge.id)).toMatchObject({ paid: false, three_d_secure_status: 'failed' });
  });

  it('finishes a token and pays with it', async () => {
    const payjp = connect(shopOf());
    const id = await token(payjp, numbers.frictionless, { three_d_secure: true });
    expect(await codeOf(payjp.charges.create({ amount: 500, currency: 'jpy', card: id }))).toBe('unverified_token');
    await authenticate(shopOf(), id);
    expect(await payjp.tokens.tds_finish(id)).toMatchObject({ id, card: { three_d_secure_status: 'verified' } });
    expect(await payjp.charges.create({ amount: 500, currency: 'jpy', card: id })).toMatchObject({ paid: true });
  });

  it("authenticates a customer's card, reads and lists the requests", async () => {
    const payjp = connect(shopOf());
    const customer = await payjp.customers.create({ card: await token(payjp, numbers.frictionless) });
    const resource_id = customer.default_card!;
    const made = await payjp.three_d_secure_requests.create({ resource_id } as never);
    expect(made).toMatchObject({ object: 'three_d_secure_request', resource_id, state: 'created' });
    await authenticate(shopOf(), made.id);
    let read = await payjp.three_d_secure_requests.retrieve(made.id);
    for (let tries = 0; read.state !== 'finished' && tries < 50; tries += 1)
      read = await payjp.three_d_secure_requests.retrieve(made.id);
    expect(read).toMatchObject({ state: 'finished', three_d_secure_status: 'verified' });
    const list = await payjp.three_d_secure_requests.list({ resource_id } as never);
    expect(list.data.map(({ id }) => id)).toEqual([made.id]);
  });
};

const connections = [
  ['payjp 3.1.2', (shop: LiveShop) => Payjp(shop.keys.test.secret, { apibase: `${shop.origin}/v1` })],
  [
    'payjp 2.3.0',
    (shop: LiveShop) =>
      (PayjpOld as unknown as typeof Payjp)(shop.keys.test.secret, { apibase: `${shop.origin}/v1` } as never),
  ],
] as const;

describe.each(connections)('%s and 3-D Secure', (_name, connect) => {
  let shop: LiveShop;
  beforeAll(async () => {
    shop = await openLiveShop({ threeDSecure: true });
  });
  afterAll(() => shop?.close());
  suite(() => shop, connect);
});

describe.skipIf(noPostgres)('payjp 3.1.2 and 3-D Secure on PostgreSQL 15', () => {
  let postgres: Postgres;
  let store: PostgresStore;
  let shop: LiveShop;
  beforeAll(async () => {
    postgres = await startPostgres();
    store = await openPostgresStore({ url: await postgres.newDatabase() });
    shop = await openLiveShop({ threeDSecure: true }, { store });
  }, 60_000);
  afterAll(async () => {
    await shop?.close();
    await store?.close();
    await postgres?.stop();
  });
  suite(() => shop, connections[0][1]);

  it('finishes once when it is asked twice at once', async () => {
    const payjp = connections[0][1](shop);
    const card = { number: numbers.frictionless, exp_month: 12, exp_year: 2040, cvc: '123' };
    const { id: token } = (await payjp.tokens.create({ card } as never)) as { id: string };
    const charge = await payjp.charges.create({
      amount: 700,
      currency: 'jpy',
      card: token,
      three_d_secure: true,
    } as never);
    await authenticate(shop, charge.id);
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(payjp.charges.tds_finish(charge.id))));
    expect(codes.filter((code) => code === null)).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set([null, 'invalid_three_d_secure_state']));
  });
});
