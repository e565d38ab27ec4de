/** Our versions of other people's breakers decide as the packages do, driven by the same calls at the same times. */
import { BrokenCircuitError, circuitBreaker, handleAll, SamplingBreaker } from 'cockatiel';
import fc from 'fast-check';
import CircuitBreaker from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Algorithm, ClassicRules } from '../../../../gateway/breaker/classic/algorithm.ts';
import { createCockatiel } from '../../../../gateway/breaker/classic/cockatiel.ts';
import { createGoogle } from '../../../../gateway/breaker/classic/google.ts';
import { createOpossum } from '../../../../gateway/breaker/classic/opossum.ts';

const seed = 20230206;
const calls = fc.array(fc.record({ gapMs: fc.integer({ min: 1, max: 2_500 }), ok: fc.boolean() }), {
  minLength: 20,
  maxLength: 120,
});
/** Stretches of good and bad, so that it opens, tries, and closes. */
const stretches = fc
  .array(
    fc.record({ ok: fc.boolean(), count: fc.integer({ min: 1, max: 25 }), gapMs: fc.integer({ min: 20, max: 900 }) }),
    {
      minLength: 2,
      maxLength: 8,
    },
  )
  .map((all) => all.flatMap(({ ok, count, gapMs }) => Array.from({ length: count }, () => ({ gapMs, ok }))));

/** What a call came to at a package: true when it was let through. */
type Peer = (ok: boolean) => Promise<boolean>;

const agree = async (
  plan: readonly { readonly gapMs: number; readonly ok: boolean }[],
  ours: Algorithm,
  theirs: Peer,
): Promise<number> => {
  let refused = 0;
  for (const [index, { gapMs, ok }] of plan.entries()) {
    await vi.advanceTimersByTimeAsync(gapMs);
    const through = ours.begin(Date.now());
    if (through) ours.end(ok, Date.now());
    else refused += 1;
    expect({ index, through }).toEqual({ index, through: await theirs(ok) });
  }
  return refused;
};

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('breakers of other libraries', () => {
  it(`opossum's circuit refuses the calls that ours refuses (seed ${seed})`, async () => {
    const rules: ClassicRules = { windowMs: 10_000, failureShare: 0.5, minimumCalls: 5, resetMs: 3_000, k: 2 };
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(calls, stretches), async (plan) => {
        const circuit = new CircuitBreaker(async (ok: boolean) => (ok ? 'good' : Promise.reject(new Error('bad'))), {
          timeout: false,
          errorThresholdPercentage: 50,
          volumeThreshold: rules.minimumCalls,
          resetTimeout: rules.resetMs,
          rollingCountTimeout: rules.windowMs,
        });
        const peer: Peer = (ok) =>
          circuit.fire(ok).then(
            () => true,
            (reason: Error & { code?: string }) => reason.code !== 'EOPENBREAKER',
          );
        try {
          refused += await agree(plan, createOpossum(rules, Date.now()), peer);
        } finally {
          circuit.shutdown();
        }
      }),
      { seed, numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(300);
  });

  it(`cockatiel's sampling breaker refuses the calls that ours refuses (seed ${seed})`, async () => {
    const rules: ClassicRules = { windowMs: 10_000, failureShare: 0.2, minimumCalls: 10, resetMs: 3_000, k: 2 };
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(calls, stretches), async (plan) => {
        const policy = circuitBreaker(handleAll, {
          halfOpenAfter: rules.resetMs,
          breaker: new SamplingBreaker({ threshold: rules.failureShare, duration: rules.windowMs, minimumRps: 1 }),
        });
        const peer: Peer = (ok) =>
          policy
            .execute(() => (ok ? 'good' : Promise.reject(new Error('bad'))))
            .then(
              () => true,
              (reason: unknown) => !(reason instanceof BrokenCircuitError),
            );
        refused += await agree(plan, createCockatiel(rules), peer);
      }),
      { seed, numRuns: 60 },
    );
    expect(refused).toBeGreaterThan(300);
  });
});

describe("Google's client throttling", () => {
  it('sends about K requests for each that is accepted, and everything while all goes well', () => {
    const throttle = createGoogle({ windowMs: 120_000, k: 2 });
    let draws = 0;
    /** Ten requests a second for five minutes at a backend that accepts so many of them each second. */
    const send = (from: number, perSecond: number): number => {
      let sent = 0;
      let room = 0;
      for (let index = 0; index < 3_000; index += 1) {
        const nowMs = from + index * 100;
        if (index % 10 === 0) room = perSecond;
        draws = (draws + 0.618_033_988_749_895) % 1;
        if (draws >= throttle.share(nowMs)) {
          throttle.refused(nowMs);
          continue;
        }
        sent += 1;
        throttle.begin(nowMs);
        throttle.end(room > 0, nowMs);
        room -= 1;
      }
      return sent;
    };
    expect(send(0, 10)).toBe(3_000);
    const sick = send(300_000, 2);
    expect(throttle.status(600_000)).toBe('ramp');
    expect(sick).toBeLessThan(2_200);
    expect(sick).toBeGreaterThan(900);
    expect(send(600_000, 10)).toBeGreaterThan(2_000);
    expect(throttle.status(900_000)).toBe('closed');
  });
});
