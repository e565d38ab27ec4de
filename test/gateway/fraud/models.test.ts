/** The counters against models that keep everything. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../gateway/fraud/address.ts';
import { endings } from '../../../gateway/fraud/attempt.ts';
import { createBoundedMap } from '../../../gateway/fraud/bounded-map.ts';
import { addAt, counters, valueAt } from '../../../gateway/fraud/decayed.ts';
import { type Distinct, distinctAt, distinctMax, noteAt, nothingSeen } from '../../../gateway/fraud/distinct.ts';
import { learnAt, stepsOf, trail } from '../../../gateway/fraud/evidence.ts';

const seed = 4240;
const gaps = fc.array(fc.tuple(fc.nat(600_000), fc.nat(30)), { minLength: 1, maxLength: 80 });

describe(`counters (seed ${seed})`, () => {
  it('fade exactly like the sum over every event', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1_000, max: 3_600_000 }), (events, halfLifeMs) => {
        const list = counters(3);
        const times: number[] = [];
        let nowMs = 0;
        for (const [gapMs] of events) {
          nowMs += gapMs;
          times.push(nowMs);
          addAt(list, 2, nowMs, halfLifeMs);
          const exact = times.reduce((sum, atMs) => sum + 2 ** (-(nowMs - atMs) / halfLifeMs), 0);
          expect(valueAt(list, 2, nowMs, halfLifeMs)).toBeCloseTo(exact, 6);
          expect([list[0], list[1], list[4], list[5]]).toEqual([0, 0, 0, 0]);
        }
      }),
      { seed },
    );
  });

  it('tell different things apart exactly, up to their bound', () => {
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 1_200_000 }), (events, windowMs) => {
        let set: Distinct = nothingSeen;
        const lastMs = new Map<number, number>();
        let nowMs = 0;
        for (const [gapMs, thing] of events) {
          nowMs += gapMs;
          lastMs.set(thing, nowMs);
          set = noteAt(set, thing, nowMs);
          const exact = [...lastMs.values()].filter((atMs) => nowMs - atMs < windowMs).length;
          expect(distinctAt(set, nowMs, windowMs)).toBe(Math.min(exact, distinctMax));
          expect(set.length).toBeLessThanOrEqual(2 * distinctMax);
          expect(nothingSeen).toEqual([]);
        }
      }),
      { seed },
    );
  });

  it('remember the latest keys, and hold no more than twice as many', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 300 }), fc.integer({ min: 1, max: 10 }), (keys, max) => {
        const map = createBoundedMap<{ uses: number }>(max);
        const uses = new Map<number, number>();
        const order: number[] = [];
        for (const key of keys) {
          const recent = new Set(order.toReversed());
          const isRecent = [...recent].slice(0, max).includes(key);
          const entry = map.take(key, () => ({ uses: 0 }));
          if (isRecent) expect(entry.uses).toBe(uses.get(key));
          entry.uses += 1;
          uses.set(key, entry.uses);
          order.push(key);
          expect(map.size()).toBeLessThanOrEqual(2 * max);
        }
      }),
      { seed },
    );
  });

  it('sum up evidence like the likelihoods, within their floor and ceiling', () => {
    const honest = { approved: 0.91, refused: 0.06, wrong: 0.03 };
    const tester = { approved: 0.1, refused: 0.3, wrong: 0.6 };
    const numbers = { mix: 0.5, alarmAt: 12, calmAt: 3, holdMs: 3_600_000, holdCapMs: 86_400_000, creditMax: 2 };
    const steps = stepsOf(honest, tester, numbers.mix);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...endings), { maxLength: 60 }), (seen) => {
        const state = trail();
        let sum = 0;
        for (const ending of seen) {
          const likelihood = (0.5 * honest[ending] + 0.5 * tester[ending]) / honest[ending];
          const stood = state.alarmUntilMs !== 0;
          const raised = learnAt(state, numbers, steps, ending, 1_000);
          sum = Math.min(24, Math.max(-2, sum + Math.log(likelihood)));
          expect(state.evidence).toBeCloseTo(sum, 9);
          expect(raised).toBe(!stood && sum >= 12);
          if (stood) expect(state.alarmUntilMs === 0).toBe(sum <= 3);
        }
      }),
      { seed },
    );
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2::3', '2001:db8:1::/48'],
    ['2001:0db8:0001:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
  ])('of %s is %s', (address, expected) => {
    expect(networkOf(address)).toBe(expected);
  });
});
