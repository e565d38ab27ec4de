import { describe, expect, it } from 'vitest';
import { createEscottWorld } from '../escott/card.ts';
import type { Json } from '../world.ts';

const message = {
  tenant: 'gateway',
  kind: 'abuse_contained',
  atMs: 1_500_000_000_000,
  requestsPerMerchant: { 'big-1': 12_000 },
  message: 'One merchant sent too much; it is limited now.',
};

const call = async (body: Json) => {
  const world = createEscottWorld();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await world.acquirer.app.request('/contact', { method: 'POST', body: text });
  return { world, status: response.status, json: (await response.json()) as Json };
};

describe('a tenant that contacts the operators', () => {
  it.each(['gateway', 'M0001'])('is known as %s, and is heard', async (tenant) => {
    const { world, status } = await call({ ...message, tenant });
    expect(status).toBe(200);
    expect(world.events).toMatchObject([{ event: 'operators.informed', tenant: 'gateway', kind: 'abuse_contained' }]);
    const { json } = await world.control('GET', '/operators');
    expect(json.history).toMatchObject([{ tenant: 'gateway', what: 'informed', kind: 'abuse_contained' }]);
  });

  it('may ask whether the line works, which informs nobody', async () => {
    const { world, status, json } = await call({ ...message, kind: 'line_test' });
    expect([status, json]).toEqual([200, { received: true }]);
    expect(world.events).toEqual([]);
  });

  it('may say which incident of its own it is about, since when, and what fails', async () => {
    const { world, status } = await call({
      ...message,
      kind: 'trouble',
      incident: 'inc_20170712_2102',
      sinceMs: 1_499_999_990_000,
      components: ['create_charge'],
    });
    expect(status).toBe(200);
    expect(world.events).toMatchObject([
      { event: 'operators.informed', kind: 'trouble', incident: 'inc_20170712_2102', aboutMs: 1_499_999_990_000 },
    ]);
  });

  it.each([
    ['', 'not json'],
    ['tenant', { ...message, tenant: 'nobody' }],
    ['kind', { ...message, kind: 'hello' }],
    ['requestsPerMerchant.big-1', { ...message, requestsPerMerchant: { 'big-1': 'many' } }],
    ['extra', { ...message, extra: 1 }],
  ])('is told that %j is wrong, and nothing is noted', async (path, body) => {
    const { world, status, json } = await call(body);
    expect([status, json.error.path]).toEqual([400, path]);
    expect(world.events).toEqual([]);
  });
});
