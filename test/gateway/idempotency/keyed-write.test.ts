/** `Idempotency-Key` on calls that ask no acquirer for money: tokens, customers, cards, plans, descriptions. */
import { describe, expect, it } from 'vitest';
import { cardOf, type FormInput, openShop, type Shop, type Told, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };

interface Written {
  readonly what: string;
  /** Rows that one execution adds or changes. */
  readonly rows: (world: World) => unknown[];
  readonly prepare: (world: Opened) => Promise<{ path: string; form: FormInput; other: FormInput }>;
}

const customer = async ({ shop }: Opened): Promise<string> => (await shop.post('/v1/customers', {})).json.id as string;

const writes: readonly Written[] = [
  {
    what: 'a token',
    rows: (world) => world.rows('select id from tokens'),
    prepare: async () => ({ path: '/v1/tokens', form: cardOf(), other: cardOf('5555555555554444') }),
  },
  {
    what: 'a customer',
    rows: (world) => world.rows('select id from customers'),
    prepare: async () => ({
      path: '/v1/customers',
      form: { email: 'a@example.com' },
      other: { email: 'b@example.com' },
    }),
  },
  {
    what: 'a card of a customer',
    rows: (world) => world.rows('select id from cards where customer_id is not null'),
    prepare: async (world) => ({
      path: `/v1/customers/${await customer(world)}/cards`,
      form: { card: await world.shop.token() },
      other: { card: await world.shop.token('5555555555554444') },
    }),
  },
  {
    what: 'a plan',
    rows: (world) => world.rows('select id from plans'),
    prepare: async () => ({
      path: '/v1/plans',
      form: { amount: 500, currency: 'jpy', interval: 'month' },
      other: { amount: 600, currency: 'jpy', interval: 'month' },
    }),
  },
  {
    what: 'a description of a charge',
    rows: (world) => world.rows("select id from events where type = 'charge.updated'"),
    prepare: async ({ shop }) => {
      const made = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: await shop.token() });
      return { path: `/v1/charges/${made.json.id}`, form: { description: 'one' }, other: { description: 'two' } };
    },
  },
];

const bytes = ({ status, text }: Told): string => `${status} ${text}`;

describe.each(writes)('writing $what under a key', ({ rows, prepare }) => {
  it('is done once and answered with the same bytes, also after a restart', async () => {
    const world = await openShop();
    const { path, form } = await world.play(() => prepare(world));
    const before = rows(world).length;
    const key = { key: 'once' };
    const first = await world.play(() => world.shop.post(path, form, key));
    await world.pass(60_000);
    const second = await world.play(() => world.shop.post(path, form, key));
    world.gateway.kill();
    await world.gateway.start();
    const third = await world.play(() => world.shop.post(path, form, key));
    expect(first.status).toBe(200);
    expect([bytes(second), bytes(third)]).toEqual([bytes(first), bytes(first)]);
    expect(rows(world).length - before).toBe(1);
  });

  it('refuses the key for another request, and writes nothing', async () => {
    const world = await openShop();
    const { path, form, other } = await world.play(() => prepare(world));
    await world.play(() => world.shop.post(path, form, { key: 'once' }));
    const before = rows(world).length;
    const refused = await world.play(() => world.shop.post(path, other, { key: 'once' }));
    expect(refused.status).toBe(422);
    expect(rows(world)).toHaveLength(before);
  });

  it('is done once when asked by many at once', async () => {
    const world = await openShop();
    const { path, form } = await world.play(() => prepare(world));
    const before = rows(world).length;
    const answers = await world.play(() =>
      Promise.all(Array.from({ length: 20 }, () => world.shop.post(path, form, { key: 'once' }))),
    );
    expect(rows(world).length - before).toBe(1);
    expect(new Set(answers.filter(({ status }) => status === 200).map(bytes)).size).toBe(1);
    expect(answers.filter(({ status }) => ![200, 409].includes(status))).toEqual([]);
  });

  it('leaves a key free whose request was refused', async () => {
    const world = await openShop();
    const { path, form } = await world.play(() => prepare(world));
    const wrong = await world.play(() => world.shop.post(path, { ...form, 'no-such-field': 1 }, { key: 'once' }));
    const right = await world.play(() => world.shop.post(path, form, { key: 'once' }));
    expect([wrong.status, right.status]).toEqual([400, 200]);
  });
});
