import { describe, expect, it } from 'vitest';
import { adminToken, openShop } from '../world.ts';

const reason = { en: 'x', ja: 'x' };
/** Whatever is no stored card wants a person. */
const everybody = { id: 'everybody', when: { stored: { atMost: 0 } }, score: 60, reason };

describe('a decision that waits for a person', () => {
  it('puts off the check, wants 3-D Secure, and lets the card through once it is cleared', async () => {
    const world = await openShop({
      adjust: (policy) => ({
        ...policy,
        fraud: { ...policy.fraud, mode: 'on', rules: { ...policy.fraud.rules, rules: [everybody] } },
      }),
    });
    const admin = (method: string, path: string, body?: object) =>
      world.play(() =>
        world.send(
          method,
          `/admin/v1/fraud/${path}`,
          { Authorization: `Bearer ${adminToken}` },
          body === undefined ? undefined : JSON.stringify(body),
        ),
      );
    const pay = () =>
      world.play(async () =>
        world.shop.post('/v1/charges', { amount: 900, currency: 'jpy', card: await world.shop.token() }),
      );
    const held = await pay();
    expect([held.status, held.json.error.code]).toEqual([400, 'three_d_secure_required']);
    expect(world.calls()).toEqual([]);

    const queue = await admin('GET', 'reviews');
    expect(queue.json.data).toHaveLength(1);
    const [review] = queue.json.data;
    expect(review).toMatchObject({ decision: 'human', rules: ['everybody'], score: 60, review: 'open' });
    const cleared = await admin('POST', `reviews/${review.id}`, { verdict: 'clear', note: 'called them' });
    expect(cleared.json.review).toBe('cleared');
    expect((await admin('POST', `reviews/${review.id}`, { verdict: 'confirm' })).status).toBe(404);
    expect((await pay()).status).toBe(200);

    const [allowed] = (await admin('GET', 'lists')).json.data;
    await admin('DELETE', `lists/${allowed.id}`);
    await admin('POST', 'lists', { list: 'deny', kind: 'card', value: review.card, reason: 'x' });
    const declined = await world.play(() =>
      world.shop.post(
        '/v1/tokens',
        'card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2030&card[cvc]=123',
      ),
    );
    expect([declined.status, declined.json.error.code, declined.decidedBy]).toEqual([402, 'card_declined', 'issuer']);
    const told = await admin('GET', 'decisions?from=recent');
    expect(told.json.data[0]).toMatchObject({ decision: 'block', note: 'listed' });
  });
});
