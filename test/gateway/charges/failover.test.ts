/** Which acquirer a payment goes to, and when it may go to a second one. */
import { describe, expect, it } from 'vitest';
import { on, says, silence } from '../acquirers.ts';
import { balancesOf, disagreements } from '../books.ts';
import { openShop, type Shop, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };

const pay = ({ shop }: Opened, card: string, key?: string) =>
  shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card }, key === undefined ? {} : { key });

const at = (world: World, acquirer: 'escott' | 'gmo', operations: readonly string[]): number =>
  world.acquirers[acquirer].calls.filter(
    ({ operation, fields }) => operations.includes(operation) && !fields.SecurityCode && fields.JobCd !== 'CHECK',
  ).length;

describe('a payment whose first acquirer certainly did not get it', () => {
  it.each<[string, (world: Opened) => void]>([
    ['is not there', (world) => world.link('escott').add({ type: 'down' })],
    ['cannot be reached', (world) => world.link('escott').add({ type: 'unreachable' })],
    [
      'does not take connections',
      (world) => world.link('escott').add({ type: 'connect_timeout', attributes: { timeout: 3000 } }),
    ],
    [
      'says that it took the transaction back itself',
      (world) => {
        world.acquirers.escott.hand = on('1Auth', (call, carryOut) =>
          says(`MerchantFree1=${call.fields.MerchantFree1}&ResponseCd=KHV`)(call, carryOut),
        );
      },
    ],
  ])('is made at the second one when the first %s', async (_, harm) => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      harm(world);
      return pay(world, card);
    });
    expect(told).toMatchObject({ status: 200, acquirer: 'gmo', outcome: null });
    expect(told.json).toMatchObject({ paid: true, captured: true });
    expect(world.rows('select acquirer, kind, state, code from attempts order by reference')).toMatchObject([
      { acquirer: 'escott', kind: 'authorise', state: 'not_sent' },
      { acquirer: 'gmo', kind: 'authorise', state: 'approved' },
    ]);
    expect(world.rows('select acquirer from charges')).toEqual([{ acquirer: 'gmo' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is declined by the issuer through the second one', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token('4000000000080319');
      world.link('escott').add({ type: 'down' });
      return pay(world, card);
    });
    expect(told).toMatchObject({ status: 402, decidedBy: 'issuer', acquirer: 'gmo' });
    expect(await disagreements(world)).toEqual([]);
  });

  it('is never made at the second one when the first may have got it', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      world.acquirers.escott.hand = on('1Auth', silence);
      return pay(world, card);
    });
    expect(told).toMatchObject({ status: 500, outcome: 'unknown', acquirer: 'escott' });
    await world.pass(600_000);
    expect(world.acquirers.gmo.calls).toEqual([]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is unknown at the second one when that one is silent', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      world.link('escott').add({ type: 'down' });
      world.acquirers.gmo.hand = on('ExecTran', async (_call, carryOut) => {
        await carryOut();
        return silence();
      });
      return pay(world, card);
    });
    expect(told).toMatchObject({ status: 500, outcome: 'unknown', acquirer: 'gmo' });
    world.acquirers.gmo.hand = null;
    await world.pass(600_000);
    expect(world.rows('select state, acquirer from charges')).toEqual([{ state: 'failed', acquirer: 'gmo' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('fails for certain when the second one is not there either', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      for (const acquirer of ['escott', 'gmo'] as const) world.link(acquirer).add({ type: 'down' });
      return pay(world, card);
    });
    expect(told).toMatchObject({ status: 500, outcome: null, decidedBy: 'acquirer' });
    expect(told.json.error).toMatchObject({ code: 'pg_wrong', type: 'server_error' });
    expect(world.rows('select state, failure_code from charges')).toEqual([
      { state: 'failed', failure_code: 'pg_wrong' },
    ]);
    expect(balancesOf(world)).toEqual({});
    expect(await disagreements(world)).toEqual([]);
  });

  it('stays where it is when the policy has no failover', async () => {
    const world = await openShop({
      adjust: (policy) => ({ ...policy, routing: { ...policy.routing, failover: false } }),
    });
    const told = await world.play(async () => {
      const card = await world.shop.token();
      world.link('escott').add({ type: 'down' });
      return pay(world, card);
    });
    expect(told).toMatchObject({ status: 500, outcome: null, acquirer: 'escott' });
    expect(world.acquirers.gmo.calls).toEqual([]);
  });
});

