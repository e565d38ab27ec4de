/**
 * A year in which nothing is wrong, through the gateway's own detector: 158 million outcomes with the
 * shares of technical failures and of slow answers that the policy calls healthy.
 *
 * One in ninety is a failure or slow; those are noted one by one, at their times. What lies between two of
 * them can only take evidence away, in whatever order, so it is counted by component and brand and taken in
 * at once: the evidence of every test is exactly that of one outcome after the other. It is taken in at the
 * time of the first of them, so that the recent totals, which only the plain threshold reads, are never too
 * large: a share looks worse than it is, not better. Beside them go flows that leave us, one in fifteen outcomes,
 * with the share that never comes back on any day, at their own times.
 */
import { createDetector, type Policy } from '../../gateway/app.ts';
import { createDraws } from './draws.ts';
import { createHandClock } from './hand-clock.ts';

const secondsAYear = 365.25 * 86_400;
const outcomesPerSecond = 5;
const brands = ['Visa', 'MasterCard', 'JCB', 'American Express'] as const;
const components = ['create_charge', 'capture', 'card_registration', 'refund'] as const;
/** Sixteenths of the outcomes, in the order of `components`. */
const parts = [9, 3, 3, 1] as const;

/** 64 equally likely kinds: which component and brand each stands for. */
const kinds = components.flatMap((component, index) =>
  brands.flatMap((brand) => Array.from({ length: parts[index]! }, () => ({ component, brand, acquirer: 'escott' }))),
);
const cells = components.flatMap((component) => brands.map((brand) => ({ component, brand, acquirer: 'escott' })));
const cellOf = kinds.map(({ component, brand }) =>
  cells.findIndex((cell) => cell.component === component && cell.brand === brand),
);
const ordinaryMs = 400;
const outcomesPerFlow = 15;

/** @returns the alarms that were raised, and the outcomes and flows that went through */
export const quietYear = (
  policy: Pick<Policy, 'detector'>,
  seed: number,
  years: number,
): { alarms: number; outcomes: number; bad: number; flows: number } => {
  const draws = createDraws(seed);
  const flowDraws = createDraws(seed + 1_000_003);
  const clock = createHandClock();
  let alarms = 0;
  const detector = createDetector({
    clock,
    policy,
    onAlarm: () => {
      alarms += 1;
    },
  });
  const { failures, slow, flows } = policy.detector;
  const badShare = failures.healthyShare + (1 - failures.healthyShare) * slow.shares.healthyShare;
  const failureOfBad = failures.healthyShare / badShare;
  const perGap = Math.log(1 - badShare);
  const outcomes = Math.round(years * secondsAYear * outcomesPerSecond);
  const gapMs = 1000 / outcomesPerSecond;
  const counts = new Int32Array(cells.length);
  let bits = 0;
  let left = 0;
  /** Six random bits; one draw has four of them. */
  const kind = (): number => {
    if (left === 0) {
      bits = Math.floor(draws.float() * 0x1000000);
      left = 4;
    }
    left -= 1;
    const drawn = bits & 63;
    bits >>>= 6;
    return drawn;
  };
  let bad = 0;
  let count = 0;
  let flowCount = 0;
  /** Those that end before the outcome `until`. */
  const flowsUntil = (until: number): void => {
    for (; flowCount * outcomesPerFlow < until; flowCount += 1) {
      clock.set(flowCount * outcomesPerFlow * gapMs);
      const brand = brands[Math.floor(flowDraws.float() * brands.length)]!;
      detector.flow('three_d_secure', '-', flowDraws.float() >= flows.shares.healthyShare, brand);
    }
  };
  while (count < outcomes) {
    const gap = Math.min(outcomes - count, Math.floor(Math.log(1 - draws.float()) / perGap));
    clock.set(count * gapMs);
    for (let one = 0; one < gap; one += 1) counts[cellOf[kind()]!]! += 1;
    for (let cell = 0; cell < counts.length; cell += 1) {
      const good = counts[cell]!;
      if (good === 0) continue;
      detector.good(cells[cell]!, good);
      counts[cell] = 0;
    }
    count += gap;
    flowsUntil(count);
    if (count >= outcomes) break;
    clock.set(count * gapMs);
    const failed = draws.float() < failureOfBad;
    detector.note({
      ...kinds[kind()]!,
      result: failed ? 'failure' : 'ok',
      latencyMs: failed ? ordinaryMs : slow.afterMs + 1,
    });
    bad += 1;
    count += 1;
  }
  detector.close();
  return { alarms, outcomes, bad, flows: flowCount };
};
