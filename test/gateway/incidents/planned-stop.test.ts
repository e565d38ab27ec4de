/** Planned work of ours: the API says so, subscriptions wait, and nobody is called (PAY.JP, 2016-05-16 and 2024-12-09). */
import { describe, expect, it } from 'vitest';
import { adminToken, noonMs, openShop } from '../world.ts';

const minuteMs = 60_000;
const admin = { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' };

describe('planned work that stops the API', () => {
  it('answers every call by 503 under_maintenance while it lasts, with or without a key, and none before or after', async () => {
    const world = await openShop();
    const planned = await world.play(() =>
      world.send(
        'POST',
        '/admin/v1/maintenance',
        admin,
        JSON.stringify({
          reason: 'a database is moved',
          fromMs: noonMs + 10 * minuteMs,
          toMs: noonMs + 20 * minuteMs,
          stopsApi: true,
        }),
      ),
    );
    expect(planned).toMatchObject({ status: 201, json: { window: { stopsApi: true } } });
    const charge = () =>
      world.play(async () =>
        world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await world.shop.token() }),
      );
    expect((await charge()).status).toBe(200);
    await world.pass(12 * minuteMs);
    const [read, token, stranger] = await world.play(async () => [
      await world.shop.get('/v1/charges'),
      await world.shop.post('/v1/tokens', {}, { as: 'pk' }),
      await world.send('GET', '/v1/charges'),
    ]);
    for (const told of [read, token, stranger])
      expect(told).toMatchObject({
        status: 503,
        decidedBy: 'gateway',
        json: { error: { type: 'server_error', code: 'under_maintenance', status: 503 } },
      });
    expect(Number(read?.retryAfter)).toBeGreaterThan(60);
    await world.pass(10 * minuteMs);
    expect((await charge()).status).toBe(200);
    expect(world.log.filter(({ event }) => event === 'incident.opened')).toEqual([]);
  });

  it('renews what fell due in it when it is over, and once', async () => {
    const world = await openShop();
    await world.play(async () => {
      const { shop } = world;
      await shop.post('/v1/plans', { id: 'monthly', amount: 980, currency: 'jpy', interval: 'month' });
      const customer = (await shop.post('/v1/customers', { card: await shop.token() })).json.id as string;
      const trialEnd = Math.floor((world.stage.nowMs() + noonMs) / 1000) + 15 * 60;
      await shop.post('/v1/subscriptions', { customer, plan: 'monthly', trial_end: trialEnd });
      await world.send(
        'POST',
        '/admin/v1/maintenance',
        admin,
        JSON.stringify({
          reason: 'work',
          fromMs: noonMs + 10 * minuteMs,
          toMs: noonMs + 20 * minuteMs,
          stopsApi: true,
        }),
      );
    });
    const renewals = () =>
      world.log.filter(({ event, cause }) => event === 'subscription.charged' && cause === 'renew');
    await world.pass(17 * minuteMs);
    expect(renewals()).toEqual([]);
    await world.pass(15 * minuteMs);
    expect(renewals()).toMatchObject([{ as: 'paid' }]);
  });

  it('is of our own work only', async () => {
    const world = await openShop();
    const told = await world.play(() =>
      world.send(
        'POST',
        '/admin/v1/maintenance',
        admin,
        JSON.stringify({ acquirer: 'escott', reason: 'theirs', fromMs: noonMs, toMs: noonMs + 1000, stopsApi: true }),
      ),
    );
    expect(told.status).toBe(400);
    expect(told.text).toContain('stopsApi');
  });
});
