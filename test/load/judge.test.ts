import { describe, expect, it } from 'vitest';
import { doublesIn, failoverAt, marker } from '../../load/judge.ts';
import { type Arrival, stagesOf, virtualUsersOf } from '../../load/plan.ts';

const probes = (outcomes: string, everyMs = 500) =>
  outcomes.split('').map((outcome, index) => ({ sentMs: index * everyMs, elsewhere: outcome === '+' }));

const arrival = (atMs: number, more: Partial<Arrival> = {}): Arrival => ({
  atMs,
  merchant: 'shop',
  ordinal: String(atMs),
  operation: 'create',
  amountYen: 100,
  captureNow: true,
  stored: false,
  customer: 0,
  namesCard: false,
  card: { number: '4242424242424242', cvc: '123', expYear: 2030 },
  patienceMs: 1000,
  capture: null,
  refund: null,
  ...more,
});

describe('the failover that k6 sees', () => {
  it('is at the first payment after which all go elsewhere', () => {
    expect(failoverAt(probes('----++++++++'))).toBe(2000);
  });

  it('is not at a payment that slipped through before', () => {
    expect(failoverAt(probes('-+--+---++++++++'))).toBe(4000);
  });

  it('never came when too few payments followed to say so', () => {
    expect(failoverAt(probes('------+++'))).toBeNull();
    expect(failoverAt([])).toBeNull();
  });
});

describe('double captures in a merchant’s list', () => {
  const charge = (intent: string, more: object = {}) => ({
    metadata: { [marker]: intent },
    captured: true,
    paid: true,
    amount: 100,
    amount_refunded: 0,
    ...more,
  });

  it('are intents with two captured payments', () => {
    expect(doublesIn([charge('a'), charge('b'), charge('a')])).toEqual(['a']);
  });

  it('are not what was given back, held, refused, or somebody else’s', () => {
    const harmless = [{ amount_refunded: 100 }, { captured: false }, { paid: false }, { metadata: {} }];
    expect(doublesIn([charge('a'), ...harmless.map((more) => charge('a', more))])).toEqual([]);
  });
});

describe('a plan’s arrivals as rates', () => {
  it('are as many in each second as the plan has, with room for the last', () => {
    const stages = stagesOf([arrival(100), arrival(900), arrival(2500)], 4000);
    expect(stages).toEqual([
      { target: 2, duration: '0s' },
      { target: 2, duration: '1000ms' },
      { target: 0, duration: '0s' },
      { target: 0, duration: '1000ms' },
      { target: 1, duration: '0s' },
      { target: 1, duration: '1000ms' },
      { target: 0, duration: '0s' },
      { target: 0, duration: '1000ms' },
      { target: 1, duration: '0s' },
      { target: 1, duration: '1000ms' },
    ]);
  });

  it('need a user each for what overlaps, waits for follow-ups included', () => {
    const alone = [arrival(0), arrival(5000)];
    expect(virtualUsersOf(alone, 10_000, 1000)).toBe(1);
    const waiting = [arrival(0, { refund: { afterMs: 4500, amountYen: 1 } }), arrival(5000)];
    expect(virtualUsersOf(waiting, 10_000, 1000)).toBe(2);
    const tooLate = [arrival(0, { refund: { afterMs: 20_000, amountYen: 1 } }), arrival(5000)];
    expect(virtualUsersOf(tooLate, 10_000, 1000)).toBe(1);
  });
});
