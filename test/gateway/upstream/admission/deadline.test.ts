import { describe, expect, it } from 'vitest';
import { createSlowestUsual, deadlineOf, tryTimeoutMs } from '../../../../gateway/upstream/admission/deadline.ts';

const rules = { enabled: true, defaultMs: 30_000, reserveMs: 1_000 };

describe('a deadline', () => {
  it.each([
    ['nothing', undefined, 31_000],
    ['less', '8000', 9_000],
    ['more', '90000', 31_000],
    ['no number', '8s', 31_000],
    ['a negative number', '-5', 31_000],
    ['an endless number', '9'.repeat(400), 31_000],
  ])('of a merchant that asks for %s', (_, asked, untilMs) => {
    expect(deadlineOf(rules, asked, 1_000)).toBe(untilMs);
  });

  it('is not kept where the policy keeps none', () => {
    expect(deadlineOf({ ...rules, enabled: false }, '8000', 1_000)).toBeUndefined();
  });

  it.each([
    ['nobody waits', undefined, 10_000],
    ['there is time', 30_000, 10_000],
    ['time is short', 5_500, 4_500],
    ['hardly any is left', 1_001, 1],
    ['it is over', 500, 1],
  ])('leaves a try its own limit or what remains: %s', (_, untilMs, limitMs) => {
    expect(tryTimeoutMs(rules, { operationMs: 10_000, untilMs, nowMs: 0 })).toBe(limitMs);
  });
});

describe('the slowest of usual answers', () => {
  it('is nothing before there were enough', () => {
    const usual = createSlowestUsual();
    for (let count = 0; count < 127; count += 1) usual.add(250);
    expect(usual.p99Ms).toBeNull();
    usual.add(250);
    expect(usual.p99Ms).toBe(250);
  });

  it('is what one in a hundred of the last answers exceeds', () => {
    const usual = createSlowestUsual();
    for (let count = 1; count <= 512; count += 1) usual.add(count % 128 === 0 ? 9_000 : 200 + (count % 10));
    expect(usual.p99Ms).toBe(209);
  });
});
