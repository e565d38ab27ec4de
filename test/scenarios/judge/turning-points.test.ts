import { describe, expect, it } from 'vitest';
import { contained, failover, recovered } from '../../../scenarios/judge/turning-points.ts';

const seconds = 1200;
/** `value(second)` operations in each second. */
const counts = (value: (second: number) => number): Uint32Array =>
  Uint32Array.from({ length: seconds }, (_, s) => value(s));

describe('contained', () => {
  const sent = counts((s) => (s >= 100 && s < 600 ? 20 : 0));

  it('is the start of the first 30 s at or below the share', () => {
    const upstream = counts((s) => (s >= 100 && s < 105 ? 20 : 2));
    expect(contained({ sent, upstream, sharePerSecond: 5, fromMs: 100_000 })).toBe(100_000);
    expect(contained({ sent, upstream, sharePerSecond: 2, fromMs: 100_000 })).toBe(105_000);
  });

  it('never comes for an abuser that was let through until it stopped by itself', () => {
    expect(contained({ sent, upstream: sent, sharePerSecond: 5, fromMs: 100_000 })).toBeNull();
  });

  it('never comes for an abuser that never asked for more than its share', () => {
    const few = counts(() => 3);
    expect(contained({ sent: few, upstream: few, sharePerSecond: 5, fromMs: 0 })).toBeNull();
  });

  it('looks 30 s ahead: a pause of 20 s contains nobody', () => {
    const upstream = counts((s) => (s >= 200 && s < 220 ? 0 : s >= 400 && s < 600 ? 1 : 20));
    expect(contained({ sent, upstream, sharePerSecond: 5, fromMs: 100_000 })).toBe(394_000);
  });

  it('is not looked for where the 30 s would leave the day', () => {
    const late = counts((s) => (s >= seconds - 29 ? 0 : 20));
    const always = counts(() => 20);
    expect(contained({ sent: always, upstream: late, sharePerSecond: 0, fromMs: 0 })).toBeNull();
  });
});

describe('failover', () => {
  const eligible = counts(() => 4);

  it('is from when 99 % of the next 30 s go elsewhere', () => {
    const elsewhere = counts((s) => (s >= 107 ? 4 : 0));
    // 106 would be 116 of 120, below 99 %.
    expect(failover({ eligible, elsewhere, fromMs: 100_000 })).toBe(107_000);
  });

  it('bears one of a hundred that still goes to the first acquirer', () => {
    const elsewhere = counts((s) => (s < 107 ? 0 : s === 110 ? 3 : 4));
    expect(failover({ eligible, elsewhere, fromMs: 100_000 })).toBe(107_000);
  });

  it('is not a short trip elsewhere', () => {
    const elsewhere = counts((s) => (s >= 107 && s < 130 ? 4 : 0));
    expect(failover({ eligible, elsewhere, fromMs: 100_000 })).toBeNull();
  });

  it('is not seen in silence', () => {
    const silence = counts(() => 0);
    expect(failover({ eligible: silence, elsewhere: silence, fromMs: 0 })).toBeNull();
  });

  it('may come before the onset when the cause began earlier', () => {
    const elsewhere = counts((s) => (s >= 50 ? 4 : 0));
    expect(failover({ eligible, elsewhere, fromMs: 40_000 })).toBe(50_000);
  });
});

describe('recovered', () => {
  const sent = counts(() => 2);

  it('is the start of the first 5 minutes at 99 % after the outage', () => {
    const good = counts((s) => (s >= 100 && s < 400 ? 0 : 2));
    // 99 % of 600 bears 6 failures: three seconds of the outage.
    expect(recovered({ sent, good, fromMs: 100_000 })).toBe(397_000);
  });

  it('starts anew after a relapse within the 5 minutes', () => {
    const good = counts((s) => ((s >= 100 && s < 400) || (s >= 500 && s < 560) ? 0 : 2));
    expect(recovered({ sent, good, fromMs: 100_000 })).toBe(557_000);
  });

  it('never comes when the trouble lasts, or the day ends before the 5 minutes', () => {
    expect(recovered({ sent, good: counts((s) => (s >= 100 ? 0 : 2)), fromMs: 100_000 })).toBeNull();
    expect(recovered({ sent, good: counts((s) => (s >= 100 && s < 1000 ? 0 : 2)), fromMs: 100_000 })).toBeNull();
  });

  it('does not apply where there was no outage', () => {
    expect(recovered({ sent, good: sent, fromMs: 100_000 })).toBeNull();
    const hiccup = counts((s) => (s === 200 ? 0 : 2));
    expect(recovered({ sent, good: hiccup, fromMs: 100_000 })).toBeNull();
  });

  it('is not seen in silence: traffic has to come back', () => {
    const away = counts((s) => (s >= 110 && s < 800 ? 0 : 2));
    const good = counts((s) => (s >= 100 && s < 110 ? 0 : (away[s] ?? 0)));
    expect(recovered({ sent: away, good, fromMs: 100_000 })).toBe(800_000);
  });
});
