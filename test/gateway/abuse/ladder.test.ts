import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, clear, dueMs, type Hold, shareOf } from '../../../gateway/abuse/ladder.ts';

const seed = 20200724;
const rules = {
  refusalsToTell: 20,
  windowMs: 60_000,
  badToAct: 30,
  badShareMin: 0.8,
  throttleShare: 0.25,
  pauseAfterMs: 300_000,
  pauseMs: 600_000,
  pauseCapMs: 2_000_000,
  rampShares: [0.1, 0.25, 0.5],
  rampStepMs: 60_000,
};

const moments = fc.array(
  fc.record({
    gapMs: fc.integer({ min: 0, max: 400_000 }),
    refusals: fc.integer({ min: 0, max: 60 }),
    bad: fc.integer({ min: 0, max: 60 }),
    good: fc.integer({ min: 0, max: 30 }),
  }),
  { maxLength: 60 },
);

/** The levels that may follow one, in words of the notice the merchant gets. */
const followers: Readonly<Record<Hold['level'], readonly Hold['level'][]>> = {
  clear: ['told', 'throttled'],
  told: ['clear', 'throttled'],
  throttled: ['paused', 'ramping'],
  paused: ['ramping'],
  ramping: ['ramping', 'throttled', 'paused', 'clear'],
};

describe('the ladder', () => {
  it(`takes one step at a time, never lifts at once, and holds nobody whose answers are good (seed ${seed})`, () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(moments, (all) => {
        let hold = clear;
        let nowMs = 0;
        for (const { gapMs, ...seen } of all) {
          nowMs += gapMs;
          const next = advance(hold, seen, nowMs, rules);
          if (next === hold) continue;
          reached.add(`${hold.level} ${next.level}`);
          expect(followers[hold.level]).toContain(next.level);
          const [before, after] = [shareOf(hold, rules), shareOf(next, rules)];
          // Upwards the next step of the ramp and no other; only its last one gives everything back.
          if (after > before)
            expect([...rules.rampShares, 1].indexOf(after)).toBe(
              next.level === 'ramping' && hold.level !== 'ramping' ? 0 : [...rules.rampShares, 1].indexOf(before) + 1,
            );
          if (next.level === 'throttled' || next.level === 'paused')
            expect(seen.bad).toBeGreaterThanOrEqual(rules.badShareMin * (seen.bad + seen.good));
          hold = next;
        }
      }),
      { seed, numRuns: 2_000 },
    );
    expect(reached.size).toBe(11);
  });

  it(`lets go of everybody who sends nothing more, by its own due times alone (seed ${seed})`, () => {
    const holds = fc.record<Hold>({
      level: fc.constantFrom('told', 'throttled', 'paused', 'ramping'),
      sinceMs: fc.integer({ min: 0, max: 10_000 }),
      step: fc.integer({ min: 0, max: 2 }),
      pauses: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(holds, (start) => {
        let hold = start;
        const silence = { refusals: 0, bad: 0, good: 0 };
        for (let steps = 0; hold.level !== 'clear'; steps += 1) {
          const due = dueMs(hold, rules, 10_000);
          if (due === null || steps > 10) throw new Error(`stuck at ${JSON.stringify(hold)}`);
          hold = advance(hold, silence, due, rules);
        }
        expect(hold).toEqual(clear);
      }),
      { seed, numRuns: 300 },
    );
  });

  it('doubles the pauses of a merchant that comes back to it, up to the cap', () => {
    const lengths = [1, 2, 3, 9].map((pauses) => dueMs({ level: 'paused', sinceMs: 0, step: 0, pauses }, rules, 0));
    expect(lengths).toEqual([600_000, 1_200_000, 2_000_000, 2_000_000]);
  });
});
