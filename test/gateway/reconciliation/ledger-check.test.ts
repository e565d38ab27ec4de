/** The ledger against itself, in worlds with open payments, and with entries that somebody changed. */
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../../gateway/reconciliation/ledger-check.ts';
import { on, silence } from '../acquirers.ts';
import { openShop, type Shop, type World } from '../world.ts';

const trade = async (): Promise<World & { shop: Shop }> => {
  const world = await openShop();
  await world.play(async () => {
    const { shop } = world;
    const charge = async (amount: number, more: object = {}): Promise<string> =>
      (await shop.post('/v1/charges', { amount, currency: 'jpy', card: await shop.token(), ...more })).json.id;
    const paid = await charge(1_000);
    await shop.post(`/v1/charges/${paid}/refund`, { amount: 250 });
    await charge(2_000, { capture: 'false' });
    const card = await shop.token();
    world.acquirers.escott.hand = on('1Auth', silence);
    await shop.post('/v1/charges', { amount: 3_000, currency: 'jpy', card });
    world.acquirers.escott.hand = null;
  });
  return world;
};

const check = (world: World) => world.store.read((tx) => readLedger(tx));
const write = (world: World, sql: string) => world.store.unit((tx) => tx.run({ sql, parameters: [] }, {}));

describe('the ledger', () => {
  it('agrees with the charges, and suspense is the open payments', async () => {
    const world = await trade();
    expect(await check(world)).toEqual({
      sumYen: 0,
      suspenseYen: 3_000,
      open: { count: 1, yen: 3_000 },
      faults: [],
    });
    await world.pass(1_200_000);
    expect(await check(world)).toMatchObject({ suspenseYen: 0, open: { count: 0, yen: 0 }, faults: [] });
  });

  it.each([
    [`update transfers set amount = amount + 1 where kind = 'capture'`, ['payable:shop-1', 'receivable:escott']],
    [`delete from transfers where kind = 'refund'`, ['payable:shop-1', 'receivable:escott']],
    [`update charges set state = 'failed' where state = 'unknown'`, ['commitments', 'suspense:shop-1']],
    [`update charges set amount = amount + 1 where state = 'authorised'`, ['authorised:shop-1', 'commitments']],
    [`update transfers set credit = 'payable:nobody' where kind = 'capture'`, ['payable:nobody', 'payable:shop-1']],
  ])('shows what was changed: %s', async (sql, accounts) => {
    const world = await trade();
    expect(await write(world, sql)).toBeGreaterThan(0);
    const { faults } = await check(world);
    expect(faults.map((fault) => 'account' in fault && fault.account)).toEqual(accounts);
  });

  it('shows an entry that stands twice', async () => {
    const world = await trade();
    await write(world, `insert into transfers select * from transfers where kind = 'capture'`);
    const { faults, sumYen } = await check(world);
    expect(sumYen).toBe(0);
    expect(faults).toContainEqual({ kind: 'written_twice', entry: expect.stringMatching(/\/capture$/), times: 2 });
  });
});
