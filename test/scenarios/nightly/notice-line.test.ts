import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { noticeHead, noticeLine, noticeText } from '../../../scenarios/nightly/notice-line.ts';
import { laterDate, unquiet } from '../../../scenarios/nightly/quiet.ts';

const stepMs = 10_000;
const onset = 600_000;

/** A run of half an hour at 5 operations a second; `success` of each step of ten seconds after the onset, then all is good. */
const run = (success: readonly number[], more: { page?: object; timings?: object } = {}): RunResult => {
  const values = Array.from({ length: 180 }, (_, step) => success[step - onset / stepMs] ?? 1);
  const line = (id: string, all: readonly number[]) => ({
    id,
    subject: null,
    unit: 'share',
    fromMs: 0,
    stepMs,
    values: all,
  });
  return {
    scenario: 'bad-day',
    policy: 'protected',
    seed: 3,
    timings: { onset, firstNotice: null, ...more.timings },
    page: { resolvedSaid: 0, falseResolved: 0, neverTold: [], slowestToldMs: null, ...more.page },
    series: [
      line('innocentSuccess', values),
      line(
        'ordinaryPerSecond',
        values.map(() => 5),
      ),
    ],
  } as unknown as RunResult;
};
const steps = (share: number, count = 30): readonly number[] => Array.from({ length: count }, () => share);

/** Ten thousand at one operation a second of which all fail; more of them are found sooner. */
const rules = {
  leastDelayMs: (rate: number, share: number) => 10_000 / (rate * share),
  observationMs: 3_000,
  mustBeSilent: false,
};
const noticed = (afterMs: number, page: object = { slowestToldMs: afterMs + 5_000 }) => ({
  timings: { firstNotice: onset + afterMs },
  page,
});

describe('a day that hurts', () => {
  it('has its first notice within a minute where theory says forty seconds at most', () => {
    const was = run(steps(0.5));
    const good = noticeLine(was, run(steps(0.5, 12), noticed(55_000)), rules);
    expect(good).toMatchObject({
      ratePerSecond: 5,
      failureShare: 0.5,
      theoryMs: 7_000,
      boundMs: 60_000,
      firstNoticeMs: 55_000,
      faults: [],
    });
    expect(noticeLine(was, run(steps(0.5, 12), noticed(61_000)), rules).faults).toEqual(['first notice too late']);
    expect(noticeLine(was, run(steps(0.5, 12)), rules).faults).toEqual(['no notice']);
  });

  it('has it within one and a half times of theory where that is longer', () => {
    // 4 % of 50 are two of each ten seconds.
    const share = run(steps(0.96));
    const at = (afterMs: number) => noticeLine(share, run(steps(0.96), noticed(afterMs)), rules);
    expect(at(79_000)).toMatchObject({ theoryMs: 53_000, boundMs: 79_500, faults: [] });
    expect(at(80_000).faults).toEqual(['first notice too late']);
  });

  it('is told to everybody within three minutes of the own hurt, and to nobody never', () => {
    const was = run(steps(0.5));
    const told = (page: object) => noticeLine(was, run(steps(0.5), noticed(20_000, page)), rules).faults;
    expect(told({ slowestToldMs: 180_000 })).toEqual([]);
    expect(told({ slowestToldMs: 180_001 })).toEqual(['a merchant told too late']);
    expect(told({ neverTold: ['big-1', 'big-2'] })).toEqual(['2 merchants never told']);
    // Also where the trouble ended before a notice was due, and one was public.
    const soonOver = [...steps(0.5, 1), ...steps(1, 11)];
    const late = noticeLine(was, run(soonOver, noticed(20_000, { slowestToldMs: 180_001 })), rules);
    expect(late).toMatchObject({ boundMs: null, faults: ['a merchant told too late'] });
    expect(told({ falseResolved: 1 })).toEqual(['"resolved" too soon 1 times']);
  });

  it('owes no notice when protections ended the trouble before it lasted', () => {
    expect(noticeLine(run(steps(0)), run([0]), rules)).toMatchObject({ boundMs: null, faults: [] });
    expect(noticeLine(run([]), run([]), rules)).toMatchObject({ theoryMs: null, boundMs: null, faults: [] });
    const never = run([], { timings: { onset: null } });
    expect(noticeLine(never, never, rules)).toMatchObject({ ratePerSecond: null, faults: [] });
  });

  it('that hurts nobody is silent', () => {
    const silent = { ...rules, mustBeSilent: true };
    expect(noticeLine(run(steps(0)), run(steps(0)), silent).faults).toEqual([]);
    expect(noticeLine(run(steps(0)), run([], noticed(30_000)), silent).faults).toEqual(['public']);
  });

  it('is a line of a table', () => {
    const text = noticeText(noticeLine(run(steps(0.5)), run(steps(0.5), noticed(75_000)), rules));
    expect(text).toMatch(
      /^bad-day +3 +5\.0 +50\.0 % +7\.0 +60\.0 +75\.0 +80\.0 +0 +0 {2}FAILS: first notice too late$/,
    );
    expect(noticeHead()).toHaveLength(text.indexOf('  FAILS'));
  });
});

describe('a quiet day', () => {
  it('is the next one on the calendar, over the end of a month', () => {
    expect([0, 1, 19].map((days) => laterDate('2026-05-13', days))).toEqual(['2026-05-13', '2026-05-14', '2026-06-01']);
  });

  it('is not quiet when an expectation fails or an invariant is violated', () => {
    const result = (holds: boolean, found: number) =>
      ({
        expectations: [{ id: 'no-public-incident', holds, reason: holds ? null : 'the page carried i1' }],
        invariants: [{ id: 'INV-03', found }],
      }) as unknown as RunResult;
    expect(unquiet(result(true, 0))).toEqual([]);
    expect(unquiet(result(false, 2))).toEqual(['no-public-incident: the page carried i1', 'INV-03 x2']);
  });
});
