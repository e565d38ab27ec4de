/**
 * Card numbers for buyers: right length, right Luhn digit, from the ranges of the documented test
 * cards that always work (payjp-api section 5), so that no draw can hit a number with a meaning.
 */
import type { Random } from '../../gateway/ports.ts';
import { formOf } from './client.ts';

export type Brand = 'Visa' | 'MasterCard' | 'JCB' | 'American Express';

export interface BuyerCard {
  readonly number: string;
  readonly cvc: string;
  /** Years from the scenario's year to the expiry, 1 to 4; the month is always December. */
  readonly yearsLeft: number;
}

interface Range {
  readonly prefix: string;
  readonly length: number;
  readonly cvcLength: number;
}

const ranges: Readonly<Record<Brand, Range>> = {
  Visa: { prefix: '424242', length: 16, cvcLength: 3 },
  MasterCard: { prefix: '555555', length: 16, cvcLength: 3 },
  JCB: { prefix: '353011', length: 16, cvcLength: 3 },
  'American Express': { prefix: '378282', length: 15, cvcLength: 4 },
};

/** The brand of a number of ours, by its first digit. */
export const brandOfNumber = (number: string): Brand => {
  if (number.startsWith('5')) return 'MasterCard';
  if (number.startsWith('35')) return 'JCB';
  return number.startsWith('3') ? 'American Express' : 'Visa';
};

/** The digit that makes `digits` + itself pass the Luhn check. */
export const luhnDigit = (digits: string): number => {
  let sum = 0;
  for (let index = digits.length - 1, double = true; index >= 0; index -= 1, double = !double) {
    const digit = digits.charCodeAt(index) - 48;
    const doubled = digit * 2;
    sum += double ? (doubled > 9 ? doubled - 9 : doubled) : digit;
  }
  return (10 - (sum % 10)) % 10;
};

const digits = (random: Random, length: number): string =>
  String(random.integer(0, 10 ** length - 1)).padStart(length, '0');

/** A card drawn from the buyer's own stream: two buyers share a number once in 10^9. */
export const drawCard = (random: Random, brands: Readonly<Record<Brand, number>>): BuyerCard => {
  const range = ranges[drawBrand(random, brands)];
  const head = range.prefix + digits(random, range.length - range.prefix.length - 1);
  return { number: `${head}${luhnDigit(head)}`, cvc: digits(random, range.cvcLength), yearsLeft: random.integer(1, 4) };
};

const drawBrand = (random: Random, brands: Readonly<Record<Brand, number>>): Brand => {
  const total = brands.Visa + brands.MasterCard + brands.JCB + brands['American Express'];
  let left = random.float() * total;
  for (const brand of ['Visa', 'MasterCard', 'JCB'] as const) {
    if (left < brands[brand]) return brand;
    left -= brands[brand];
  }
  // Only an all-zero remainder of rounding reaches a brand of weight 0, and then at 2^-53.
  return brands['American Express'] > 0 ? 'American Express' : 'Visa';
};

/** The form that makes a token of a buyer's card. `year` is the scenario's. */
export const tokenForm = (card: BuyerCard, year: number): string =>
  formOf([
    ['card%5Bnumber%5D', card.number],
    ['card%5Bexp_month%5D', 12],
    ['card%5Bexp_year%5D', year + card.yearsLeft],
    ['card%5Bcvc%5D', card.cvc],
  ]);
