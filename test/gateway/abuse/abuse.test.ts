import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AbuseFacts, createAbuse, type UpstreamCounts } from '../../../gateway/abuse/abuse.ts';
import { createRing } from '../../../gateway/abuse/ring.ts';
import type { Policy } from '../../../gateway/policy/schema.ts';
import type { LogFields } from '../../../gateway/ports.ts';
import { createManualClock } from '../manual-clock.ts';

const seed = 20170714;

const rules: Policy['abuse'] = {
  enabled: true,
  refusalsToTell: 20,
  windowMs: 60_000,
  tellUpstream: true,
  badToAct: 30,
  badShareMin: 0.8,
  throttleShare: 0.25,
  pauseAfterMs: 300_000,
  pauseMs: 600_000,
  pauseCapMs: 7_200_000,
  rampShares: [0.1, 0.25, 0.5],
  rampStepMs: 60_000,
};
const surge = { enabled: true, ratePerSecond: 10, burst: 20, goodMin: 3, badShareMax: 0.33 };

const createWorld = (changes: Partial<Policy['abuse']> = {}) => {
  const clock = createManualClock();
  const told: { readonly merchantId: string; readonly facts: AbuseFacts; readonly atMs: number }[] = [];
  const upstream: UpstreamCounts[] = [];
  const story: string[] = [];
  const moves: [string, string, number, number][] = [];
  const logged: LogFields[] = [];
  const log = { debug: () => {}, info: (fields: LogFields) => logged.push(fields), warn: () => {}, error: () => {} };
  const abuse = createAbuse({
    clock,
    log,
    policy: { abuse: { ...rules, ...changes }, limits: { surge } },
    tellMerchant: (merchantId, facts) => told.push({ merchantId, facts, atMs: clock.monotonicMs() }),
    tellUpstream: (counts) => upstream.push(counts),
    onMoved: ({ level, share }, from) => moves.push([from, level, share, clock.monotonicMs()]),
    onFound: (merchantId) => story.push(`found ${merchantId} ${clock.monotonicMs()}`),
    onQuiet: (merchantId) => story.push(`quiet ${merchantId} ${clock.monotonicMs()}`),
  });
  const refuse = (merchantId: string, times: number, everyMs: number): void => {
    for (let index = 0; index < times; index += 1) {
      abuse.refused(merchantId, 'live');
      clock.advance(everyMs);
    }
  };
  /** `bad` in every hundred answers are declines; true until the merchant is paused. */
  const answer = (merchantId: string, times: number, everyMs: number, bad = 100): void => {
    for (let index = 0; index < times; index += 1) {
      abuse.answered(merchantId, 'live', 'POST', index % 100 < bad ? 402 : 200);
      clock.advance(everyMs);
    }
  };
  return { clock, abuse, told, upstream, story, moves, logged, refuse, answer };
};

