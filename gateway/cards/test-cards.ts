/**
 * PAY.JP's published test cards (payjp-api section 5), as far as the gateway itself knows what they
 * do. Declines are the issuer's: the gateway asks for them like for any other card.
 */

export interface TestCard {
  readonly cvcCheck: 'passed' | 'failed' | 'unavailable';
  /** Held a week at most. */
  readonly issuedAbroad: boolean;
}

const ordinary: TestCard = { cvcCheck: 'passed', issuedAbroad: false };

const numbers: readonly string[] = [
  '4242424242424242',
  '4012888888881881',
  '5555555555554444',
  '5105105105105100',
  '3530111333300000',
  '3566002020360505',
  '378282246310005',
  '371449635398431',
  '38520000023237',
  '30569309025904',
  '6011111111111117',
  '6011000990139424',
  '4000000000000002',
  '4000000000000069',
  '4000000000000127',
  '4000003720000278',
  '4000000000000119',
  '36227206271667',
  '4000000000080319',
  '4000000000004012',
  '4000000000080202',
  '4000000000000077',
  '4000000000000036',
];

export const testCards: ReadonlyMap<string, TestCard> = new Map([
  ...numbers.map((number) => [number, ordinary] as const),
  ['4000000900000003', { cvcCheck: 'passed', issuedAbroad: true }],
  ['4000000000000101', { cvcCheck: 'failed', issuedAbroad: false }],
  ['4000000000000044', { cvcCheck: 'unavailable', issuedAbroad: false }],
]);
