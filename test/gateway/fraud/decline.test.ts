import { describe, expect, it } from 'vitest';
import { disagreements } from '../books.ts';
import { openShop, type Shop } from '../world.ts';

const refusing = '4000000000080319';

const on = (more: object = {}) => ({
  adjust: (policy: import('../../../gateway/app.ts').Policy) => ({
    ...policy,
    fraud: { ...policy.fraud, mode: 'on' as const, ...more },
  }),
});

const charge = (shop: Shop, card: string) => shop.post('/v1/charges', { amount: 1200, currency: 'jpy', card });

/** What a caller can see, without what names this very charge. */
const seen = (told: { status: number; text: string; decidedBy: string | null; acquirer: string | null }) => ({
  status: told.status,
  body: told.text.replace(/ch_[0-9a-f]+/, 'ch'),
  decidedBy: told.decidedBy,
  acquirer: told.acquirer,
});

describe('a charge that a rule declines', () => {
  it('is told, stored and read like an issuer’s decline, and no acquirer hears of it', async () => {
    const world = await openShop(on());
    const { shop } = world;
    const answers = await world.play(async () => {
      const tokens = [];
      for (let index = 0; index < 12; index += 1) tokens.push(await shop.token(refusing));
      const told = [];
      for (const token of tokens) told.push(await charge(shop, token));
      return told;
    });
    const authorisations = world.calls().filter(({ operation }) => operation === '1Auth').length;
    expect(authorisations).toBeLessThan(8);
    const [first] = answers;
    for (const told of answers) expect(seen(told)).toEqual(seen(first!));
    const rows = world.rows('select state, failure_code, failure_message, acquirer from charges');
    expect(rows).toHaveLength(12);
    expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(1);
    expect(await disagreements(world)).toEqual([]);
  });
});