describe('while the first acquirer is known to be away', () => {
  const awayWorld = async (both: boolean): Promise<{ world: Opened; cards: string[] }> => {
    const world = await openShop();
    const cards = await world.play(async () => {
      const tokens = [];
      for (let count = 0; count < 30; count += 1) tokens.push(await world.shop.token());
      world.link('escott').add({ type: 'down' });
      if (both) world.link('gmo').add({ type: 'down' });
      // Until the breakers know it.
      for (let count = 0; count < 25; count += 1) await pay(world, tokens.pop() ?? '');
      return tokens;
    });
    return { world, cards };
  };

  it('payments go to the second one without asking the first', async () => {
    const { world, cards } = await awayWorld(false);
    const before = world.stage.network.faults().reduce((sum, { intended }) => sum + intended, 0);
    const told = await world.play(() => pay(world, cards[0] ?? ''));
    expect(told).toMatchObject({ status: 200, acquirer: 'gmo' });
    expect(world.stage.network.faults().reduce((sum, { intended }) => sum + intended, 0)).toBe(before);
    expect(world.rows('select acquirer from attempts order by sent_ms desc limit 1')).toEqual([{ acquirer: 'gmo' }]);
  });

  it('and so is the second, a payment is refused with nothing written and nobody asked', async () => {
    const { world, cards } = await awayWorld(true);
    const tables = () =>
      JSON.stringify(
        ['charges', 'attempts', 'transfers', 'tokens', 'idempotency', 'events'].map((table) =>
          world.rows(`select * from ${table}`),
        ),
      );
    const before = tables();
    const sent = world.stage.counters().sent;
    const told = await world.play(() => pay(world, cards[0] ?? '', 'k'));
    expect(told).toMatchObject({ status: 503, decidedBy: 'gateway-breaker', outcome: null, acquirer: null });
    expect(told.json.error).toMatchObject({ type: 'server_error', code: 'pg_wrong', status: 503 });
    expect(told.json.error).not.toHaveProperty('charge');
    expect(tables()).toBe(before);
    expect(world.stage.counters().sent - sent).toBe(1);
    // The token and the key are as good as new when somebody is there again.
    world.link('gmo').heal();
    world.link('escott').heal();
    await world.pass(120_000);
    expect((await world.play(() => pay(world, cards[0] ?? '', 'k'))).status).toBe(200);
    expect(await disagreements(world)).toEqual([]);
  });

  it('cards are registered at the second one', async () => {
    const world = await openShop();
    const [first, second] = await world.play(async () => {
      const one = await world.shop.post('/v1/tokens', {
        card: { number: '4242424242424242', exp_month: 1, exp_year: 2030 },
      });
      world.link('escott').add({ type: 'down' });
      return [
        one,
        await world.shop.post('/v1/tokens', { card: { number: '4242424242424242', exp_month: 1, exp_year: 2030 } }),
      ];
    });
    expect([first?.acquirer, second?.acquirer]).toEqual(['escott', 'gmo']);
    expect(at(world, 'gmo', ['ExecTran'])).toBe(1);
  });

  it('a capture waits for the acquirer that holds the money, however well the other one is', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const held = await world.shop.post('/v1/charges', {
        amount: 1000,
        currency: 'jpy',
        card: await world.shop.token(),
        capture: false,
      });
      world.link('escott').add({ type: 'down' });
      return world.shop.post(`/v1/charges/${held.json.id}/capture`);
    });
    expect(told).toMatchObject({ status: 200, outcome: 'deferred', acquirer: 'escott' });
    expect(world.acquirers.gmo.calls).toEqual([]);
    world.link('escott').heal();
    await world.pass(600_000);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('a card check', () => {
  it('may be asked again elsewhere even when the first acquirer may have got it: it moves no money', async () => {
    const world = await openShop();
    world.acquirers.escott.hand = on('1Check', silence);
    const told = await world.play(() =>
      world.shop.post('/v1/tokens', { card: { number: '4242424242424242', exp_month: 1, exp_year: 2030 } }),
    );
    expect(told).toMatchObject({ status: 200, acquirer: 'gmo' });
  });

  it('that nobody answers makes no token', async () => {
    const world = await openShop();
    world.acquirers.escott.hand = on('1Check', silence);
    world.acquirers.gmo.hand = on('ExecTran', silence);
    const told = await world.play(() =>
      world.shop.post('/v1/tokens', { card: { number: '4242424242424242', exp_month: 1, exp_year: 2030 } }),
    );
    expect(told).toMatchObject({ status: 500, outcome: null });
    expect(told.json.error.code).toBe('pg_wrong');
    for (const table of ['tokens', 'cards', 'vault']) expect(world.rows(`select * from ${table}`)).toEqual([]);
  });
});