describe('abuse', () => {
  it('tells the merchant at its twentieth refusal within a minute, once', () => {
    const world = createWorld();
    world.refuse('loop-1', 100, 250);
    expect(world.told).toEqual([
      {
        merchantId: 'loop-1',
        atMs: 4_750,
        facts: {
          stage: 'told',
          refusals: 20,
          bad: 0,
          good: 0,
          share: 1,
          windowMs: 60_000,
          foundAtMs: Date.parse('2017-07-12T21:00:04.750+09:00'),
        },
      },
    ]);
    expect(world.logged).toContainEqual(
      expect.objectContaining({ event: 'abuse.found', merchant: 'loop-1', refusals: 20, windowMs: 60_000 }),
    );
    // It asks too much, and nothing says that what it asks is bad.
    expect([world.abuse.isAbuser('loop-1'), world.abuse.shareOf('loop-1')]).toEqual([false, 1]);
  });

  it('leaves a merchant alone that is refused now and then', () => {
    const world = createWorld();
    world.refuse('busy-1', 200, 3_200);
    expect(world.told).toEqual([]);
  });

  it('ends the episode after a whole quiet window, and may then tell again', () => {
    const world = createWorld();
    world.refuse('loop-1', 40, 1_000);
    world.clock.advance(300_000);
    expect(world.abuse.isAbuser('loop-1')).toBe(false);
    world.refuse('loop-1', 20, 100);
    expect(world.story).toEqual(['found loop-1 19000', 'quiet loop-1 99000', 'found loop-1 341900']);
    expect(world.told).toHaveLength(2);
  });

  it('does not end an episode while refusals go on, however few', () => {
    const world = createWorld();
    world.refuse('loop-1', 20, 100);
    world.refuse('loop-1', 30, 59_000);
    expect(world.told).toHaveLength(1);
    world.clock.advance(60_000);
    expect(world.abuse.isAbuser('loop-1')).toBe(false);
    expect(world.clock.pending()).toBe(0);
  });

  it('tells each acquirer that the merchant reached what every merchant sent it in the last minute', () => {
    const world = createWorld();
    for (let index = 0; index < 30; index += 1) world.abuse.attempted('old-1', 'escott');
    world.clock.advance(61_000);
    for (let index = 0; index < 14; index += 1)
      for (let times = 0; times <= index; times += 1) world.abuse.attempted(`shop-${index}`, 'escott');
    world.abuse.attempted('shop-1', 'gmo');
    for (let index = 0; index < 50; index += 1) world.abuse.attempted('loop-1', 'escott');
    world.refuse('loop-1', 20, 10);
    expect(world.upstream).toHaveLength(1);
    expect(world.upstream[0]).toMatchObject({ acquirer: 'escott', merchantId: 'loop-1', windowMs: 60_000 });
    const named = Object.entries(world.upstream[0]?.requestsPerMerchant ?? {});
    expect(named[0]).toEqual(['loop-1', 50]);
    expect(named[1]).toEqual(['shop-13', 14]);
    expect(named.at(-1)).toEqual(['others', 1 + 2 + 3 + 4 + 5]);
    expect(named).toHaveLength(11);
  });

  it('tells the upstream nothing where the policy says so', () => {
    const world = createWorld({ tellUpstream: false });
    world.abuse.attempted('loop-1', 'escott');
    world.refuse('loop-1', 20, 10);
    expect(world.told).toHaveLength(1);
    expect(world.upstream).toEqual([]);
  });

  it('counts and tells nothing while switched off', () => {
    const world = createWorld({ enabled: false });
    world.abuse.attempted('loop-1', 'escott');
    world.refuse('loop-1', 200, 10);
    expect([world.told, world.upstream, world.abuse.counts('escott'), world.clock.pending()]).toEqual([[], [], {}, 0]);
  });

  it('leaves no timer behind when closed', () => {
    const world = createWorld();
    world.refuse('loop-1', 20, 10);
    expect(world.clock.pending()).toBe(1);
    world.abuse.close();
    expect(world.clock.pending()).toBe(0);
  });
});

