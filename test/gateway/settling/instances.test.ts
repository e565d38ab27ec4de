/** Several instances on one store: no work is lost with one of them, and none is done twice. */
import { describe, expect, it } from 'vitest';
import { type Hand, loseReply, on, silence } from '../acquirers.ts';
import { disagreements } from '../books.ts';
import { type FormInput, openShop, type Shop, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };
type First = 'escott' | 'gmo';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const form = (card: string, more: FormInput = {}) => ({ amount: 1000, currency: 'jpy', card, ...more });
const at = (path: string): string => `http://gateway-2.test${path}`;

const open = async (first: First, lookEveryMs = 15_000): Promise<Opened> => {
  const world = await openShop({
    lookEveryMs,
    adjust: (policy) => ({
      ...policy,
      routing: { ...policy.routing, order: first === 'escott' ? ['escott', 'gmo'] : ['gmo', 'escott'] },
    }),
  });
  world.addGateway('gateway-2');
  return world;
};

/** Begins a request of which nobody will hear, because its instance dies. */
const begin = (world: Opened, path: string, sent: FormInput, key?: string): void => {
  world.stage.spawnTask(
    'a shop whose gateway dies',
    async () => {
      await world.shop.post(path, sent, key === undefined ? {} : { key }).catch(() => undefined);
    },
    { daemon: true },
  );
};

/** Requests that carried something out, by what they were. */
const carriedOut = (world: World, ...operations: string[]): number =>
  world.calls().filter(({ operation }) => operations.includes(operation)).length;

const authorising = { escott: '1Auth', gmo: 'ExecTran' } as const;
const capturing = { escott: '1Capture', gmo: 'AlterTran' } as const;

