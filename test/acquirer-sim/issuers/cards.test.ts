import { describe, expect, it } from 'vitest';
import { responseCdFor } from '../../../acquirer-sim/escott/codes.ts';
import { declineErrInfo } from '../../../acquirer-sim/gmo-pg/answers.ts';
import { type Brand, brandOf, type DeclineCode, ruleFor } from '../../../acquirer-sim/issuers/cards.ts';
import { decide } from '../../../acquirer-sim/issuers/decision.ts';

const atMs = Date.parse('2017-07-12T21:00:00+09:00');

const said = (number: string, amountYen: number | null, expiry = '3012'): string => {
  const decision = decide({ rule: ruleFor(number), expiry, amountYen, atMs });
  return decision.approved ? 'OK' : decision.code;
};

/** payjp-api.md section 5 and gmo-pg-protocol.md section 9. */
const goodCards: [string, Brand][] = [
  ['4242424242424242', 'visa'],
  ['4012888888881881', 'visa'],
  ['4000000900000003', 'visa'],
  ['4000000000000036', 'visa'],
  ['5555555555554444', 'mastercard'],
  ['5105105105105100', 'mastercard'],
  ['3530111333300000', 'jcb'],
  ['3566002020360505', 'jcb'],
  ['378282246310005', 'amex'],
  ['371449635398431', 'amex'],
  ['38520000023237', 'diners'],
  ['30569309025904', 'diners'],
  ['6011111111111117', 'discover'],
  ['6011000990139424', 'discover'],
  ['4111111111111111', 'visa'],
  ['5111111111111111', 'mastercard'],
  ['2111111111111111', 'mastercard'],
  ['3111111111111111', 'jcb'],
  ['36111111111111', 'diners'],
  ['375987000000088', 'amex'],
];

const refusedAtRegistration: [string, DeclineCode][] = [
  ['4000000000000002', 'G12'],
  ['4000000000000069', 'G83'],
  ['4000000000000127', 'G65'],
  ['4000003720000278', 'G65'],
  ['4000000000000119', 'G98'],
  ['36227206271667', 'brand-refused'],
];

const refusedWhenCharged: [string, DeclineCode][] = [
  ['4000000000080319', 'G12'],
  ['4000000000004012', 'G83'],
  ['4000000000000077', 'G65'],
];

const issuerNumbers = [2, 3, 4, 5, 12, 22, 30, 42, 44, 45, 54, 55, 56, 60, 61, 65, 83, 95, 96, 97, 98, 99].concat(
  Array.from({ length: 15 }, (_, index) => 67 + index),
);
const networkNumbers = [1, 3, 12, 13, 14, 15, 50, 51, 53, 54, 55, 56, 57, 58, 60].concat(
  Array.from({ length: 9 }, (_, index) => 70 + index),
);
const two = (number: number) => String(number).padStart(2, '0');

describe('issuers', () => {
  it.each(goodCards)('approve %s of %s for a check and for a payment', (number, brand) => {
    expect([said(number, null), said(number, 5_000_000)]).toEqual(['OK', 'OK']);
    expect(brandOf(number)).toBe(brand);
  });

  it.each(refusedAtRegistration)('refuse %s already when it is checked, with %s', (number, code) => {
    expect([said(number, null), said(number, 100)]).toEqual([code, code]);
  });

  it.each(refusedWhenCharged)('let %s be checked and refuse its payments with %s', (number, code) => {
    expect([said(number, null), said(number, 100)]).toEqual(['OK', code]);
  });

  it('refuse 4000000000080202 above 10,000 yen only', () => {
    expect([10_000, 10_001].map((amountYen) => said('4000000000080202', amountYen))).toEqual(['OK', 'G12']);
  });

  it('remark on the security code of two cards and approve them', () => {
    expect(ruleFor('4000000000000101').securityCode).toBe('mismatch');
    expect(ruleFor('4000000000000044').securityCode).toBe('unavailable');
    expect(said('4000000000000101', 100)).toBe('OK');
  });

  it.each(issuerNumbers)('refuse 4999000000000NNN of %i with the G code of that number', (number) => {
    expect(said(`49990000000000${two(number)}`, 100)).toBe(`G${two(number)}`);
  });

  it.each(networkNumbers)('fail 5999000000000NNN of %i with the C code of that number', (number) => {
    expect(said(`59990000000000${two(number)}`, 100)).toBe(`C${two(number)}`);
  });

  it('approve numbers of those ranges that stand for nothing', () => {
    expect([said('4999000000000001', 100), said('5999000000000002', 100)]).toEqual(['OK', 'OK']);
  });

  it('never gave out the numbers that card-testing attacks try', () => {
    expect(said('4000008812345678', null)).toBe('G61');
  });

  it('accept a card to the end of its month in Japan', () => {
    expect(said('4242424242424242', 100, '1707')).toBe('OK');
    expect(said('4242424242424242', 100, '1706')).toBe('G83');
  });
});

describe('the two acquirers word a decline', () => {
  it('at e-SCOTT with a code of its list', () => {
    expect((['G12', 'G02', 'G67', 'C50', 'C13', 'brand-refused'] as const).map(responseCdFor)).toEqual([
      'G12',
      'G55',
      'G97',
      'C03',
      'C80',
      'C18',
    ]);
  });

  it('at GMO-PG as 42Gnn0000 and 42Cnn0000', () => {
    expect((['G12', 'C50', 'brand-refused'] as const).map(declineErrInfo)).toEqual([
      '42G120000',
      '42C500000',
      'E41170002',
    ]);
  });
});
