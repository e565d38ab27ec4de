import { describe, expect, it } from 'vitest';
import { openShop } from '../world.ts';

describe('an account', () => {
  it('is the same in both modes and whichever time it is read', async () => {
    const world = await openShop();
    const read = (mode: 'live' | 'test') => world.play(() => world.shop.get('/v1/accounts', { mode }));
    const { json } = await read('live');
    expect(json.id).toMatch(/^acct_[0-9a-f]{27}$/);
    expect((await read('test')).json).toEqual(json);
  });

  it('tells browsers which brands they may take', async () => {
    const world = await openShop();
    const told = await world.play(() => world.shop.get('/v1/accounts/brands', { as: 'pk' }));
    expect(told.json.card_types_supported).toEqual([
      'Visa',
      'MasterCard',
      'JCB',
      'American Express',
      'Diners Club',
      'Discover',
    ]);
    const tenant = await world.play(() => world.shop.get('/v1/accounts/brands?tenant=ten_1', { as: 'pk' }));
    expect(tenant.json.error.code).toBe('platform_not_supported');
  });
});
