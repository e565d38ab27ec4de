/** The compliance report of a merchant, in the three forms in which it is read. */
import { describe, expect, it } from 'vitest';
import { carefulProfile, openMarket, operator } from '../disputes/market.ts';
import { cards } from '../three-d-secure/visit.ts';

describe('the compliance report', () => {
  it('is data, text and a page, with rules and their lines, and asks for a span that makes sense', async () => {
    const market = await openMarket();
    await market.play(async () => {
      await market.mandate('warn', { ...carefulProfile, pattern: 'MIX' });
      const customer = await market.customer(true);
      await market.pay({ customer });
      await market.pay({ card: await market.shop.token(cards.frictionless), amount: 1200 });
      const path = '/admin/v1/merchants/shop-1/compliance';
      const { json } = await market.admin(path);
      expect(json).toMatchObject({
        merchant: 'shop-1',
        compliant: false,
        payments: { all: 2, authenticated: 0, excepted: 1, yen: 6200 },
        registrations: { all: 1, authenticated: 1 },
        byRule: [
          { rule: 'TDS-27', compliant: false, count: 1, yen: 1200, source: 'S4 L48, L9' },
          { rule: 'TDS-28', compliant: true, count: 1, yen: 5000 },
        ],
      });
      const { fetch } = market.stage.castMember('operator');
      const read = async (query: string) => {
        const reply = await fetch(`http://gateway.test${path}${query}`, {
          method: 'GET',
          headers: operator,
          timeoutMs: 10_000,
        });
        return { type: reply.headers.get('Content-Type') ?? '', text: await reply.text() };
      };
      const [text, page] = [await read('?format=text'), await read('?format=html')];
      expect(text.text).toContain('NOT TDS-27 1 ¥1,200');
      expect(page.type).toContain('text/html');
      expect(page.text).toContain('<td>TDS-28</td>');
      expect((await market.admin(`${path}?from=2025-06-11&to=2025-06-30`)).json.payments.all).toBe(0);
      for (const wrong of ['from=2025-07-01&to=2025-06-01', 'from=x', 'format=pdf', 'mode=both', 'from=2020-01-01'])
        expect((await market.admin(`${path}?${wrong}`)).status, wrong).toBe(400);
    });
  });

  it('writes what merchants are called as text', async () => {
    const market = await openMarket();
    await market.enrol('shop-2', { name: '<b>Shop & Sons</b>' });
    await market.play(async () => {
      const { fetch } = market.stage.castMember('operator');
      const reply = await fetch('http://gateway.test/admin/v1/merchants/shop-2/compliance?format=html', {
        method: 'GET',
        headers: operator,
        timeoutMs: 10_000,
      });
      const text = await reply.text();
      expect(text).toContain('&lt;b&gt;Shop &amp; Sons&lt;/b&gt;');
      expect(text).not.toContain('<b>Shop');
    });
  });
});
