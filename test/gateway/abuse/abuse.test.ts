import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AbuseFacts, createAbuse, type UpstreamCounts } from '../../../gateway/abuse/abuse.ts';
import { createRing } from '../../../gateway/abuse/ring.ts';
import type { Policy } from '../../../gateway/policy/schema.ts';
import type { LogFields } from '../../../gateway/ports.ts';
import { createManualClock } from '../manual-clock.ts';

const seed = 20170714;

const createWorld = (changes: Partial<Policy['abuse']> = {}) => {
  const clock = createManualClock();
  const told: { readonly merchantId: string; readonly facts: AbuseFacts; readonly atMs: number }[] = [];
  const upstream: UpstreamCounts[] = [];
  const story: string[] = [];
  const logged: LogFields[] = [];
  const log = { debug: () => {}, info: (fields: LogFields) => logged.push(fields), warn: () => {}, error: () => {} };
  const abuse = createAbuse({
    clock,
    log,
    policy: { abuse: { enabled: true, refusalsToTell: 20, windowMs: 60_000, tellUpstream: true, ...changes } },
    tellMerchant: (merchantId, facts) => told.push({ merchantId, facts, atMs: clock.monotonicMs() }),
    tellUpstream: (counts) => upstream.push(counts),
    onFound: (merchantId) => story.push(`found ${merchantId} ${clock.monotonicMs()}`),
    onQuiet: (merchantId) => story.push(`quiet ${merchantId} ${clock.monotonicMs()}`),
  });
  const refuse = (merchantId: string, times: number, everyMs: number): void => {
    for (let index = 0; index < times; index += 1) {
      abuse.refused(merchantId);
      clock.advance(everyMs);
    }
  };
  return { clock, abuse, told, upstream, story, logged, refuse };
};

describe('abuse', () => {
  it('tells the merchant at its twentieth refusal within a minute, once', () => {
    const world = createWorld();
    world.refuse('loop-1', 100, 250);
    expect(world.told).toEqual([
      {
        merchantId: 'loop-1',
        atMs: 4_750,
        facts: { refusals: 20, windowMs: 60_000, foundAtMs: Date.parse('2017-07-12T21:00:04.750+09:00') },
      },
    ]);
    expect(world.abuse.isAbuser('loop-1')).toBe(true);
    expect(world.logged).toContainEqual({ event: 'abuse.found', merchant: 'loop-1', refusals: 20, windowMs: 60_000 });
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
