/**
 * The arithmetic of false alarms and of delays. Pure.
 *
 * A CUSUM that looks for one failure share reaches the threshold h on healthy outcomes once in at
 * least e^h of them (Lorden). Every test on every stream is one more chance, so with `tests` tests
 * an outcome and R outcomes a year, h = ln(R * tests / allowed) keeps all of them together below
 * `allowed` a year. At 5 a second, twelve tests and one in fifty years that is 25.3: the same for one stream with all
 * outcomes and for a hundred that share them, because a false alarm is bought by outcomes, not by
 * streams.
 */
import type { Policy } from '../policy/schema.ts';

const secondsAYear = 365.25 * 86_400;

/** Tests that one outcome takes part in: two views of failures (component, brand), one of slowness, one of flows. */
export const testsPerOutcome = (policy: Policy['detector']): number =>
  2 *
    Math.max(
      policy.failures.brokenShares.length,
      ...Object.values(policy.unlike).map((one) => one.brokenShares.length),
    ) +
  policy.slow.shares.brokenShares.length +
  policy.flows.shares.brokenShares.length;

/** Evidence, in natural log units, at which a stream is alarmed. */
export const alarmThreshold = (policy: Policy['detector']): number =>
  Math.log((policy.outcomesPerSecond * secondsAYear * testsPerOutcome(policy)) / policy.falseAlarmsPerYear);

/** Kullback-Leibler divergence of outcomes that fail with `broken` from those that fail with `healthy`, in nats. */
export const divergence = (broken: number, healthy: number): number =>
  (broken === 0 ? 0 : broken * Math.log(broken / healthy)) +
  (broken === 1 ? 0 : (1 - broken) * Math.log((1 - broken) / (1 - healthy)));

/**
 * The least expected delay that any test with this false-alarm rate can have, in milliseconds:
 * ln(ARL) / (rate * KL(p1 || p0)), where ARL is outcomes between two false alarms of one stream
 * that has its part of what all streams are allowed.
 */
export const leastDelayMs = (policy: Policy['detector'], ratePerSecond: number, broken: number): number => {
  const arl = (policy.outcomesPerSecond * secondsAYear * 2) / policy.falseAlarmsPerYear;
  return (1000 * Math.log(arl)) / (ratePerSecond * divergence(broken, policy.failures.healthyShare));
};
