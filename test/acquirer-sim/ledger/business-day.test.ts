import { describe, expect, it } from 'vitest';
import { followingDay, hasClosed, salesDay } from '../../../acquirer-sim/ledger/business-day.ts';

const at = (jst: string): number => Date.parse(`${jst}+09:00`);

describe('a business day', () => {
  it.each([
    ['20170712', '2017-07-12T23:59:59', false],
    ['20170712', '2017-07-13T02:59:59.999', false],
    ['20170712', '2017-07-13T03:00:00', true],
    ['20170630', '2017-07-01T03:00:00', true],
    ['20161231', '2017-01-01T02:00:00', false],
    ['20170713', '2017-07-12T12:00:00', false],
  ])('%s at %s: closed is %s', (date, moment, closed) => {
    expect(hasClosed(date, at(moment))).toBe(closed);
  });

  it.each([
    ['', '2017-07-12T21:00:00', '20170712'],
    ['20170712', '2017-07-12T21:00:00', '20170712'],
    ['20170712', '2017-07-13T00:00:05', '20170712'],
    ['20170712', '2017-07-13T03:00:00', '20170713'],
    ['20170720', '2017-07-12T21:00:00', '20170720'],
  ])('of a sale that asks for %j at %s is %s', (asked, moment, day) => {
    expect(salesDay(asked, at(moment))).toBe(day);
  });

  it('of what follows a sale is today, and never before the sale', () => {
    expect(followingDay('20170710', at('2017-07-12T21:00:00'))).toBe('20170712');
    expect(followingDay('20170714', at('2017-07-12T21:00:00'))).toBe('20170714');
  });
});
