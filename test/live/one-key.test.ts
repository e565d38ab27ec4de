/** One idempotency key, a thousand requests at once, two gateway processes, one PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../gateway/store/postgres.ts';
import { cardOf } from '../gateway/world.ts';
import { noPostgres, type Postgres, startPostgres } from './postgres.ts';
import { ask, enrol, type Gateway, type Programs, startPrograms } from './programs.ts';

const requests = 1_000;

describe.skipIf(noPostgres)('two gateway processes on one PostgreSQL', () => {
  let postgres: Postgres;
  let programs: Programs;
  let gateways: Gateway[];
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    programs = await startPrograms();
    url = await postgres.newDatabase();
    // Together: both find an empty database.
    gateways = await Promise.all(['gateway-1', 'gateway-2'].map((id) => programs.startGateway(id, url)));
  });
  afterAll(async () => {
    await programs?.close();
    await postgres?.stop();
  });

  it(`carry out one key of ${requests} concurrent requests once, and all answers agree`, async () => {
    const [first, second] = gateways as [Gateway, Gateway];
    const shop = await enrol(first.url, 'shop-1');
    const { json: token } = await ask(second.url, '/v1/tokens', { key: shop.public, form: cardOf() });
    const held = (await programs.transactions()).length;
    const form = { amount: 1000, currency: 'jpy', card: token.id as string };
    const told = await Promise.all(
      Array.from({ length: requests }, (_, index) =>
        ask(gateways[index % 2]!.url, '/v1/charges', { key: shop.secret, form, idempotencyKey: 'one-key' }),
      ),
    );
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(new Set(told.filter(({ status }) => status === 200).map(({ text }) => text)).size).toBe(1);
    for (const { json } of told.filter(({ status }) => status === 409))
      expect(json.error.code).toBe('idempotency_key_in_progress');
    // Whoever asks again gets the bytes of the first answer, from either.
    const again = await Promise.all(
      gateways.map((one) => ask(one.url, '/v1/charges', { key: shop.secret, form, idempotencyKey: 'one-key' })),
    );
    expect(new Set([...again, ...told.filter(({ status }) => status === 200)].map(({ text }) => text)).size).toBe(1);

    const store = await openPostgresStore({ url });
    expect(await store.inspect('select state, captured_amount from charges')).toEqual([
      { state: 'captured', captured_amount: 1000 },
    ]);
    expect(await store.inspect(`select count(*) as n from attempts where kind = 'authorise'`)).toEqual([{ n: 1 }]);
    await store.close();
    const made = (await programs.transactions()).slice(held);
    expect(made.map(({ authorisedYen, capturedYen }) => [authorisedYen, capturedYen])).toEqual([[1000, 1000]]);
  });
});
