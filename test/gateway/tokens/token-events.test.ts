import { describe, expect, it } from 'vitest';
import { openShop } from '../world.ts';

describe('token.created', () => {
  it('is told with the token as the API shows it', async () => {
    const { shop, ...world } = await openShop({ tokenEvents: true });
    const { token, events } = await world.play(async () => {
      const id = await shop.token();
      return {
        token: (await shop.get(`/v1/tokens/${id}`)).json,
        events: (await shop.get('/v1/events?object=token')).json,
      };
    });
    expect(events).toMatchObject({ count: 1, data: [{ type: 'token.created', livemode: true, data: token }] });
  });

  it('is not where nobody wants it, and never of a token that was refused', async () => {
    for (const tokenEvents of [true, false]) {
      const { shop, ...world } = await openShop({ tokenEvents });
      await world.play(
        async () =>
          void (await shop.post(
            '/v1/tokens',
            { card: { number: '4242424242424241', exp_month: 1, exp_year: 2030 } },
            { as: 'pk' },
          )),
      );
      if (!tokenEvents) await world.play(() => shop.token());
      expect(world.rows('select type from events')).toEqual([]);
    }
  });
});
