/**
 * The database goes away between an acquirer's answer and its writing down. The process lives on, so no
 * start takes up what it left: found by the day of 2019-07-10, where one capture in 1,500 fell into that gap.
 */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../gateway/ports.ts';
import { disagreements } from '../books.ts';
import { openShop } from '../world.ts';

/** Away from the first answer of the acquirer on, for `awayMs`. */
const fragile = (awayMs: number) => {
  let armed = false;
  let goneMs: number | null = null;
  let asked: () => number = () => 0;
  let before = 0;
  return {
    arm(calls: () => number) {
      armed = true;
      asked = calls;
      before = calls();
    },
    between: (store: Store, clock: { monotonicMs(): number }): Store => {
      const guard = async (): Promise<void> => {
        if (!armed) return;
        if (goneMs === null && asked() > before) goneMs = clock.monotonicMs();
        if (goneMs !== null && clock.monotonicMs() < goneMs + awayMs) throw new Error('the database is away');
      };
      return {
        unit: (work) => guard().then(() => store.unit(work)),
        read: (work) => guard().then(() => store.read(work)),
      };
    },
  };
};

describe('a database that goes away while an acquirer is asked', () => {
  it.each([
    ['ten seconds', 10_000],
    ['ten minutes', 600_000],
  ])('has a capture of that moment taken up and settled after %s, without a restart', async (_, awayMs) => {
    const { arm, between } = fragile(awayMs);
    const world = await openShop({ between });
    const { shop } = world;
    const id = await world.play(async () => {
      const { json } = await shop.post('/v1/charges', {
        amount: 1000,
        currency: 'jpy',
        card: await shop.token(),
        capture: false,
      });
      return json.id as string;
    });
    const told = await world.play(async () => {
      arm(() => world.calls().filter(({ operation }) => operation === '1Capture').length);
      return shop.post(`/v1/charges/${id}/capture`, {}, { key: 'once' });
    });
    expect(told).toMatchObject({ status: 500, json: { error: { code: 'payjp_wrong' } } });
    await world.pass(awayMs + 300_000);
    const after = await world.play(() => shop.get(`/v1/charges/${id}`));
    expect(after.json).toMatchObject({ captured: true, amount_refunded: 0 });
    expect(await disagreements(world)).toEqual([]);
    expect(world.rows("select key from idempotency where state = 'started'")).toEqual([]);
  });

  it('asks its database nothing more once nothing can be left', async () => {
    let reads = 0;
    const { arm, between } = fragile(10_000);
    const world = await openShop({
      between: (store, clock) => {
        const inner = between(store, clock);
        return {
          ...inner,
          read: (work) => {
            reads += 1;
            return inner.read(work);
          },
        };
      },
    });
    await world.play(async () => {
      const card = await world.shop.token();
      arm(() => world.calls().length);
      await world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card });
    });
    await world.pass(900_000);
    const atRest = reads;
    await world.pass(900_000);
    expect(reads).toBe(atRest);
  });
});
