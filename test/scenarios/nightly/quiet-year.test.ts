import { describe, expect, it } from 'vitest';
import { quietYear } from '../../../scenarios/nightly/quiet-year.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';

const loaded = loadPolicy('protected');
if (!loaded.ok) throw new Error('no such policy');
const { detector } = loaded.policy;

describe('a quiet year', () => {
  it('has no alarm in its first three days (seed 5), and one in ninety outcomes that is not good', () => {
    const { alarms, outcomes, bad, flows } = quietYear(loaded.policy, 5, 3 / 365.25);
    expect(alarms).toBe(0);
    expect(outcomes).toBe(3 * 86_400 * 5);
    expect(flows).toBe((3 * 86_400) / 3);
    expect(bad / outcomes).toBeGreaterThan(0.0104);
    expect(bad / outcomes).toBeLessThan(0.0116);
  });

  it('has alarms, and no more than it may, where a hundred thousand a year are allowed (seed 3)', () => {
    const { alarms } = quietYear({ detector: { ...detector, falseAlarmsPerYear: 100_000 } }, 3, 0.02);
    expect(alarms).toBeGreaterThan(0);
    expect(alarms).toBeLessThan(2_000);
  });

  it('is the same for the same seed', () => {
    expect(quietYear(loaded.policy, 9, 0.001)).toEqual(quietYear(loaded.policy, 9, 0.001));
  });
});
