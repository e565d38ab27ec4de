/**
 * A process that sleeps between writing down what it will ask an acquirer and asking it: by the time
 * it wakes, another instance has taken that up. It must not send it.
 */
import { describe, expect, it } from 'vitest';
import type { Clock, Store } from '../../../gateway/ports.ts';
import { disagreements } from '../books.ts';
import { openShop } from '../world.ts';

const asleepMs = 300_000;

/** A store whose next unit commits at once and says so five minutes later. */
const sleepy = () => {
  let armed = false;
  return {
    arm: () => {
      armed = true;
    },
    between: (store: Store, clock: Clock): Store => ({
      ...store,
      async unit(work) {
        const sleeps = armed;
        armed = false;
        const value = await store.unit(work);
        if (sleeps) await clock.sleep(asleepMs);
        return value;
      },
    }),
  };
};

const sent = { authorisation: ['1Auth', 'ExecTran'], capture: ['1Capture', 'AlterTran'] } as const;

const open = async (first: 'escott' | 'gmo') => {
  const { arm, between } = sleepy();
  const world = await openShop({
    between,
    lookEveryMs: 15_000,
    adjust: (policy) => ({
      ...policy,
      routing: { ...policy.routing, order: first === 'escott' ? ['escott', 'gmo'] : ['gmo', 'escott'] },
    }),
  });
  world.addGateway('gateway-2');
  const count = (what: keyof typeof sent): number =>
    world.calls().filter(({ operation }) => (sent[what] as readonly string[]).includes(operation)).length;
  return { ...world, arm, count };
};

describe.each(['escott', 'gmo'] as const)('an instance that sleeps before it asks %s', (first) => {
  it('sends no authorisation that another one has given up', async () => {
    const world = await open(first);
    const card = await world.play(() => world.shop.token());
    const before = world.count('authorisation');
    world.arm();
    const told = await world.play(() =>
      world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card }).catch(() => null),
    );
    await world.pass(1_800_000);
    expect(told?.status ?? 500).toBe(500);
    expect(world.count('authorisation')).toBe(before);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('sends no capture that another one has carried out', async () => {
    const world = await open(first);
    const { json } = await world.play(async () =>
      world.shop.post('/v1/charges', {
        amount: 1000,
        currency: 'jpy',
        card: await world.shop.token(),
        capture: false,
      }),
    );
    world.arm();
    await world.play(() => world.shop.post(`/v1/charges/${json.id}/capture`).catch(() => null));
    await world.pass(1_800_000);
    expect(world.count('capture')).toBe(1);
    expect(world.rows('select state from charges')).toEqual([{ state: 'captured' }]);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('an address with a NUL in it', () => {
  it('is refused before any store could choke on it', async () => {
    const world = await openShop();
    const told = await world.play(() => world.shop.get('/v1/charges/ch_%00'));
    expect(told.status).toBe(404);
    expect(world.calls()).toEqual([]);
  });
});
