import { describe, expect, it } from 'vitest';
import { createLimiter } from '../../../gateway/limits/limiter.ts';
import type { Policy } from '../../../gateway/policy/schema.ts';
import { createManualClock } from '../manual-clock.ts';

const policy = (changes: Partial<Policy['limits']> = {}): Pick<Policy, 'limits'> => ({
  limits: {
    enabled: true,
    zones: {
      pk: { ratePerSecond: 10, burst: 20 },
      payment: { ratePerSecond: 14, burst: 28 },
      sk: { ratePerSecond: 30, burst: 60 },
    },
    inFlightMax: 3,
    ...changes,
  },
});
const request = { merchantId: 'big-1', mode: 'live', zone: 'pk' } as const;

describe('the limiter', () => {
  it('refuses the request past the burst and admits it after the wait it names', () => {
    const clock = createManualClock();
    const limiter = createLimiter({ clock, policy: policy() });
    for (let index = 0; index < 20; index += 1) expect(limiter.take(request)).toEqual({ allowed: true });
    const refusal = limiter.take(request);
    expect(refusal).toEqual({ allowed: false, retryAfterMs: 100 });
    clock.advance(99);
    expect(limiter.take(request).allowed).toBe(false);
    clock.advance(1);
    expect(limiter.take(request).allowed).toBe(true);
  });

  it('keeps merchants, modes and zones apart', () => {
    const limiter = createLimiter({ clock: createManualClock(), policy: policy() });
    for (let index = 0; index < 20; index += 1) limiter.take(request);
    expect(limiter.take(request).allowed).toBe(false);
    expect(limiter.take({ ...request, merchantId: 'big-2' }).allowed).toBe(true);
    expect(limiter.take({ ...request, mode: 'test' }).allowed).toBe(true);
    expect(limiter.take({ ...request, zone: 'sk' }).allowed).toBe(true);
  });

  it('holds a flood to the rate plus one burst over a minute', () => {
    const clock = createManualClock();
    const limiter = createLimiter({ clock, policy: policy() });
    let admitted = 0;
    for (let index = 0; index < 60_000; index += 1) {
      if (limiter.take(request).allowed) admitted += 1;
      clock.advance(1);
    }
    expect(admitted).toBeGreaterThanOrEqual(600);
    expect(admitted).toBeLessThanOrEqual(620);
  });

  it('lets everything pass while switched off', () => {
    const limiter = createLimiter({ clock: createManualClock(), policy: policy({ enabled: false }) });
    for (let index = 0; index < 100; index += 1) {
      expect(limiter.take(request).allowed).toBe(true);
      expect(limiter.enter('big-1')).toBe(true);
    }
  });

  it('begins at its wall time with a full burst, and still balances the slots taken before', () => {
    const clock = createManualClock(Date.parse('2017-07-14T07:43:00+09:00'));
    const limiter = createLimiter({ clock, policy: policy({ activeFrom: '2017-07-14T07:53:00+09:00' }) });
    for (let index = 0; index < 100; index += 1) expect(limiter.take(request).allowed).toBe(true);
    for (let index = 0; index < 5; index += 1) expect(limiter.enter('big-1')).toBe(true);
    clock.advance(599_999);
    expect(limiter.enter('big-1')).toBe(true);
    clock.advance(1);
    let admitted = 0;
    while (limiter.take(request).allowed) admitted += 1;
    expect(admitted).toBe(20);
    expect(limiter.enter('big-1')).toBe(false);
    for (let index = 0; index < 4; index += 1) limiter.leave('big-1');
    expect(limiter.enter('big-1')).toBe(true);
  });

  it('caps the concurrent requests of one merchant and of nobody else', () => {
    const limiter = createLimiter({ clock: createManualClock(), policy: policy() });
    expect([1, 2, 3, 4].map(() => limiter.enter('big-1'))).toEqual([true, true, true, false]);
    expect(limiter.enter('big-2')).toBe(true);
    limiter.leave('big-1');
    expect(limiter.enter('big-1')).toBe(true);
  });

  it('calls a slot given back twice a mistake of the caller', () => {
    const limiter = createLimiter({ clock: createManualClock(), policy: policy() });
    limiter.enter('big-1');
    limiter.leave('big-1');
    expect(() => limiter.leave('big-1')).toThrow('leave without enter: big-1');
  });

  it('forgets idle merchants, so that a hundred thousand passers-by leave little behind', () => {
    const clock = createManualClock();
    const limiter = createLimiter({ clock, policy: policy() });
    let largest = 0;
    for (let index = 0; index < 100_000; index += 1) {
      limiter.take({ ...request, merchantId: `passer-${index}` });
      clock.advance(1);
      largest = Math.max(largest, limiter.size());
    }
    // 100 are busy at any moment (10/s each, one a millisecond): the floor of 512 is what stays.
    expect(largest).toBeLessThanOrEqual(513);
  });
});
