import { describe, expect, it } from 'vitest';
import { on, silence } from '../acquirers.ts';
import { disagreements } from '../books.ts';
import { openShop, type Shop, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop };

const form = (card: string, more: object = {}) => ({ amount: 1000, currency: 'jpy', card, ...more });
const authorisations = (world: World): number =>
  world.acquirers.escott.calls.filter(({ operation }) => operation === '1Auth').length;

describe('a request with an idempotency key', () => {
  it('is carried out once and answered with the same bytes and headers for as long as it is repeated', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      const first = await world.shop.post('/v1/charges', form(card), { key: 'k' });
      await world.stage.clock.sleep(3_600_000);
      return [first, await world.shop.post('/v1/charges', form(card), { key: 'k' })];
    });
    expect(told[0]).toMatchObject({ status: 200, acquirer: 'escott' });
    expect(told[1]).toEqual(told[0]);
    expect(authorisations(world)).toBe(1);
    expect(await disagreements(world)).toEqual([]);
  });

  it('gives a decline its bytes again, too', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token('4000000000080319');
      return [
        await world.shop.post('/v1/charges', form(card), { key: 'k' }),
        await world.shop.post('/v1/charges', form(card), { key: 'k' }),
      ];
    });
    expect(told[0]).toMatchObject({ status: 402, decidedBy: 'issuer' });
    expect(told[1]).toEqual(told[0]);
  });

  it('gives a payment that certainly was not sent its bytes again', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      for (const acquirer of ['escott', 'gmo'] as const) world.link(acquirer).add({ type: 'down' });
      const first = await world.shop.post('/v1/charges', form(card), { key: 'k' });
      for (const acquirer of ['escott', 'gmo'] as const) world.link(acquirer).heal();
      return [first, await world.shop.post('/v1/charges', form(card), { key: 'k' })];
    });
    expect(told[0]).toMatchObject({ status: 500, outcome: null });
    expect(told[1]).toEqual(told[0]);
    expect(authorisations(world)).toBe(0);
  });

  it('is refused when it comes with other parameters, and changes nothing', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      await world.shop.post('/v1/charges', form(card), { key: 'k' });
      return [
        await world.shop.post('/v1/charges', form(card, { amount: 2000 }), { key: 'k' }),
        await world.shop.post('/v1/charges', form(await world.shop.token()), { key: 'k' }),
      ];
    });
    for (const one of told) {
      expect(one).toMatchObject({ status: 422, decidedBy: 'gateway' });
      expect(one.json.error).toMatchObject({ code: 'idempotency_key_reused', type: 'client_error' });
    }
    expect(authorisations(world)).toBe(1);
  });

  it('is refused on another call than the one it was first used for', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const { json } = await world.shop.post('/v1/charges', form(await world.shop.token(), { capture: false }), {
        key: 'k',
      });
      return [
        await world.shop.post(`/v1/charges/${json.id}/capture`, {}, { key: 'k' }),
        await world.shop.post(`/v1/charges/${json.id}/capture`, {}, { key: 'capture' }),
        await world.shop.post(`/v1/charges/${json.id}/refund`, {}, { key: 'capture' }),
      ];
    });
    expect(told.map(({ status }) => status)).toEqual([422, 200, 422]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('belongs to one merchant and one mode', async () => {
    const world = await openShop();
    const other = await world.enrol('shop-2');
    const told = await world.play(async () => [
      await world.shop.post('/v1/charges', form(await world.shop.token()), { key: 'k' }),
      await other.post('/v1/charges', form(await other.token()), { key: 'k' }),
      await world.shop.post('/v1/charges', form(await world.shop.token(undefined, { mode: 'test' })), {
        key: 'k',
        mode: 'test',
      }),
    ]);
    expect(told.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(told.map(({ json }) => json.id)).size).toBe(3);
  });

  it('is told to wait while the first one is at work', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      const first = world.shop.post('/v1/charges', form(card), { key: 'k' });
      await world.stage.clock.sleep(20);
      const second = await world.shop.post('/v1/charges', form(card), { key: 'k' });
      return [await first, second, await world.shop.post('/v1/charges', form(card), { key: 'k' })];
    });
    expect(told.map(({ status }) => status)).toEqual([200, 409, 200]);
    expect(told[1]?.json.error).toMatchObject({ code: 'idempotency_key_in_progress', type: 'client_error' });
    expect(told[2]?.text).toBe(told[0]?.text);
  });

  it('makes one payment of fifty that come at once', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      return Promise.all(Array.from({ length: 50 }, () => world.shop.post('/v1/charges', form(card), { key: 'k' })));
    });
    const statuses = told.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
    expect(new Set(told.filter(({ status }) => status === 200).map(({ text }) => text)).size).toBe(1);
    expect(authorisations(world)).toBe(1);
    expect(world.rows('select id from charges')).toHaveLength(1);
    expect(await disagreements(world)).toEqual([]);
  });

  it('refunds once of fifty that come at once', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const { json } = await world.shop.post('/v1/charges', form(await world.shop.token()));
      return Promise.all(
        Array.from({ length: 50 }, () =>
          world.shop.post(`/v1/charges/${json.id}/refund`, { amount: 100 }, { key: 'k' }),
        ),
      );
    });
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(world.rows('select refunded_amount from charges')).toEqual([{ refunded_amount: 100 }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('leaves nothing behind when the request was refused before anything began', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      return [
        await world.shop.post('/v1/charges', form(card, { amount: 1 }), { key: 'k' }),
        await world.shop.post('/v1/charges', form('tok_0'), { key: 'k' }),
        await world.shop.post('/v1/charges', form(card), { key: 'k' }),
      ];
    });
    expect(told.map(({ status }) => status)).toEqual([400, 404, 200]);
  });

  it('shows progress while the outcome is not known, and never sends a second time', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      world.acquirers.escott.hand = on(['1Auth', '9List'], silence);
      const first = await world.shop.post('/v1/charges', form(card), { key: 'k' });
      return [first, await world.shop.post('/v1/charges', form(card), { key: 'k' })];
    });
    expect(told[0]).toMatchObject({ status: 500, outcome: 'unknown' });
    expect(told[1]).toEqual(told[0]);
    expect(world.rows('select state, waiting from idempotency')).toEqual([{ state: 'open', waiting: 1 }]);
    expect(authorisations(world)).toBe(1);
  });

  it('tells the payment that was found although the card was deleted meanwhile', async () => {
    const world = await openShop({
      adjust: (policy) => ({ ...policy, settling: { ...policy.settling, unknownApproved: 'adopt' } }),
    });
    const asked = { amount: 1000, currency: 'jpy', customer: 'alice' };
    const told = await world.play(async () => {
      const { json } = await world.shop.post('/v1/customers', { id: 'alice', card: await world.shop.token() });
      world.acquirers.escott.hand = on('1Auth', async (_call, carryOut) => {
        await carryOut();
        return silence();
      });
      await world.shop.post('/v1/charges', asked, { key: 'k' });
      world.acquirers.escott.hand = null;
      await world.shop.post('/v1/charges', asked, { key: 'k' });
      await world.shop.delete(`/v1/customers/alice/cards/${json.default_card}`);
      await world.stage.clock.sleep(300_000);
      return world.shop.post('/v1/charges', asked, { key: 'k' });
    });
    expect(told.status).toBe(200);
    expect(told.json).toMatchObject({ paid: true, captured: true });
    expect(await disagreements(world)).toEqual([]);
  });

  it('says that a payment was deferred as long as its answer is repeated', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      world.acquirers.escott.hand = on('1Capture', silence);
      const first = await world.shop.post('/v1/charges', form(card), { key: 'k' });
      world.acquirers.escott.hand = null;
      await world.stage.clock.sleep(300_000);
      return [first, await world.shop.post('/v1/charges', form(card), { key: 'k' })];
    });
    expect(told[0]).toMatchObject({ status: 200, outcome: 'deferred' });
    expect(told[1]).toEqual(told[0]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('keeps no card number, not even as a plain hash of the request', async () => {
    const world: Opened = await openShop();
    await world.play(async () => world.shop.post('/v1/charges', form(await world.shop.token()), { key: 'k' }));
    const [row] = world.rows('select * from idempotency');
    expect(JSON.stringify(row)).not.toContain('4242424242424242');
    expect(row.params_hash).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });
});
