import { describe, expect, it } from 'vitest';
import { brandOf, hasExpired, luhnValid } from '../../../gateway/cards/card.ts';

describe('the brand of a card number', () => {
  // The documented test cards (payjp-api section 5) and the edges of the ranges.
  it.each([
    ['4242424242424242', 'Visa'],
    ['4012888888881881', 'Visa'],
    ['5555555555554444', 'MasterCard'],
    ['5105105105105100', 'MasterCard'],
    ['2221000000000009', 'MasterCard'],
    ['2720999999999996', 'MasterCard'],
    ['3530111333300000', 'JCB'],
    ['3566002020360505', 'JCB'],
    ['3528000000000007', 'JCB'],
    ['3589999999999990', 'JCB'],
    ['378282246310005', 'American Express'],
    ['341111111111111', 'American Express'],
    ['38520000023237', 'Diners Club'],
    ['30569309025904', 'Diners Club'],
    ['36227206271667', 'Diners Club'],
    ['3095000000000', 'Diners Club'],
    ['6011111111111117', 'Discover'],
    ['6011000990139424', 'Discover'],
    ['6440000000000000', 'Discover'],
  ])('%s is %s', (number, brand) => {
    expect(brandOf(number)).toBe(brand);
  });

  it.each([
    '2220990000000000',
    '2721000000000000',
    '3527000000000000',
    '3590000000000000',
    '1234567890123',
    '9999999999999',
    '000000000000',
  ])('%s has none that is accepted', (number) => {
    expect(brandOf(number)).toBe(undefined);
  });
});

describe('the check digit', () => {
  it.each(['4242424242424242', '378282246310005', '38520000023237', '6011111111111117', '3530111333300000'])(
    'of %s is right',
    (number) => {
      expect(luhnValid(number)).toBe(true);
    },
  );

  it('is wrong after one digit was mistyped or two neighbours were swapped', () => {
    const number = '4539578763621486';
    expect(luhnValid(number)).toBe(true);
    const mistakes = Array.from(number, (_, at) => {
      const others = Array.from('0123456789').filter((digit) => digit !== number[at]);
      return others.map((digit) => number.slice(0, at) + digit + number.slice(at + 1));
    }).flat();
    const swaps = Array.from(number, (digit, at) => ({ digit, next: number[at + 1] ?? digit, at }))
      // The one swap Luhn cannot see is 09 and 90.
      .filter(({ digit, next }) => digit !== next && Math.abs(Number(digit) - Number(next)) !== 9)
      .map(({ digit, next, at }) => number.slice(0, at) + next + digit + number.slice(at + 2));
    expect([mistakes.length, swaps.length]).toEqual([144, 15]);
    expect([...mistakes, ...swaps].filter(luhnValid)).toEqual([]);
  });
});

describe('an expiry date', () => {
  it.each([
    ['2017-07-31T23:59:59.999+09:00', false],
    ['2017-08-01T00:00:00.000+09:00', true],
    ['2016-12-31T00:00:00.000+09:00', false],
    ['2018-01-01T00:00:00.000+09:00', true],
  ])('of July 2017 has passed at %s: %s', (at, expired) => {
    expect(hasExpired(2017, 7, Date.parse(at))).toBe(expired);
  });

  it('in December lasts until the year ends in Japan', () => {
    expect(hasExpired(2017, 12, Date.parse('2017-12-31T23:59:59+09:00'))).toBe(false);
    expect(hasExpired(2017, 12, Date.parse('2018-01-01T00:00:00+09:00'))).toBe(true);
  });
});
