import { describe, expect, it } from 'vitest';
import {
  askAgainMs,
  askSoonerMs,
  believeNotFound,
  inquiryDelayMs,
  lateLookMs,
  resendDelayMs,
} from '../../../gateway/settling/attempt.ts';
import { protectedPolicy } from '../upstream/scripted.ts';

const policy = {
  ...protectedPolicy().settling,
  inquireAfterMs: [1000, 3000, 8000, 20_000, 60_000],
  thenEveryMs: 300_000,
  notFoundAnswers: 2,
  notFoundSpanMs: 120_000,
  lateLooksMs: [300_000, 3_600_000],
  retryBaseMs: 30_000,
  retryCapMs: 300_000,
};

describe('inquiries about an unknown outcome', () => {
  it('come at the times the policy names, counted from the outcome, then evenly', () => {
    let atMs = 0;
    const times = Array.from({ length: 7 }, (_, tries) => {
      atMs += inquiryDelayMs(policy, tries);
      return atMs;
    });
    expect(times).toEqual([1000, 3000, 8000, 20_000, 60_000, 360_000, 660_000]);
  });
});

describe('"not found"', () => {
  it.each([
    ['one answer, however late', 1, 999_999_999, false],
    ['two answers close together', 2, 119_999, false],
    ['many answers close together', 9, 119_999, false],
    ['two answers as far apart as any listing lags', 2, 120_000, true],
    ['more of them', 3, 500_000, true],
  ])('is believed after %s: %#', (_, answers, spanMs, believed) => {
    expect(believeNotFound(policy, { answers, firstMs: 5000, nowMs: 5000 + spanMs })).toBe(believed);
  });
});

describe('what was not found', () => {
  it.each([
    ['at the next ordinary time when the span is over anyway', 3, 5_000, 130_000, 130_000 + 12_000],
    ['when the span can be long enough, not before', 0, 5_000, 5_000, 125_000],
    ['no later than the policy asks in an outage', 0, 5_000, 5_000 + 1, 125_000],
  ])('is asked about again %s', (_, tries, firstMs, nowMs, dueMs) => {
    expect(askAgainMs(policy, { tries, firstMs, nowMs })).toBe(dueMs);
  });

  it.each([
    ['at the next ordinary time', 1, 5_000, 6_000, 8_000],
    ['when the span is over, if that is sooner', 9, 5_000, 65_000, 125_000],
    ['at the next ordinary time after it', 3, 5_000, 130_000, 142_000],
  ])('and is waited for is asked about again %s', (_, tries, firstMs, nowMs, dueMs) => {
    expect(askSoonerMs(policy, { tries, firstMs, nowMs })).toBe(dueMs);
  });

  it.each([
    ['five minutes after it was first not found', 120_000, 300_000],
    ['an hour after it', 300_000, 3_600_000],
    ['not any more after the last look', 3_600_000, null],
  ])('and believed is looked for %s', (_, sinceMs, lookMs) => {
    expect(lateLookMs(policy, { firstMs: 7_000, nowMs: 7_000 + sinceMs })).toBe(
      lookMs === null ? null : 7_000 + lookMs,
    );
  });

  it('is not looked for late where the policy names no looks', () => {
    expect(lateLookMs({ ...policy, lateLooksMs: [] }, { firstMs: 0, nowMs: 1 })).toBeNull();
  });
});

describe('a follow-up that got no answer', () => {
  it('is sent again after twice the time, up to a cap', () => {
    expect([0, 1, 2, 3, 4, 5, 50, 5000].map((tries) => resendDelayMs(policy, tries) / 1000)).toEqual([
      30, 60, 120, 240, 300, 300, 300, 300,
    ]);
  });
});
