/**
 * The board beside a naive model of one breaker, under random outcomes, gaps and upstream health.
 *
 * The model keeps no sums and no timers: it remembers every counted outcome and weighs all their
 * runs anew, and it finds out what happened in a stretch of time by asking for the earliest thing
 * that could have. With one kind of call, all failures are explained by that kind's own pool.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWorld } from './world.ts';

const seed = 20200724;
const kind = { brand: 'visa', operation: 'authorise' };

/** Odd numbers, so that two things of different kinds never fall due in the same microsecond. */
const numbers = {
  probeEveryMs: 4_997,
  probeAfterGoodMs: 499,
  rampStepMs: 5_003,
  rampWaitMs: 5_009,
  rampWaitCapMs: 60_017,
  calmAfterMs: 90_001,
  goodProbesToRamp: 3,
};

const createModel = () => {
  let nowMs = 0;
  let status: 'closed' | 'open' | 'ramp' = 'closed';
  let sinceMs = 0;
  let openings = 0;
  let outcomes: boolean[] = [];
  let probeAtMs = 0;
  let goodInRow = 0;
  let step = 0;
  let stepEndsMs = 0;
  const shares = [0.1, 0.25, 0.5, 1];

  const convinced = (): boolean => {
    let sum = 0;
    let greatest = 0;
    for (const failed of outcomes.toReversed()) {
      sum += Math.log(failed ? 50 : 0.5 / 0.99);
      greatest = Math.max(greatest, sum);
    }
    return greatest >= (status === 'ramp' ? 8.75 : 17.5);
  };
  const enter = (next: typeof status): void => {
    status = next;
    sinceMs = nowMs;
  };
  const waitEndsMs = (): number =>
    openings === 1 ? sinceMs : sinceMs + Math.min(numbers.rampWaitCapMs, numbers.rampWaitMs * 2 ** (openings - 1));
  const beginRampWhenReady = (): void => {
    if (status !== 'open' || goodInRow < numbers.goodProbesToRamp || nowMs < waitEndsMs()) return;
    enter('ramp');
    step = 0;
    stepEndsMs = nowMs + numbers.rampStepMs;
  };

  return {
    status: () => status,
    share: () => (status === 'closed' ? 1 : status === 'open' ? 0 : shares[step]),
    openings: () => openings,
    pass: (durationMs: number, healthy: boolean): void => {
      const untilMs = nowMs + durationMs;
      for (;;) {
        const next =
          status === 'closed'
            ? Number.POSITIVE_INFINITY
            : status === 'ramp'
              ? stepEndsMs
              : Math.min(probeAtMs, goodInRow >= numbers.goodProbesToRamp ? waitEndsMs() : Number.POSITIVE_INFINITY);
        if (next > untilMs) break;
        nowMs = next;
        if (status === 'ramp') {
          step += 1;
          stepEndsMs = nowMs + numbers.rampStepMs;
          if (step === shares.length) enter('closed');
        } else if (nowMs === probeAtMs) {
          goodInRow = healthy ? goodInRow + 1 : 0;
          probeAtMs = nowMs + (healthy ? numbers.probeAfterGoodMs : numbers.probeEveryMs);
          beginRampWhenReady();
        } else beginRampWhenReady();
      }
      nowMs = untilMs;
    },
    outcome: (failed: boolean): boolean => {
      if (status === 'open') return false;
      outcomes.push(failed);
      if (!failed || !convinced()) return true;
      openings = status === 'closed' && nowMs - sinceMs >= numbers.calmAfterMs ? 1 : openings + 1;
      enter('open');
      outcomes = [];
      goodInRow = 0;
      probeAtMs = nowMs + numbers.probeEveryMs;
      return true;
    },
  };
};

const stretches = fc.array(
  fc.record({
    healthy: fc.boolean(),
    failureShare: fc.constantFrom(0, 0.02, 0.3, 0.7, 1),
    calls: fc.array(
      fc.record({ gapMs: fc.integer({ min: 1, max: 2_500 }), draw: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        maxLength: 40,
      },
    ),
    restMs: fc.constantFrom(1, 7_919, 39_989, 200_003),
  }),
  { minLength: 1, maxLength: 8 },
);

describe(`the breaker board (seed ${seed})`, () => {
  it('agrees with the naive model after every call', async () => {
    const seen = { closed: 0, open: 0, ramp: 0, reopened: 0, refused: 0, calmed: 0 };
    await fc.assert(
      fc.asyncProperty(stretches, async (parts) => {
        const world = createWorld(numbers);
        const model = createModel();
        const compare = (): void => {
          const key = world.board.snapshot().find((reading) => reading.key === 'escott/visa/authorise');
          expect([key?.status ?? 'closed', key?.share ?? 1, key?.openings ?? 0]).toEqual([
            model.status(),
            model.share(),
            model.openings(),
          ]);
          seen[model.status()] += 1;
        };
        for (const { healthy, failureShare, calls, restMs } of parts) {
          if (healthy) world.sick.delete('visa');
          else world.sick.add('visa');
          for (const { gapMs, draw } of calls) {
            await world.clock.run(gapMs);
            model.pass(gapMs, healthy);
            compare();
            const before = { status: model.status(), openings: model.openings() };
            const accepted = model.outcome(draw < failureShare);
            expect(world.call(kind, draw < failureShare ? 'failure' : 'ok')).toBe(accepted);
            compare();
            if (!accepted) seen.refused += 1;
            const opened = model.status() === 'open' && before.status !== 'open';
            if (opened && model.openings() > 1) seen.reopened += 1;
            if (opened && model.openings() === 1 && before.openings > 0) seen.calmed += 1;
          }
          await world.clock.run(restMs);
          model.pass(restMs, healthy);
          compare();
        }
        // Nothing but the kind of call that failed ever opened.
        expect(world.changed.every((change) => change.key === 'escott/visa/authorise')).toBe(true);
      }),
      { seed, numRuns: 400 },
    );
    // A model that never met a state has not been compared in it.
    for (const [what, times] of Object.entries(seen)) expect([what, times > 10]).toEqual([what, true]);
  });
});
