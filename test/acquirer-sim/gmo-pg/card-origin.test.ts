import { describe, expect, it } from 'vitest';
import { createShop, SHOP } from './trade.ts';

describe('GMO-PG tells of a card', () => {
  it.each([
    ['4111111111111111', 'VISA', '1', '0'],
    ['4000007000000072', 'VISA', '1', '1'],
    ['5200007000000028', 'MASTER', '1', '2'],
    ['370000700000013', 'AMEX', '0', '0'],
  ])(
    '%s its brand %s, whether it is domestic (%s), and what funds it (%s)',
    async (CardNo, Brand, domestic, funding) => {
      const reply = await createShop().call('SearchCardDetail', { ...SHOP, CardNo, Expire: '3012' });
      expect(reply.pairs).toMatchObject({ Brand, DomesticFlag: domestic, DebitPrepaidFlag: funding });
    },
  );
});
