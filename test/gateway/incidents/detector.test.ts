import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../../../gateway/incidents/detector.ts';
import { freshStream, isGood, observe, recentAt, streamRules } from '../../../gateway/incidents/stream.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import { createManualClock } from '../manual-clock.ts';
import { detectorPolicy } from './rules.ts';

const seed = 7;
const stream = { component: 'create_charge', acquirer: 'escott' } as const;

const createWorld = (changes = {}) => {
  const clock = createManualClock();
  const story: string[] = [];
  const detector = createDetector({
    clock,
    policy: { detector: detectorPolicy(changes) },
    onAlarm: ({ component, acquirer }) => story.push(`alarm ${component}/${acquirer} ${clock.monotonicMs()}`),
    onCalm: ({ component, acquirer }) => story.push(`calm ${component}/${acquirer} ${clock.monotonicMs()}`),
  });
  /** Outcomes at a fixed pace. */
  const outcomes = (count: number, result: 'ok' | 'failure' | 'excluded', everyMs = 200): void => {
    for (let index = 0; index < count; index += 1) {
      clock.advance(everyMs);
      detector.note(stream, result);
    }
  };
  return { clock, detector, story, outcomes };
};

/** Outcomes until the alarm at a failure share, from healthy; `most` when there is none. */
const outcomesToAlarm = (share: number, alarmAt: number, random: { float(): number }, most: number): number => {
  const rules = streamRules(detectorPolicy({ alarmAtEvidence: alarmAt }));
  let state = freshStream;
  for (let count = 1; count <= most; count += 1) {
    state = observe(state, random.float() < share, count, rules);
    if (state.alarmed) return count;
  }
  return most;
};

describe('the detector', () => {
  it('finds a hard loss at 5 operations a second within 1.2 s, once', () => {
    const world = createWorld();
    world.outcomes(500, 'ok');
    const lostMs = world.clock.monotonicMs();
    world.outcomes(50, 'failure');
    expect(world.story).toEqual([`alarm create_charge/escott ${lostMs + 1_200}`]);
    expect(world.detector.alarmed('escott')).toBe(true);
    expect(world.detector.alarmed('gmo')).toBe(false);
  });

  it(`finds 5, 10 and 30 % failures within 1.5 times the theoretical delay (seed ${seed})`, () => {
    const divergence = (p: number): number => p * Math.log(0.05 / 0.001) + (1 - p) * Math.log(0.95 / 0.999);
    for (const share of [0.05, 0.1, 0.3]) {
      const random = createLiveRandom(seed);
      const runs = 300;
      let total = 0;
      for (let run = 0; run < runs; run += 1) total += outcomesToAlarm(share, 21, random, 100_000);
      const theory = 21 / divergence(share);
      expect(total / runs).toBeGreaterThan(0.7 * theory);
      expect(total / runs).toBeLessThan(1.5 * theory);
    }
  });

  it(`raises false alarms no more often than the bound e^h says (seed ${seed})`, () => {
    const random = createLiveRandom(seed);
    for (const alarmAt of [4, 6]) {
      let total = 0;
      const runs = 60;
      for (let run = 0; run < runs; run += 1) total += outcomesToAlarm(0.001, alarmAt, random, 1_000_000);
      expect(total / runs).toBeGreaterThan(Math.exp(alarmAt));
    }
  });

  it(`stays silent over two million healthy outcomes, five days at 5 a second (seed ${seed})`, () => {
    expect(outcomesToAlarm(0.001, 21, createLiveRandom(seed), 2_000_000)).toBe(2_000_000);
  });

  it('calms once recent outcomes are good, and only then alarms again', () => {
    const world = createWorld();
    world.outcomes(20, 'failure');
    world.outcomes(2_000, 'ok');
    world.outcomes(20, 'failure');
    expect(world.story.map((line) => line.split(' ')[0])).toEqual(['alarm', 'calm', 'alarm']);
    const calmMs = Number(world.story[1]?.split(' ')[2]);
    // 20 failures among at most 5/s * 60 s / ln 2 = 433 recent ones: below 1.3 % after about two half-lives.
    expect(calmMs).toBeGreaterThan(60_000);
    expect(calmMs).toBeLessThan(240_000);
  });

  it('calms by silence where traffic stops, with one timer that then is gone', () => {
    const world = createWorld();
    world.outcomes(6, 'failure');
    expect(world.clock.pending()).toBe(1);
    world.clock.advance(600_000);
    expect(world.detector.alarmed('escott')).toBe(false);
    expect(world.story).toHaveLength(2);
    expect(world.clock.pending()).toBe(0);
  });

  it('leaves out what is excluded', () => {
    const world = createWorld();
    world.outcomes(5, 'failure');
    world.outcomes(1_000, 'excluded');
    expect(world.story).toEqual([]);
    world.outcomes(1, 'failure');
    expect(world.story).toHaveLength(1);
  });

  it('tells nothing while switched off, and still knows the recent share', () => {
    const world = createWorld({ enabled: false });
    world.outcomes(100, 'failure');
    expect(world.story).toEqual([]);
    expect(world.detector.alarmed('escott')).toBe(false);
    expect(world.clock.pending()).toBe(0);
    const { failures, total } = world.detector.recent('create_charge');
    expect(failures).toBe(total);
  });

  it(`keeps recent counts equal to a weighted sum over all outcomes (seed ${seed})`, () => {
    const rules = streamRules(detectorPolicy());
    const all = fc.array(fc.record({ gapMs: fc.integer({ min: 0, max: 90_000 }), failed: fc.boolean() }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(all, (outcomes) => {
        let state = freshStream;
        let nowMs = 0;
        const seen: { atMs: number; failed: boolean }[] = [];
        for (const { gapMs, failed } of outcomes) {
          nowMs += gapMs;
          state = observe(state, failed, nowMs, rules);
          seen.push({ atMs: nowMs, failed });
        }
        const weigh = (items: readonly { atMs: number }[]): number =>
          items.reduce((sum, { atMs }) => sum + 0.5 ** ((nowMs - atMs) / 60_000), 0);
        const failures = weigh(seen.filter(({ failed }) => failed));
        const recent = recentAt(state, nowMs, rules);
        expect(recent.failures).toBeCloseTo(failures, 9);
        expect(recent.total).toBeCloseTo(weigh(seen), 9);
        expect(isGood(state, nowMs, rules)).toBe(
          recent.failures < 0.5 || recent.failures < rules.goodShare * recent.total,
        );
      }),
      { seed },
    );
  });
});