describe.each(['escott', 'gmo'] as const)('what an instance had in flight at %s when it died', (first) => {
  it.each([
    ['carried out', loseReply],
    ['never there', silence],
  ] as [string, Hand][])('is settled by another one: an authorisation that was %s', async (_what, hand) => {
    const world = await open(first);
    const card = await world.play(() => world.shop.token());
    // At GMO-PG registering a card is an authorisation too.
    const before = carriedOut(world, authorising[first]);
    world.acquirers[first].hand = on(authorising[first], hand);
    begin(world, '/v1/charges', form(card), 'k');
    await world.pass(1_000);
    world.gateway.kill();
    world.acquirers[first].hand = null;
    // A lease is 90 s at least: until then nobody touches it.
    await world.pass(60_000);
    expect(world.rows('select state from charges')).toEqual([{ state: 'pending' }]);
    await world.pass(600_000);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
    const told = await world.play(() => world.shop.post(at('/v1/charges'), form(card), { key: 'k' }));
    expect(told).toMatchObject({ status: 500, outcome: null });
    expect(carriedOut(world, authorising[first])).toBe(before + 1);
  });

  it.each([
    ['carried out', loseReply],
    ['never there', silence],
  ] as [string, Hand][])('is finished by another one: a capture that was %s', async (_what, hand) => {
    const world = await open(first);
    const { json } = await world.play(async () =>
      world.shop.post('/v1/charges', form(await world.shop.token(), { capture: false })),
    );
    world.acquirers[first].hand = on(capturing[first], hand);
    begin(world, `/v1/charges/${json.id}/capture`, {});
    await world.pass(1_000);
    world.gateway.kill();
    world.acquirers[first].hand = null;
    await world.pass(300_000);
    const { json: now } = await world.play(() => world.shop.get(at(`/v1/charges/${json.id}`)));
    expect(now).toMatchObject({ captured: true });
    expect(now.pending_operation ?? null).toBeNull();
    expect(await disagreements(world)).toEqual([]);
  });

  it.each([20, 60, 120])('is booked once although it was only asleep, from %d ms on', async (asleepAtMs) => {
    const world = await open(first);
    const card = await world.play(() => world.shop.token());
    begin(world, '/v1/charges', form(card));
    await world.pass(asleepAtMs);
    world.gateway.freeze();
    await world.pass(600_000);
    expect(world.rows('select state from attempts').filter(({ state }) => state === 'sending')).toEqual([]);
    const settled = world.rows('select * from charges');
    world.gateway.resume();
    await world.pass(600_000);
    expect(world.rows('select * from charges')).toEqual(settled);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('work that two instances see', () => {
  it('is done by one of them: reversals, captures and refunds after an outage', async () => {
    const world = await open('escott');
    const held: string[] = [];
    await world.play(async () => {
      for (let index = 0; index < 40; index += 1) {
        const path = index % 2 === 0 ? '/v1/charges' : at('/v1/charges');
        const { json } = await world.shop.post(path, form(await world.shop.token(), { capture: index % 4 > 1 }));
        held.push(json.id as string);
      }
      world.acquirers.escott.hand = silence;
      await Promise.all(
        held.map((id, index) =>
          world.shop.post(`${index % 3 === 0 ? at('') : ''}/v1/charges/${id}/${index % 4 > 1 ? 'refund' : 'capture'}`),
        ),
      );
    });
    await world.pass(60_000);
    world.acquirers.escott.hand = null;
    await world.pass(1_800_000);
    const states = world.rows('select state, count(*) as n from attempts group by state order by state');
    expect(states.map(({ state }) => state)).toEqual(['approved']);
    const after = world
      .calls()
      .filter(
        ({ operation, atMs }) => ['1Capture', '1Delete'].includes(operation) && atMs > world.stage.nowMs() - 1_800_000,
      )
      .map(({ operation, fields }) => `${operation} ${fields.MerchantFree1}`);
    expect(after.length).toBeGreaterThan(30);
    expect(new Set(after).size).toBe(after.length);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is not made due for others by the end of an outage while one of them is at it', async () => {
    const world = await open('escott');
    await world.play(async () => {
      const { json } = await world.shop.post('/v1/charges', form(await world.shop.token(), { capture: false }));
      world.acquirers.escott.hand = silence;
      await world.shop.post(`/v1/charges/${json.id}/capture`);
    });
    // One of them is at it: it has asked, and waits for the answer.
    await world.pass(2_000);
    const claimed = world.rows(
      'select lease_owner, lease_until_ms, due_ms from attempts where lease_until_ms is not null',
    );
    expect(claimed).toHaveLength(1);
    expect(claimed[0].due_ms).toBe(claimed[0].lease_until_ms);
    world.acquirers.escott.hand = null;
    await world.pass(600_000);
    expect(carriedOut(world, '1Capture')).toBe(2);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('a subscription that two instances see', () => {
  it('is renewed once a month over an outage, by whichever lives', async () => {
    const world = await open('escott', 600_000);
    await world.play(async () => {
      await world.shop.post('/v1/plans', { id: 'p', amount: 500, currency: 'jpy', interval: 'month' });
      await world.shop.post('/v1/customers', { id: 'c', card: await world.shop.token() });
      await world.shop.post('/v1/subscriptions', { plan: 'p', customer: 'c' });
    });
    const renewals = (): number => world.rows("select id from charges where state = 'captured'").length;
    expect(renewals()).toBe(1);
    await world.pass(31 * dayMs + hourMs);
    expect(renewals()).toBe(2);
    // The next one meets an outage, and an instance dies in the midst of it.
    await world.pass(31 * dayMs - 2 * hourMs);
    for (const acquirer of Object.values(world.acquirers)) acquirer.hand = silence;
    await world.pass(2 * hourMs);
    world.gateway.kill();
    for (const acquirer of Object.values(world.acquirers)) acquirer.hand = null;
    expect(renewals()).toBe(2);
    await world.pass(dayMs);
    expect(renewals()).toBe(3);
    expect(await disagreements(world)).toEqual([]);
  });
});
