import { describe, expect, it } from 'vitest';
import { type FormInput, openShop } from '../world.ts';

const good = { amount: 1000, currency: 'jpy', interval: 'month' };

describe('a plan', () => {
  it.each<[string, FormInput, string, string]>([
    ['no amount', { currency: 'jpy', interval: 'month' }, 'missing_param', 'amount'],
    ['49 yen', { ...good, amount: 49 }, 'invalid_plan_amount', 'amount'],
    ['ten million yen', { ...good, amount: 10_000_000 }, 'invalid_plan_amount', 'amount'],
    ['dollars', { ...good, currency: 'usd' }, 'invalid_currency', 'currency'],
    ['weeks', { ...good, interval: 'week' }, 'invalid_interval', 'interval'],
    ['a trial of 366 days', { ...good, trial_days: 366 }, 'invalid_trial_days', 'trial_days'],
    ['a 32nd day', { ...good, billing_day: 32 }, 'invalid_billing_day', 'billing_day'],
    [
      'a billing day every year',
      { ...good, interval: 'year', billing_day: 1 },
      'billing_day_for_non_monthly_plan',
      'billing_day',
    ],
    ['an id with a space', { ...good, id: 'a b' }, 'invalid_flexible_id', 'id'],
    ['a long name', { ...good, name: 'x'.repeat(256) }, 'invalid_string_length', 'name'],
    ['a field of its own', { ...good, colour: 'red' }, 'invalid_param_key', 'colour'],
    [
      'a long metadata key',
      { ...good, metadata: { ['k'.repeat(41)]: 'v' } },
      'invalid_metadata_key',
      `metadata[${'k'.repeat(41)}]`,
    ],
    ['a long metadata value', { ...good, metadata: { k: 'v'.repeat(501) } }, 'invalid_metadata_value', 'metadata[k]'],
    [
      '21 metadata keys',
      { ...good, metadata: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'v'])) },
      'too_many_metadata_keys',
      'metadata',
    ],
  ])('is refused with %s', async (_, form, code, param) => {
    const world = await openShop();
    const told = await world.play(() => world.shop.post('/v1/plans', form));
    expect(told).toMatchObject({ status: 400, json: { error: { code, param } } });
    expect(world.rows('select id from plans')).toEqual([]);
  });

  it('keeps its id for good, in its own mode', async () => {
    const world = await openShop();
    const { shop } = world;
    await world.play(async () => {
      expect((await shop.post('/v1/plans', { ...good, id: 'tea' })).status).toBe(200);
      expect((await shop.post('/v1/plans', { ...good, id: 'tea' })).json.error.code).toBe('already_exist_id');
      expect((await shop.post('/v1/plans', { ...good, id: 'tea' }, { mode: 'test' })).status).toBe(200);
      await shop.delete('/v1/plans/tea');
      expect((await shop.get('/v1/plans/tea')).status).toBe(404);
      expect((await shop.post('/v1/plans', { ...good, id: 'tea' })).json.error.code).toBe('already_exist_id');
    });
  });

  it('counts the metadata keys that it has already', async () => {
    const world = await openShop();
    const { shop } = world;
    const keys = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${from + index}`, 'v']));
    await world.play(async () => {
      await shop.post('/v1/plans', { ...good, id: 'tea', metadata: keys(0, 20) });
      const told = await shop.post('/v1/plans/tea', { metadata: { k20: 'v' } });
      expect(told.json.error.code).toBe('too_many_metadata_keys');
      expect((await shop.post('/v1/plans/tea', { metadata: { k0: '', k20: 'v' } })).status).toBe(200);
    });
  });
});
