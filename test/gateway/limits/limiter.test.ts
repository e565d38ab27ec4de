import { describe, expect, it } from 'vitest';
import type { Limited, Standing } from '../../../gateway/limits/limiter.ts';
import { createLimits } from '../../../gateway/limits/limits.ts';
import type { Limits } from '../../../gateway/policy/limits.ts';
import { createManualClock } from '../manual-clock.ts';
import { limitsOf } from './policy.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const request = { merchantId: 'big-1', mode: 'live', zone: 'pk' } as const;
const nobodyHeld: Standing = { shareOf: () => 1, mayBorrow: () => false };

const createWorld = (changes: Partial<Limits> = {}, standing = nobodyHeld, clock = createManualClock()) => {
  const limits = createLimits({
    clock,
    log: silent,
    policy: limitsOf(changes),
    instances: 1,
    instanceId: 'gateway-1',
    standing,
  });
  const { limiter } = limits;
  /** Asks, and ends at once what was let in. */
  const take = (asked: Limited = request) => {
    const admitted = limiter.admit(asked);
    if (admitted instanceof Promise) throw new Error('one instance answers at once');
    if (admitted.allowed) limiter.leave(asked.merchantId, admitted.holder);
    return admitted;
  };
  /** Asks, and holds the slot. */
  const enter = (merchantId: string): boolean => {
    const admitted = limiter.admit({ merchantId, mode: 'live', zone: 'sk' });
    return !(admitted instanceof Promise) && admitted.allowed;
  };
  const flood = (asked: Limited, times: number): number => {
    let admitted = 0;
    for (let index = 0; index < times; index += 1) if (take(asked).allowed) admitted += 1;
    return admitted;
  };
  return { clock, limits, limiter, take, enter, flood };
};

describe('the limiter', () => {
  it('refuses the request past the burst and admits it after the wait it names', () => {
    const { clock, take } = createWorld();
    for (let index = 0; index < 20; index += 1) expect(take().allowed).toBe(true);
    expect(take()).toEqual({ allowed: false, by: 'pk', retryAfterMs: 100 });
    clock.advance(99);
    expect(take().allowed).toBe(false);
    clock.advance(1);
    expect(take().allowed).toBe(true);
  });

  it('keeps merchants, modes and zones apart', () => {
    const { take, flood } = createWorld();
    flood(request, 20);
    expect(take().allowed).toBe(false);
    expect(take({ ...request, merchantId: 'big-2' }).allowed).toBe(true);
    expect(take({ ...request, mode: 'test' }).allowed).toBe(true);
    expect(take({ ...request, zone: 'sk' }).allowed).toBe(true);
  });

  it('has rates of its own for test mode', () => {
    const { testZones } = limitsOf().limits;
    const { flood } = createWorld({ testZones: { ...testZones, pk: { ratePerSecond: 2, burst: 2 } } });
    expect([flood({ ...request, mode: 'test' }, 30), flood(request, 30)]).toEqual([2, 20]);
  });

  it('counts all merchants together where the policy says so, as in July 2021', () => {
    const { take, flood } = createWorld({ scope: 'everybody' });
    flood(request, 20);
    expect(take({ ...request, merchantId: 'innocent' }).allowed).toBe(false);
  });

  it('holds a flood to the rate plus one burst over a minute', () => {
    const { clock, take } = createWorld();
    let admitted = 0;
    for (let index = 0; index < 60_000; index += 1) {
      if (take().allowed) admitted += 1;
      clock.advance(1);
    }
    expect(admitted).toBeGreaterThanOrEqual(600);
    expect(admitted).toBeLessThanOrEqual(620);
  });

  it('lets everything pass while switched off', () => {
    const { take, enter } = createWorld({ enabled: false });
    for (let index = 0; index < 100; index += 1) {
      expect(take().allowed).toBe(true);
      expect(enter('big-1')).toBe(true);
    }
  });

  it('begins at its wall time with a full burst, and still balances the slots taken before', () => {
    const clock = createManualClock(Date.parse('2017-07-14T07:43:00+09:00'));
    const { take, enter, flood, limiter } = createWorld({ activeFrom: '2017-07-14T07:53:00+09:00' }, nobodyHeld, clock);
    for (let index = 0; index < 100; index += 1) expect(take().allowed).toBe(true);
    for (let index = 0; index < 5; index += 1) expect(enter('big-1')).toBe(true);
    clock.advance(599_999);
    expect(enter('big-1')).toBe(true);
    clock.advance(1);
    expect(flood({ ...request, merchantId: 'big-2' }, 100)).toBe(20);
    expect(enter('big-1')).toBe(false);
    for (let index = 0; index < 4; index += 1) limiter.leave('big-1', null);
    expect(enter('big-1')).toBe(true);
  });

  it('caps the concurrent requests of one merchant and of nobody else, and spends no rate on that refusal', () => {
    const { enter, limiter } = createWorld();
    expect([1, 2, 3].map(() => enter('big-1'))).toEqual([true, true, true]);
    const full = limiter.admit({ merchantId: 'big-1', mode: 'live', zone: 'sk' });
    expect(full).toEqual({ allowed: false, by: 'concurrency', retryAfterMs: 1000 });
    expect(enter('big-2')).toBe(true);
    limiter.leave('big-1', null);
    expect(enter('big-1')).toBe(true);
  });

  it('calls a slot given back twice a mistake of the caller', () => {
    const { enter, limiter } = createWorld();
    enter('big-1');
    limiter.leave('big-1', null);
    expect(() => limiter.leave('big-1', null)).toThrow('leave without enter: big-1');
  });

  it('gives a held merchant its part of the rate, and at least one request at a time', () => {
    const { clock, flood, take } = createWorld({}, { shareOf: () => 0.1, mayBorrow: () => true });
    expect(flood(request, 50)).toBe(2);
    clock.advance(999);
    expect(take().allowed).toBe(false);
    clock.advance(1);
    expect(take().allowed).toBe(true);
    expect(flood({ ...request, merchantId: 'tiny' }, 5)).toBe(2);
  });

  it('lends spare capacity to a merchant of good standing, to nobody else, and no more than there is', () => {
    const surge = { enabled: true, ratePerSecond: 5, burst: 7, goodMin: 3, badShareMax: 0.33 };
    const { clock, flood, take } = createWorld(
      { surge },
      { shareOf: () => 1, mayBorrow: (merchantId) => merchantId !== 'loop-1' },
    );
    expect(flood({ ...request, merchantId: 'loop-1' }, 100)).toBe(20);
    expect(flood({ ...request, merchantId: 'sale-1' }, 100)).toBe(27);
    // Refused, it is told when its own rate lets it in again, and not when there is more to lend.
    expect(take({ ...request, merchantId: 'sale-1' })).toMatchObject({ allowed: false, by: 'pk', retryAfterMs: 100 });
    clock.advance(1000);
    expect(flood({ ...request, merchantId: 'sale-1' }, 100)).toBe(15);
    expect(flood({ ...request, mode: 'test', merchantId: 'sale-1' }, 100)).toBe(20);
  });

  it('lets an address try a few keys a second', () => {
    const { clock, limiter } = createWorld({ addresses: { enabled: true, ratePerSecond: 5, burst: 10 } });
    const waits = Array.from({ length: 12 }, () => limiter.tryKey('192.0.2.1'));
    expect(waits).toEqual([...new Array(10).fill(0), 200, 200]);
    expect(limiter.tryKey('192.0.2.2')).toBe(0);
    clock.advance(200);
    expect(limiter.tryKey('192.0.2.1')).toBe(0);
  });

  it('takes the numbers of another policy from the next request on', () => {
    const { limits, flood } = createWorld();
    flood(request, 20);
    const { zones } = limitsOf().limits;
    limits.apply(limitsOf({ zones: { ...zones, pk: { ratePerSecond: 10, burst: 30 } } }).limits);
    expect(flood(request, 100)).toBe(10);
  });

  it('forgets idle merchants, so that a hundred thousand passers-by leave little behind', () => {
    const { clock, take, limits } = createWorld();
    let largest = 0;
    for (let index = 0; index < 100_000; index += 1) {
      void take({ ...request, merchantId: `passer-${index}` });
      clock.advance(1);
      largest = Math.max(largest, limits.sharing.size());
    }
    // 100 are busy at any moment (10/s each, one a millisecond): the floor of 512 is what stays.
    expect(largest).toBeLessThanOrEqual(513);
  });
});

