/** Renewing an authorisation: a new hold takes the old one's place, and one hold is all there ever is. */
import { describe, expect, it } from 'vitest';
import { loseReply, on } from '../acquirers.ts';
import { disagreements, transactionsOf } from '../books.ts';
import { openShop, type Shop, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };
const dayMs = 86_400_000;

const opened = (first: 'escott' | 'gmo' = 'escott', adopt = false): Promise<Opened> =>
  openShop({
    adjust: (policy) => ({
      ...policy,
      routing: { ...policy.routing, order: first === 'escott' ? ['escott', 'gmo'] : ['gmo', 'escott'] },
      settling: { ...policy.settling, unknownApproved: adopt ? 'adopt' : 'void' },
    }),
  });

const hold = async ({ shop }: Opened): Promise<string> =>
  (await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token(), capture: false })).json.id;

const standing = async (world: Opened): Promise<string[]> =>
  (await transactionsOf(world)).map(({ state }) => state).toSorted();

describe.each(['escott', 'gmo'] as const)('an authorisation at %s', (first) => {
  it('is renewed by a new hold, the old one given back, and then captured', async () => {
    const world = await opened(first);
    const id = await world.play(() => hold(world));
    await world.pass(5 * dayMs);
    const renewed = await world.play(() => world.shop.post(`/v1/charges/${id}/reauth`, { expiry_days: 10 }));
    expect(renewed).toMatchObject({ status: 200, json: { id, captured: false, paid: true } });
    await world.pass(5 * dayMs);
    expect(await standing(world)).toEqual(['authorised', 'voided']);
    await world.play(async () => {
      expect((await world.shop.get('/v1/charges')).json.count).toBe(1);
      expect(
        (await world.shop.get('/v1/events?object=charge')).json.data.map(({ type }: { type: string }) => type),
      ).toEqual(['charge.updated', 'charge.succeeded']);
      expect((await world.shop.post(`/v1/charges/${id}/capture`)).json).toMatchObject({ captured: true });
    });
    expect(await standing(world)).toEqual(['captured', 'voided']);
    expect(await disagreements(world)).toEqual([]);
  });

  it('keeps its old hold when the new one is not known, and the shop is told of its own charge', async () => {
    const world = await opened(first);
    await world.play(async () => {
      const id = await hold(world);
      for (const each of ['escott', 'gmo'] as const) world.acquirers[each].hand = on(['1Auth', 'ExecTran'], loseReply);
      const told = await world.shop.post(`/v1/charges/${id}/reauth`);
      expect(told).toMatchObject({ status: 500, outcome: 'unknown', json: { error: { charge: id } } });
      for (const each of ['escott', 'gmo'] as const) world.acquirers[each].hand = null;
      expect((await world.shop.post(`/v1/charges/${id}/capture`)).json.captured).toBe(true);
    });
    await world.pass(3_600_000);
    expect(await standing(world)).toEqual(['captured', 'voided']);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is held once, whatever moment the gateway dies at', async () => {
    const play = async (nth: number): Promise<{ points: number; faults: string[] }> => {
      const world = await opened(first, true);
      const id = await world.play(() => hold(world));
      world.stage.spawnTask(
        'the machine that restarts it',
        async () => {
          for (;;) {
            await world.stage.clock.sleep(2_000);
            if (world.gateway.state === 'killed') await world.gateway.start();
          }
        },
        { daemon: true },
      );
      const before = world.gateway.crashPoints;
      if (nth > 0) world.gateway.crashAt(before + nth);
      const status = await world.play(async () => {
        for (let tries = 0; tries < 200; tries += 1) {
          const told = await world.shop.post(`/v1/charges/${id}/reauth`, {}, { key: 'renew' }).catch(() => null);
          if (told !== null && told.status < 500 && told.status !== 409) return told.status;
          if (told?.status === 500 && told.outcome === null) return told.status;
          await world.stage.clock.sleep(5_000);
        }
        return 0;
      });
      const points = world.gateway.crashPoints - before;
      await world.pass(3_600_000);
      world.gateway.crashAt(0);
      const faults = await disagreements(world);
      const holds = (await standing(world)).filter((state) => state === 'authorised');
      if (holds.length !== 1) faults.push(`${holds.length} holds`);
      // 500: nothing was held anew, and the old hold stands.
      if (status !== 200 && status !== 500) faults.push(`told ${status}`);
      return { points, faults };
    };
    const { points, faults } = await play(0);
    expect(faults).toEqual([]);
    const found: string[] = [];
    for (let nth = 1; nth <= points; nth += 1)
      for (const fault of (await play(nth)).faults) found.push(`point ${nth} of ${points}: ${fault}`);
    expect(found).toEqual([]);
  });
});

describe('a renewal', () => {
  it('is refused for what is not held', async () => {
    const world = await opened();
    await world.play(async () => {
      const { shop } = world;
      const refusal = async (id: string, form = {}) =>
        (await shop.post(`/v1/charges/${id}/reauth`, form)).json.error.code;
      const released = await hold(world);
      await shop.post(`/v1/charges/${released}/refund`);
      expect(await refusal(released)).toBe('cant_reauth_refunded_charge');
      const captured = await hold(world);
      await shop.post(`/v1/charges/${captured}/capture`);
      expect(await refusal(captured)).toBe('already_captured');
      expect(await refusal('ch_none')).toBe('invalid_id');
      expect(await refusal(await hold(world), { expiry_days: 61 })).toBe('invalid_expiry_days');
    });
  });
});
