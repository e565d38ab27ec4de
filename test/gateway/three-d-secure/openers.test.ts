/** Who is told that a window reached its end: the shop that opened it, as far as anybody knows who that is. */
import { describe, expect, it } from 'vitest';
import { openerOf, openersTold } from '../../../gateway/three-d-secure/return-address.ts';
import { ThreeDSecureSettings } from '../../../gateway/three-d-secure/settings.ts';
import { adminToken } from '../world.ts';
import { cards, openTdsShop, type TdsShop } from './visit.ts';

const settings = ThreeDSecureSettings.parse({
  frameOrigins: ['https://shop.example'],
  returnUrls: { web: 'https://checkout.example/done', again: 'https://shop.example/x', app: 'myshop://done' },
});
const none = ThreeDSecureSettings.parse({});
const live = { livemode: true };
const test = { livemode: false };

/** The end of a window, as the browser got it. */
const lastPage = async (world: TdsShop, query: string): Promise<string> => {
  const { id } = await world.charge(cards.frictionless);
  const visit = await world.authenticate(id, {}, query);
  return (await world.browser.get(visit.at)).html;
};

describe('the opener of a window', () => {
  it('is who says so, and in live mode one that the merchant registered, where it registered any', () => {
    expect(openerOf('https://shop.example/cart?x=1', { settings, ...live })).toBe('https://shop.example');
    expect(openerOf('https://checkout.example', { settings, ...live })).toBe('https://checkout.example');
    expect(openerOf('https://evil.example', { settings, ...live })).toBeNull();
    expect(openerOf('https://evil.example', { settings, ...test })).toBe('https://evil.example');
    expect(openerOf('https://new.example', { settings: none, ...live })).toBe('https://new.example');
    for (const no of [undefined, '', 'null', 'myshop://done', '*', 'javascript:alert(1)'])
      expect(openerOf(no, { settings, ...live })).toBeNull();
  });

  it('is told at its own origin, else at the registered ones, and at any only where none is known', () => {
    expect(openersTold('https://shop.example', { settings, ...live })).toEqual(['https://shop.example']);
    expect(openersTold(null, { settings, ...live })).toEqual(['https://shop.example', 'https://checkout.example']);
    expect(openersTold(null, { settings: none, ...live })).toEqual(['*']);
    expect(openersTold(null, { settings: undefined, ...live })).toEqual(['*']);
    expect(openersTold(null, { settings, ...test })).toEqual(['*']);
  });

  it('is written into the last page, through all the pages before it', async () => {
    const world = await openTdsShop();
    await world.play(async () => {
      expect(await lastPage(world, '')).toContain('of ["*"]) opener.postMessage');
      expect(await lastPage(world, '&opener=https://new.example/cart')).toContain('of ["https://new.example"]) opener');
      await world.send(
        'POST',
        `/admin/v1/merchants/${world.shop.id}/three-d-secure`,
        { Authorization: `Bearer ${adminToken}` },
        JSON.stringify({ frameOrigins: ['https://shop.example'] }),
      );
      for (const query of ['', '&opener=https://evil.example', '&opener=https://shop.example']) {
        const html = await lastPage(world, query);
        expect(html, query).toContain('of ["https://shop.example"]) opener.postMessage(told, origin)');
        expect(html).not.toContain('evil');
        expect(html).not.toContain("'*'");
      }
    });
  });
});