describe('a merchant that sends bad requests', () => {
  it('is found, told and throttled at its thirtieth, though no limit has refused it', () => {
    const world = createWorld();
    world.abuse.attempted('loop-1', 'escott');
    world.answer('loop-1', 30, 100);
    expect(world.moves).toEqual([['clear', 'throttled', 0.25, 2_900]]);
    expect(world.told.map(({ facts }) => [facts.stage, facts.bad, facts.share])).toEqual([['throttled', 30, 0.25]]);
    expect(world.upstream).toHaveLength(1);
    expect(world.abuse.heldBecause('loop-1')).toMatch(/Your rate is 25 %/);
    expect([world.abuse.isAbuser('loop-1'), world.abuse.mayBorrow('loop-1')]).toEqual([true, false]);
  });

  it('is paused when it goes on under the throttle, and lifted by ramp when the pause is over', () => {
    const world = createWorld();
    world.answer('loop-1', 700, 500);
    world.clock.advance(1_000_000);
    expect(world.moves.map(([from, to, share]) => `${from} ${to} ${share}`)).toEqual([
      'clear throttled 0.25',
      'throttled paused 0',
      'paused ramping 0.1',
      'ramping ramping 0.25',
      'ramping ramping 0.5',
      'ramping clear 1',
    ]);
    const at = world.moves.map(([, , , atMs]) => atMs);
    expect(at[1]! - at[0]!).toBe(300_000);
    expect(at[2]! - at[1]!).toBe(600_000);
    expect(at.slice(3).map((atMs, index) => atMs - at[index + 2]!)).toEqual([60_000, 60_000, 60_000]);
    expect(world.told.map(({ facts }) => facts.stage)).toEqual(['throttled', 'paused', 'ramping', 'clear']);
    expect(world.story.map((line) => line.split(' ')[0])).toEqual(['found', 'quiet']);
    expect(world.clock.pending()).toBe(0);
  });

  it('falls back when it does the same on the ramp, and is paused twice as long', () => {
    const world = createWorld();
    world.answer('loop-1', 700, 500);
    while (world.moves.at(-1)?.[1] !== 'ramping') world.clock.advance(1_000);
    world.answer('loop-1', 6, 1_000);
    expect(world.moves.at(-1)?.slice(0, 2)).toEqual(['ramping', 'paused']);
    const pausedAtMs = world.moves.at(-1)![3];
    while (world.moves.at(-1)?.[1] !== 'ramping') world.clock.advance(1_000);
    expect(world.moves.at(-1)![3] - pausedAtMs).toBe(1_200_000);
  });

  it('is restored by ramp from the throttle too, once it has been good for a whole window', () => {
    const world = createWorld();
    world.answer('loop-1', 30, 100);
    world.clock.advance(65_000);
    expect(world.moves.at(-1)?.slice(0, 2)).toEqual(['throttled', 'ramping']);
  });

  it('stays on its step of the ramp while it asks for more than that', () => {
    const world = createWorld();
    world.answer('loop-1', 30, 100);
    while (world.moves.at(-1)?.[1] !== 'ramping') world.clock.advance(1_000);
    world.refuse('loop-1', 400, 500);
    expect(world.abuse.shareOf('loop-1')).toBe(0.1);
    world.clock.advance(400_000);
    expect(world.abuse.shareOf('loop-1')).toBe(1);
  });

  it('comes to an end though sums of milliseconds round', () => {
    // At each of these, in doubles: begin + 60,000 is above the time that has then passed 60,000 since begin by less.
    for (const beginMs of [500_000.009, 500_000.016, 500_000.026, 5_536.002]) {
      const world = createWorld();
      world.clock.advance(beginMs);
      world.answer('loop-1', 30, 0);
      world.clock.advance(1_000_000);
      expect(world.clock.pending()).toBe(0);
    }
  });

  it('is not a busy merchant, whose requests are good: that one is told, and may borrow', () => {
    const world = createWorld();
    world.answer('sale-1', 3_000, 30, 5);
    world.refuse('sale-1', 100, 10);
    expect([world.abuse.isAbuser('sale-1'), world.abuse.mayBorrow('sale-1')]).toEqual([false, true]);
    expect(world.told.map(({ facts }) => facts.stage)).toEqual(['told']);
  });

  it('is not held for test mode, reads, our own failures, or refusals of its key and its rate', () => {
    const world = createWorld();
    for (let index = 0; index < 100; index += 1) {
      world.abuse.answered('dev-1', 'test', 'POST', 402);
      for (const status of [200, 401, 403, 409, 429, 500, 503]) world.abuse.answered('dev-1', 'live', 'GET', status);
      world.abuse.refused('dev-1', 'test');
    }
    expect(world.moves).toEqual([]);
    expect(world.abuse.mayBorrow('dev-1')).toBe(false);
  });

  it('is paused, lifted by ramp or forgiven at once by an operator', () => {
    const world = createWorld();
    world.abuse.override('shop-1', 'paused');
    expect(world.moves.at(-1)?.slice(0, 2)).toEqual(['clear', 'paused']);
    world.abuse.override('shop-1', 'ramping');
    expect(world.abuse.shareOf('shop-1')).toBe(0.1);
    world.abuse.override('shop-1', 'clear');
    expect([world.abuse.shareOf('shop-1'), world.abuse.held(), world.clock.pending()]).toEqual([1, [], 0]);
    world.answer('shop-1', 30, 100);
    world.abuse.override('shop-1', 'clear');
    world.answer('shop-1', 1, 100);
    expect(world.abuse.isAbuser('shop-1')).toBe(false);
  });

  it('is taken over as another instance left it, and nobody is told twice', () => {
    const world = createWorld();
    const sinceMs = world.clock.wallMs() - 30_000;
    world.abuse.adopt({ merchantId: 'loop-1', level: 'ramping', share: 1, sinceMs, step: 1, pauses: 1 });
    expect(world.abuse.shareOf('loop-1')).toBe(0.25);
    world.clock.advance(30_000);
    expect(world.abuse.shareOf('loop-1')).toBe(0.5);
    expect(world.told).toEqual([]);
    world.abuse.adopt({ merchantId: 'loop-1', level: 'clear', share: 1, sinceMs, step: 0, pauses: 0 });
    expect([world.abuse.shareOf('loop-1'), world.clock.pending()]).toEqual([1, 0]);
  });
});

describe('the ring of counts', () => {
  it(`equals a list of times from which all are dropped that left the window of buckets (seed ${seed})`, () => {
    const steps = fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 700 }), add: fc.boolean() }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 8 }), (all, bucketMs, buckets) => {
        const ring = createRing(bucketMs, buckets);
        const times: number[] = [];
        let nowMs = 0;
        for (const { gapMs, add } of all) {
          nowMs += gapMs;
          if (add) {
            ring.add(nowMs);
            times.push(nowMs);
          }
          const current = Math.floor(nowMs / bucketMs);
          const inWindow = times.filter((timeMs) => current - Math.floor(timeMs / bucketMs) < buckets);
          expect(ring.total(nowMs)).toBe(inWindow.length);
        }
      }),
      { seed, numRuns: 300 },
    );
  });
});