describe('the outbound cap', () => {
  const outbound = {
    enabled: true,
    contractPerSecond: { escott: 10 },
    share: 0.9,
    burstSeconds: 1,
    criticalReserve: 0.34,
  };

  it('stays below the contract whatever is asked, over every second', () => {
    const { clock, limits } = createWorld({ outbound });
    const sentAtMs: number[] = [];
    for (let atMs = 0; atMs < 60_000; atMs += 5) {
      if (limits.outbound.take('escott', atMs % 10 === 0 ? 'payment' : 'critical', 1) === 0) sentAtMs.push(atMs);
      clock.advance(5);
    }
    const in10s = sentAtMs.map((fromMs) => sentAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 10_000).length);
    expect(Math.max(...in10s)).toBeLessThanOrEqual(9 * 10 + 9);
    expect(sentAtMs.length).toBeGreaterThan(60 * 9);
  });

  it('lets captures and reversals pass while new payments wait', () => {
    const { limits } = createWorld({ outbound });
    const payments = Array.from({ length: 9 }, () => limits.outbound.take('escott', 'payment', 1));
    expect(payments.filter((waitMs) => waitMs === 0)).toHaveLength(5);
    const critical = Array.from({ length: 9 }, () => limits.outbound.take('escott', 'critical', 1));
    expect(critical.filter((waitMs) => waitMs === 0)).toHaveLength(4);
    expect(limits.outbound.take('escott', 'payment', 1)).toBeGreaterThan(Number(critical.at(-1)));
  });

  it('counts a payment of two calls as two, and lets one through where only one call may come at once', () => {
    const { clock, limits } = createWorld({ outbound });
    let sent = 0;
    for (let atMs = 0; atMs < 60_000; atMs += 5) {
      if (limits.outbound.take('escott', 'payment', 2) === 0) sent += 2;
      clock.advance(5);
    }
    expect(sent).toBeGreaterThan(60 * 9 - 2);
    expect(sent).toBeLessThanOrEqual(60 * 9 + 9);
    const little = createWorld({ outbound: { ...outbound, contractPerSecond: { escott: 1 } } });
    expect(little.limits.outbound.take('escott', 'payment', 2)).toBe(0);
    expect(little.limits.outbound.take('escott', 'payment', 2)).toBeGreaterThan(2_000);
  });

  it('has no cap for an acquirer without a contract', () => {
    const { limits } = createWorld({ outbound });
    expect(
      Array.from({ length: 100 }, () => limits.outbound.take('gmo', 'payment', 1)).every((wait) => wait === 0),
    ).toBe(true);
  });
});
