/** The rules in buyers' browsers, beside those of the gateway that judges again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as cardRules from '../../../gateway/browser/client/card-rules.js';
import { brandOf, luhnValid } from '../../../gateway/cards/card.ts';
import { testCards } from '../../../gateway/cards/test-cards.ts';

type Part = 'number' | 'expiry' | 'cvc';
type Values = Readonly<Record<Part, string>>;
/** Plain JavaScript, for browsers. */
interface Rules {
  brandOf(number: string): { readonly name: string };
  luhnValid(number: string): boolean;
  formatNumber(text: string): string;
  formatExpiry(text: string, isDeleting: boolean): string;
  judge(part: Part, values: Values, today: { year: number; month: number }): { complete: boolean; code: string | null };
}
const rules: Rules = cardRules;

const today = { year: 2026, month: 11 };
const typed = (values: Partial<Values>): Values => ({
  number: '',
  expiry: '',
  cvc: '',
  ...values,
});

describe('a card number in the browser', () => {
  it('has the brand and the check digit that the gateway finds', () => {
    const digits = fc.stringMatching(/^[2-6][0-9]{11,18}$/);
    fc.assert(
      fc.property(digits, (number) => {
        expect(rules.brandOf(number).name).toBe(brandOf(number) ?? 'unknown');
        expect(rules.luhnValid(number)).toBe(luhnValid(number));
      }),
      { numRuns: 3_000, seed: 11 },
    );
  });

  it('is complete for every published test card', () => {
    expect(testCards.size).toBeGreaterThan(10);
    for (const number of testCards.keys())
      expect([number, rules.judge('number', typed({ number }), today).complete]).toEqual([number, true]);
  });

  it.each([
    ['4242424242424242', '4242 4242 4242 4242'],
    ['378282246310005', '3782 822463 10005'],
    ['30569309025904', '3056 930902 5904'],
    ['４２４２-4242 4242', '4242 4242 4242'],
    ['4242424242424242999', '4242 4242 4242 4242'],
    ['', ''],
  ])('%s reads %s', (number, shown) => {
    expect(rules.formatNumber(number)).toBe(shown);
  });

  it.each([
    ['4242', 'incomplete_error'],
    ['4242424242424241', 'invalid_number'],
    ['9999999999999995', 'invalid_number'],
    ['4242424242424242', null],
    ['', null],
  ])('%s is judged %s', (number, code) => {
    expect(rules.judge('number', typed({ number }), today).code).toBe(code);
  });
});

describe('an expiry in the browser', () => {
  it.each([
    ['1', false, '1'],
    ['12', false, '12 / '],
    ['12', true, '12'],
    ['1/', false, '01 / '],
    ['5', false, '05 / '],
    ['1240', false, '12 / 40'],
    ['12 / 2040', false, '12 / 40'],
    ['１２４０', false, '12 / 40'],
  ])('typed as %s reads %s', (text, isDeleting, shown) => {
    expect(rules.formatExpiry(text, isDeleting)).toBe(shown);
  });

  it.each([
    ['12 / 2', 'incomplete_error'],
    ['13 / 40', 'incomplete_error'],
    ['12 / 25', 'invalid_expiry_year_past'],
    ['10 / 26', 'invalid_expiry_month_past'],
    ['11 / 26', null],
    ['12 / 40', null],
  ])('%s is judged %s', (expiry, code) => {
    expect(rules.judge('expiry', typed({ expiry }), today).code).toBe(code);
  });

  it('keeps what was typed, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.boolean(), (text, isDeleting) => {
        const once = rules.formatExpiry(text, isDeleting);
        expect(once.length).toBeLessThanOrEqual(8);
        expect(rules.formatExpiry(once, true)).toBe(once.length === 5 ? once.slice(0, 2) : once);
      }),
      { numRuns: 2_000, seed: 12 },
    );
  });
});

describe('a security code in the browser', () => {
  it.each([
    ['4242424242424242', '123', true],
    ['4242424242424242', '12', false],
    ['378282246310005', '123', false],
    ['378282246310005', '1234', true],
    ['', '123', true],
  ])('beside %s: %s is complete: %s', (number, cvc, complete) => {
    expect(rules.judge('cvc', typed({ number, cvc }), today).complete).toBe(complete);
  });
});
