import { describe, expect, it } from 'vitest';
import { isJstDate, jstDate, jstStamp, parseJstStamp } from '../../acquirer-sim/jst.ts';

describe('dates in Japan', () => {
  it('change at 15:00 UTC', () => {
    expect(jstStamp(Date.parse('2017-07-12T14:59:59.999Z'))).toBe('20170712235959');
    expect(jstDate(Date.parse('2017-07-12T15:00:00Z'))).toBe('20170713');
  });

  it('read back as they were written', () => {
    const atMs = Date.parse('2017-07-12T21:02:03+09:00');
    expect(parseJstStamp(jstStamp(atMs))).toBe(atMs);
  });

  it.each(['20170229', '20171301', '20170700', '20170732', '2017071', 'abcdefgh'])('are not %s', (text) => {
    expect(isJstDate(text)).toBe(false);
    expect(parseJstStamp(`${text}000000`)).toBeNull();
  });

  it('know leap years', () => {
    expect(['20160229', '20000229', '19000229'].map(isJstDate)).toEqual([true, true, false]);
  });

  it.each(['20170712240000', '20170712006000', '20170712000060'])('have no moment %s', (text) => {
    expect(parseJstStamp(text)).toBeNull();
  });
});
