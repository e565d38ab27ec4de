import { describe, expect, it } from 'vitest';
import { expiryYymm, formatFields, parseFields } from '../../../gateway/upstream/fields.ts';
import { jstDate, jstMonth, jstStamp } from '../../../gateway/upstream/jst.ts';

describe('fields of an acquirer', () => {
  it('are what stands before and after the first equals sign', () => {
    const fields = parseFields('a=1&b==2&c=x=y&d=&=lost&lost&a b= 3');
    expect([...fields]).toEqual([
      ['a', '1'],
      ['b', '=2'],
      ['c', 'x=y'],
      ['d', ''],
      ['a b', ' 3'],
    ]);
  });

  it('are taken as they come: replies are not percent-encoded', () => {
    expect(parseFields('a=%41+b').get('a')).toBe('%41+b');
  });

  it('are percent-encoded on the way out', () => {
    expect(formatFields({ MerchantPass: 'a&b=c d+e%', Name: '山田' })).toBe(
      'MerchantPass=a%26b%3Dc%20d%2Be%25&Name=%E5%B1%B1%E7%94%B0',
    );
    expect(formatFields({})).toBe('');
  });

  it.each([
    [2031, 3, '3103'],
    [2009, 12, '0912'],
    [2100, 1, '0001'],
  ])('have the expiry %i-%i as %s', (expYear, expMonth, text) => {
    expect(expiryYymm({ pan: '', expYear, expMonth })).toBe(text);
  });
});

describe('dates of an acquirer', () => {
  it('are Japanese days', () => {
    const lastMoment = Date.parse('2017-07-31T23:59:59.999+09:00');
    expect([jstStamp(lastMoment), jstDate(lastMoment), jstMonth(lastMoment)]).toEqual([
      '20170731235959',
      '20170731',
      '201707',
    ]);
    expect([jstStamp(lastMoment + 1), jstMonth(lastMoment + 1)]).toEqual(['20170801000000', '201708']);
  });
});
