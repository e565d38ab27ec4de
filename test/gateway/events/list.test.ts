/** A receiver that missed its webhooks catches up from the list of events. */
import { describe, expect, it } from 'vitest';
import { type Json, openShop } from '../world.ts';

const webhookUrl = 'http://merchants.test/hook';

describe('the list of events', () => {
  it('is newest first and complete, page by page, for each kind of filter', async () => {
    const world = await openShop();
    const { shop } = world;
    await world.play(async () => {
      for (let index = 0; index < 3; index += 1) {
        await shop.post('/v1/customers', { id: `c${index}`, card: await shop.token() });
        await shop.post(`/v1/customers/c${index}/cards`, { card: await shop.token('5555555555554444') });
        await world.stage.clock.sleep(1000);
      }
      await shop.delete('/v1/customers/c1');
      const get = async (query: string): Promise<Json> => (await shop.get(`/v1/events?${query}`)).json;
      const types = (list: Json): string[] => list.data.map(({ type }: Json) => type);

      expect(types(await get('object=card'))).toEqual(Array.from({ length: 3 }, () => 'customer.card.created'));
      expect(types(await get('object=customer'))).toEqual([
        'customer.deleted',
        ...Array.from({ length: 3 }, () => 'customer.created'),
      ]);
      expect(types(await get('resource_id=c1'))).toEqual(['customer.deleted', 'customer.created']);
      expect((await get('type=customer.deleted')).data[0].data).toEqual({ deleted: true, id: 'c1', livemode: true });
      expect((await get('object=%25')).count).toBe(0);

      const whole = await get('limit=100');
      expect(whole.count).toBe(7);
      const times = whole.data.map(({ created }: Json) => created);
      expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
      const paged: string[] = [];
      for (let offset = 0; offset < 7; offset += 3)
        paged.push(...(await get(`limit=3&offset=${offset}`)).data.map(({ id }: Json) => id));
      expect(paged).toEqual(whole.data.map(({ id }: Json) => id));
      const since = times[0];
      expect((await get(`since=${since}`)).count).toBe(times.filter((time: number) => time >= since).length);
      expect((await shop.get('/v1/events', { mode: 'test' })).json.count).toBe(0);
      expect((await shop.get('/v1/events/evnt_none')).status).toBe(404);
    });
  });

  it('counts an address that has not answered, until it has', async () => {
    const answers: number[] = [];
    const world = await openShop({}, { webhookUrl });
    world.stage.addProgram({
      program: 'merchants',
      host: 'merchants.test',
      create: () => ({
        start: async () => undefined,
        stop: async () => undefined,
        app: {
          fetch: async () => {
            answers.push(answers.length === 0 ? 500 : 200);
            return new Response('', { status: answers.at(-1)! });
          },
        },
      }),
    });
    const pending = (): Promise<number> =>
      world.play(async () => (await world.shop.get('/v1/events')).json.data[0].pending_webhooks);
    await world.play(() => world.shop.post('/v1/customers', { id: 'c1' }));
    await world.pass(10_000);
    expect(await pending()).toBe(1);
    await world.pass(180_000);
    expect(answers).toEqual([500, 200]);
    expect(await pending()).toBe(0);
  });
});
