import { describe, expect, it } from 'vitest';
import { drawCard, luhnDigit } from '../../../scenarios/cast/cards.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';

const seed = 20170712;
const brands = { Visa: 50, MasterCard: 25, JCB: 20, 'American Express': 5 };

describe(`buyers' cards (seed ${seed})`, () => {
  const cards = Array.from({ length: 2_000 }, (_, buyer) => drawCard(createRandom(seed, `${buyer}`), brands));

  it('knows the check digit of the documented test cards', () => {
    for (const number of ['4242424242424242', '5555555555554444', '3530111333300000', '378282246310005'])
      expect(`${luhnDigit(number.slice(0, -1))}`).toBe(number.slice(-1));
  });

  it('draws numbers of the right length with a right check digit', () => {
    for (const { number, cvc } of cards) {
      expect(`${luhnDigit(number.slice(0, -1))}`).toBe(number.slice(-1));
      expect(number).toMatch(/^(424242\d{10}|555555\d{10}|353011\d{10}|378282\d{9})$/);
      expect(cvc).toHaveLength(number.startsWith('37') ? 4 : 3);
    }
  });

  it('gives two buyers two numbers', () => {
    expect(new Set(cards.map(({ number }) => number)).size).toBe(cards.length);
  });

  it('draws brands by their weights, and none of weight 0', () => {
    const share = (prefix: string) => cards.filter(({ number }) => number.startsWith(prefix)).length / cards.length;
    expect(share('4')).toBeCloseTo(0.5, 1);
    expect(share('35')).toBeCloseTo(0.2, 1);
    const only = { Visa: 0, MasterCard: 0, JCB: 1, 'American Express': 0 };
    for (let buyer = 0; buyer < 200; buyer += 1)
      expect(drawCard(createRandom(seed, `${buyer}`), only).number).toMatch(/^353011/);
  });
});
