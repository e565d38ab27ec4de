/** Card numbers that stand for nothing in particular, from the ranges of the documented test cards. */
import type { Draws } from './random.ts';

export interface Card {
  readonly number: string;
  readonly cvc: string;
  readonly expYear: number;
}

/** `head` with the digit that makes it pass the Luhn check. */
export const luhn = (head: string): string => {
  let sum = 0;
  for (let index = head.length - 1, double = true; index >= 0; index -= 1, double = !double) {
    const digit = head.charCodeAt(index) - 48;
    const doubled = digit * 2;
    sum += double ? (doubled > 9 ? doubled - 9 : doubled) : digit;
  }
  return `${head}${(10 - (sum % 10)) % 10}`;
};

/** A year from now: dates in a sandbox are today's. */
export const expYear = (): number => new Date().getFullYear() + 2;

export const goodCard = (draws: Draws): Card => ({
  number: luhn(`424242${String(draws.integer(0, 999_999_999)).padStart(9, '0')}`),
  cvc: String(draws.integer(100, 999)),
  expYear: expYear(),
});

/** Registers well and is declined by its issuer at every charge (PAY.JP's documentation of test cards). */
export const declinedWhenCharged = (): Card => ({ number: '4000000000080319', cvc: '123', expYear: expYear() });

/** Numbers that no issuer ever gave out, one after another, as card testers try them. */
export const deadCard = (nth: number): Card => ({
  number: luhn(`40000088${String(1_000_000 + (nth % 8_000_000))}`),
  cvc: '123',
  expYear: expYear(),
});

export const tokenForm = ({ number, cvc, expYear: year }: Card): string =>
  `card%5Bnumber%5D=${number}&card%5Bexp_month%5D=12&card%5Bexp_year%5D=${year}&card%5Bcvc%5D=${cvc}`;
