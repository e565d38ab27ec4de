/**
 * The arithmetic of false alarms and of delays. Pure.
 *
 * A CUSUM that looks for one failure share reaches the threshold h on healthy outcomes once in at
 * least e^h of them (Lorden). Every test on every stream is one more chance, so with `tests` tests
 * an outcome and R outcomes a year, h = ln(R * tests / allowed) keeps all of them together below
 * `allowed` a year. At 5 a second, fourteen tests and one in fifty years that is 25.4: the same for one stream with all
 * outcomes and for a hundred that share them, because a false alarm is bought by outcomes, not by
 * streams.
 */
import type { Policy } from '../policy/schema.ts';

const secondsAYear = 365.25 * 86_400;

/**
 * Tests that one outcome takes part in: two views of failures (component, brand), one of slowness, and two of
 * flows (component, brand), as if every outcome had a flow.
 */
export const testsPerOutcome = (policy: Policy['detector']): number =>
  2 *
    Math.max(
      policy.failures.brokenShares.length,
      ...Object.values(policy.unlike).map((one) => one.brokenShares.length),
    ) +
  policy.slow.shares.brokenShares.length +
  2 * policy.flows.shares.brokenShares.length;

/** Evidence, in natural log units, at which a stream is alarmed. */
export const alarmThreshold = (policy: Policy['detector']): number =>
  Math.log((policy.outcomesPerSecond * secondsAYear * testsPerOutcome(policy)) / policy.falseAlarmsPerYear);

/** Kullback-Leibler divergence of outcomes that fail with `broken` from those that fail with `healthy`, in nats. */
export const divergence = (broken: number, healthy: number): number =>
  (broken === 0 ? 0 : broken * Math.log(broken / healthy)) +
  (broken === 1 ? 0 : (1 - broken) * Math.log((1 - broken) / (1 - healthy)));

/**
 * Failures that the plain threshold needs, at the share that it asks for, to be as much evidence as the tests ask
 * for: so many among the recent outcomes come by chance no more often than a test's alarm (Chernoff; outcomes that
 * weigh less than one make it rarer). At 0.1 % against a quarter that is 6, where one in five is ordinary 43.
 */
export const plainFailures = (policy: Policy['detector'], failureShare: number, healthyShare: number): number =>
  Math.max(
    policy.plain.failures,
    Math.ceil((alarmThreshold(policy) * failureShare) / divergence(failureShare, healthyShare)),
  );

/**
 * The least expected delay that any test with this false-alarm rate can have, in milliseconds:
 * ln(ARL) / (rate * KL(p1 || p0)), where ARL is outcomes between two false alarms of one stream
 * that has its part of what all streams are allowed.
 */
export const leastDelayMs = (policy: Policy['detector'], ratePerSecond: number, broken: number): number => {
  const arl = (policy.outcomesPerSecond * secondsAYear * 2) / policy.falseAlarmsPerYear;
  return (1000 * Math.log(arl)) / (ratePerSecond * divergence(broken, policy.failures.healthyShare));
};
