/** What a full trace shows of bodies with cards in them. */
import { describe, expect, it } from 'vitest';
import { withoutCards } from '../../../scenarios/theatre/without-cards.ts';

describe('a body in a full trace', () => {
  it.each([
    [
      'card[number]=4242424242424242&card[cvc]=123&card[exp_month]=12',
      'card[number]=****&card[cvc]=***&card[exp_month]=12',
    ],
    ['card%5Bnumber%5D=4242424242424242&card%5Bcvc%5D=123', 'card%5Bnumber%5D=****&card%5Bcvc%5D=***'],
    [
      'OperateId=1Check&CardNo=4242424242424242&CardExp=3012&SecCd=123',
      'OperateId=1Check&CardNo=****&CardExp=3012&SecCd=***',
    ],
    [
      'OrderID=a&CardNo=378282246310005&SecurityCode=1234&Expire=3012',
      'OrderID=a&CardNo=****&SecurityCode=***&Expire=3012',
    ],
    ['amount=500&card=tok_1', 'amount=500&card=tok_1'],
    ['{"id":"ch_1"}', '{"id":"ch_1"}'],
  ])('shows %s as %s', (body, shown) => {
    expect(withoutCards(body)).toBe(shown);
  });
});
