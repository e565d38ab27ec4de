/** What was given up is listed with its reason, and sent again on an operator's word. */
import { describe, expect, it } from 'vitest';
import { adminToken, type Json, openShop, type Told, type World } from '../world.ts';
import { openWorld } from './world.ts';

const operator = { Authorization: `Bearer ${adminToken}` };
const get = (world: World, query: string): Promise<Told> => world.send('GET', `/admin/v1/deliveries${query}`, operator);
const post = (world: World, path: string): Promise<Told> =>
  world.send('POST', `/admin/v1/deliveries/${path}`, operator);

/** A shop whose server refuses until it is told to take. */
const open = async () => {
  const world = await openShop({}, { webhookUrl: 'http://merchants.test/hook' });
  const state = { taking: false, got: [] as Json[] };
  world.stage.addProgram({
    program: 'merchants',
    host: 'merchants.test',
    create: () => ({
      app: {
        async fetch(request) {
          state.got.push(JSON.parse(await request.text()));
          return new Response('', { status: state.taking ? 200 : 503 });
        },
      },
    }),
  });
  await world.play(async () => {
    await world.shop.post('/v1/customers', { id: 'c1' });
    await world.shop.post('/v1/customers/c1', { description: 'x' });
    await world.stage.clock.sleep(1200_000);
  });
  return { world, state };
};

describe('dead letters', () => {
  it('are listed with what they were, why and when, without their bodies', async () => {
    const { world, state } = await open();
    expect(state.got).toHaveLength(8);
    const { json } = await world.play(() => get(world, '?state=dead&merchant=shop-1'));
    expect(json).toMatchObject({
      has_more: false,
      data: [
        {
          merchant: 'shop-1',
          kind: 'webhook',
          type: 'customer.updated',
          object: 'c1',
          state: 'dead',
          tries: 4,
          reason: 'answered 503',
          status: 503,
        },
        { type: 'customer.created', event: state.got[0].id, url: 'http://merchants.test/hook' },
      ],
    });
    expect(JSON.stringify(json)).not.toContain('description');
    const others = await world.play(async () => [
      await get(world, '?merchant=nobody'),
      await get(world, '?state=waiting'),
      await get(world, '?limit=1'),
      await get(world, '?limit=1&offset=1'),
      await get(world, '?since=9999999999'),
    ]);
    expect(others.map(({ json: told }) => [told.data.length, told.has_more])).toEqual([
      [0, false],
      [0, false],
      [1, true],
      [1, false],
      [0, false],
    ]);
  });

  it('are sent again with the body they had, from the beginning of their tries', async () => {
    const { world, state } = await open();
    const [, created] = (await world.play(() => get(world, ''))).json.data;
    state.taking = true;
    const before = state.got.splice(0)[0];
    const [resent, again, listed] = await world.play(async () => {
      const first = await post(world, `${created.id}/resend`);
      const second = await post(world, `${created.id}/resend`);
      await world.stage.clock.sleep(5000);
      return [first, second, await get(world, '')];
    });
    expect(resent).toMatchObject({ status: 200, json: { id: created.id, state: 'waiting', tries: 0 } });
    expect([again.status, again.json.error.message]).toEqual([400, 'it waits for its next try already']);
    expect(state.got).toEqual([before]);
    expect(listed.json.data).toHaveLength(1);
    expect(world.rows('select state, tries from deliveries order by created_ms')[0]).toEqual({
      state: 'delivered',
      tries: 1,
    });
  });

  it('are sent again all at once, in the order in which they happened', async () => {
    const { world, state } = await open();
    state.taking = true;
    state.got.splice(0);
    const [none, all] = await world.play(async () => {
      const told = [
        await post(world, 'resend?merchant=nobody'),
        await post(world, 'resend?merchant=shop-1&since=1000000000'),
      ];
      await world.stage.clock.sleep(5000);
      return told;
    });
    expect([none!.json, all!.json]).toEqual([
      { resent: 0, more: false },
      { resent: 2, more: false },
    ]);
    expect(state.got.map(({ type }) => type)).toEqual(['customer.created', 'customer.updated']);
  });

  it('and what had arrived may be sent again: its event has its body', async () => {
    const { world, state } = await open();
    state.taking = true;
    const id = await world.play(async () => {
      await world.shop.post('/v1/customers', { id: 'c2' });
      await world.stage.clock.sleep(5000);
      return world.rows("select id from deliveries where state = 'delivered'")[0].id as string;
    });
    const [first] = state.got.splice(0).slice(-1);
    await world.play(async () => {
      expect((await post(world, `${id}/resend`)).status).toBe(200);
      await world.stage.clock.sleep(5000);
    });
    expect(state.got).toEqual([first]);
  });

  it('are for operators, and are asked for in words that mean something', async () => {
    const world = await openShop();
    const told = await world.play(async () => [
      await world.send('GET', '/admin/v1/deliveries'),
      await world.send('POST', '/admin/v1/deliveries/resend'),
      await world.send('POST', '/admin/v1/deliveries/dlv_1/resend'),
      await get(world, '?state=lost'),
      await get(world, '?since=yesterday'),
      await get(world, '?limit=100000'),
      await get(world, '?unknown=1'),
      await post(world, 'resend?since=x'),
      await post(world, 'dlv_none/resend'),
    ]);
    expect(told.map(({ status }) => status)).toEqual([401, 401, 401, 400, 400, 400, 400, 400, 404]);
  });

  it('of notices are sent again too, as long as they did not arrive', async () => {
    let taking = false;
    const world = openWorld(() => (taking ? 200 : 500));
    await world.notice();
    await world.pass(3600);
    const [{ id, state }] = world.rows();
    expect(state).toBe('dead');
    taking = true;
    const before = world.got.length;
    expect(await world.inside(({ deadLetters }) => deadLetters.resend(id))).toMatchObject({ state: 'waiting' });
    await world.pass(5);
    expect(world.got).toHaveLength(before + 1);
    expect(world.got.at(-1)!.body).toBe('{"id":"ntc_1"}');
    expect(await world.inside(({ deadLetters }) => deadLetters.resend(id))).toBe('not_kept');
  });

  it('sent again wait for what is under way about the same object', async () => {
    const world = openWorld(({ body, atS }) => (atS < 1000 || body.includes('second') ? 500 : 200));
    await world.send({ object: 'ch_a', data: '"first"' });
    await world.pass(1000);
    await world.send({ object: 'ch_a', data: '"second"' });
    const dead = world.rows().find(({ state }) => state === 'dead');
    const from = world.got.length;
    await world.inside(({ deadLetters }) => deadLetters.resend(dead.id));
    await world.pass(1000);
    const seen = world.got.slice(from).map(({ body }) => JSON.parse(body).data);
    expect(seen).toEqual(['second', 'second', 'second', 'first']);
  });
});
