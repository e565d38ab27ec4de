/** 3-D Secure when a token is made, and for a card that a customer has already. */
import { describe, expect, it } from 'vitest';
import { cardOf, type FormInput } from '../world.ts';
import { cards, openTdsShop, tdsToken } from './visit.ts';

describe('a token with 3-D Secure', () => {
  it('is good for nothing until its card holder was authenticated and it is finished', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { shop } = world;
      const made = await shop.post('/v1/tokens', tdsToken(cards.challenge), { as: 'pk' });
      expect(made.json.card.three_d_secure_status).toBe('unverified');
      const { id } = made.json;
      const pay = () => shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: id });
      expect((await pay()).json.error.code).toBe('unverified_token');
      expect((await shop.post('/v1/customers', { card: id })).json.error.code).toBe('unverified_token');
      expect((await world.finish(id, { as: 'pk' })).json.error.code).toBe('three_d_secure_incompleted');
      // Cards are registered without an amount: the issuer asks here because of the card's own rule.
      expect(await world.authenticate(id)).toMatchObject({ end: 'finished', challenged: true });
      expect((await pay()).json.error.code).toBe('unverified_token');
      const finished = await world.finish(id, { as: 'pk' });
      expect(finished.json).toMatchObject({
        id,
        object: 'token',
        used: false,
        card: { three_d_secure_status: 'verified' },
      });
      expect((await world.finish(id)).json.error.code).toBe('invalid_three_d_secure_state');
      const paid = await pay();
      // The card was authenticated, this payment was not: no proof travels with it.
      expect(paid.json).toMatchObject({
        paid: true,
        three_d_secure_status: null,
        card: { three_d_secure_status: 'verified' },
      });
      expect(world.calls().at(-1)!.fields.CAVV3D).toBeUndefined();
    });
  });

  it('that failed is finished never', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = (await world.shop.post('/v1/tokens', tdsToken(cards.failed), { as: 'pk' })).json;
      await world.authenticate(id);
      const told = await world.finish(id);
      expect([told.status, told.json.error.code]).toEqual([402, 'three_d_secure_failed']);
      expect((await world.read(id)).card.three_d_secure_status).toBe('failed');
      expect((await world.shop.post('/v1/charges', { amount: 500, currency: 'jpy', card: id })).json.error.code).toBe(
        'unverified_token',
      );
    });
  });

  it('expires after half an hour', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { id } = (await world.shop.post('/v1/tokens', tdsToken(cards.frictionless), { as: 'pk' })).json;
      await world.authenticate(id);
      await world.stage.clock.sleep(30 * 60_000);
      expect((await world.finish(id)).json.error.code).toBe('three_d_secure_expired');
    });
  });

  it('wants an address of mail or a telephone number, and one made without it has nothing to finish', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const told = await world.shop.post('/v1/tokens', { ...cardOf(), three_d_secure: true });
      expect([told.json.error.code, told.json.error.param]).toEqual(['missing_param', 'card[email]']);
      const phone = { card: { ...(cardOf().card as FormInput), phone: '+819012345678' }, three_d_secure: true };
      expect((await world.shop.post('/v1/tokens', phone)).status).toBe(200);
      const plain = await world.shop.token();
      expect((await world.finish(plain)).json.error.code).toBe('not_in_three_d_secure_flow');
      expect((await world.shop.post('/v1/tokens', { ...cardOf(), three_d_secure: 'maybe' })).json.error.code).toBe(
        'invalid_boolean',
      );
    });
  });
});

describe("a customer's card", () => {
  const path = '/v1/three_d_secure_requests';

  it('is authenticated by a request of its own, which nobody has to finish', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { shop } = world;
      const customer = (await shop.post('/v1/customers', { card: await shop.token(cards.challenge) })).json;
      const car = customer.default_card;
      const made = await shop.post(path, { resource_id: car });
      expect(made.json).toMatchObject({
        object: 'three_d_secure_request',
        resource_id: car,
        livemode: true,
        state: 'created',
        started_at: null,
        result_received_at: null,
        finished_at: null,
        expired_at: null,
        tenant_id: null,
        three_d_secure_status: 'unverified',
      });
      expect(made.json.id).toMatch(/^tdsr_[0-9a-f]+$/);
      const { id } = made.json;
      const walking = world.authenticate(id, { thinkMs: 5_000 });
      await world.stage.clock.sleep(3_000);
      expect((await shop.get(`${path}/${id}`)).json).toMatchObject({ state: 'in_progress', finished_at: null });
      expect(await walking).toMatchObject({ end: 'finished', challenged: true });
      const read = (await shop.get(`${path}/${id}`)).json;
      expect(read).toMatchObject({ state: 'finished', three_d_secure_status: 'verified' });
      expect(read.finished_at).toBeGreaterThanOrEqual(read.result_received_at);
      expect((await shop.get(`/v1/customers/${customer.id}/cards/${car}`)).json.three_d_secure_status).toBe('verified');
      // A failed one disables nothing.
      expect((await shop.post('/v1/charges', { amount: 500, currency: 'jpy', customer: customer.id })).json.paid).toBe(
        true,
      );
    });
  });

  it('is listed with its requests, newest first, by card', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { shop } = world;
      const ids: string[] = [];
      const owned: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        const { default_card } = (await shop.post('/v1/customers', { card: await shop.token() })).json;
        owned.push(default_card);
        ids.unshift((await shop.post(path, { resource_id: default_card }, { key: `request-${count}` })).json.id);
        await world.stage.clock.sleep(1000);
      }
      const all = (await shop.get(`${path}?limit=2`)).json;
      expect(all).toMatchObject({ object: 'list', count: 3, has_more: true, url: path });
      expect(all.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
      expect((await shop.get(`${path}?resource_id=${owned[0]}`)).json.data).toHaveLength(1);
      const again = await shop.post(path, { resource_id: owned[2]! }, { key: 'request-2' });
      expect(again.json.id).toBe(ids[0]);
      expect((await shop.get(path)).json.count).toBe(3);
    });
  });

  it('that is not there, or that no customer has, is not authenticated', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      const { shop } = world;
      expect((await shop.post(path)).json.error).toMatchObject({ code: 'missing_param', param: 'resource_id' });
      expect((await shop.post(path, { resource_id: 'car_nobody' })).json.error.code).toBe('invalid_id');
      const token = (await shop.get(`/v1/tokens/${await shop.token()}`)).json;
      expect((await shop.post(path, { resource_id: token.card.id })).json.error.code).toBe('not_customer_card');
      expect((await shop.get(`${path}/tdsr_nobody`)).json.error.code).toBe('invalid_id');
      expect((await shop.post(path, { resource_id: 'car_1', tenant_id: 't' })).json.error.code).toBe(
        'platform_not_supported',
      );
    });
  });
});
