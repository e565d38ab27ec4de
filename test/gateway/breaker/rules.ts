/** The breaker's numbers as in `scenarios/policies/protected.yaml`, without jitter so that times can be named. */
import type { Policy } from '../../../gateway/policy/schema.ts';

export const breakerPolicy = (changes: Partial<Policy['breaker']> = {}): Policy['breaker'] => ({
  enabled: true,
  pools: 'narrowest',
  algorithm: 'sequential',
  healthyFailureShare: 0.01,
  brokenFailureShare: 0.5,
  openAtEvidence: 17.5,
  slowMs: 3_000,
  probeEveryMs: 5_000,
  probeJitter: 0,
  probeAfterGoodMs: 500,
  restrictedHoldMs: 60_000,
  goodProbesToRamp: 5,
  rampShares: [0.1, 0.25, 0.5, 1],
  rampStepMs: 5_000,
  rampWaitMs: 5_000,
  rampWaitCapMs: 120_000,
  calmAfterMs: 300_000,
  ...changes,
});
