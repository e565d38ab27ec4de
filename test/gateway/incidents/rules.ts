/** The numbers of `scenarios/policies/protected.yaml`. */
import type { Policy } from '../../../gateway/policy/schema.ts';

export const detectorPolicy = (changes: Partial<Policy['detector']> = {}): Policy['detector'] => ({
  enabled: true,
  falseAlarmsPerYear: 0.02,
  outcomesPerSecond: 5,
  failures: { healthyShare: 0.001, brokenShares: [0.02, 0.05, 0.2, 0.7] },
  unlike: { webhooks: { healthyShare: 0.1, brokenShares: [0.4, 0.8] } },
  slow: { afterMs: 1_500, shares: { healthyShare: 0.01, brokenShares: [0.1, 0.5] } },
  flows: { patienceMs: 600_000, shares: { healthyShare: 0.2, brokenShares: [0.4, 0.7] } },
  plain: { failureShare: 0.25, failures: 8 },
  recentHalfLifeMs: 60_000,
  probes: { enabled: true, idleMs: 30_000, againMs: 5_000 },
  ...changes,
});

export const incidentsPolicy = (changes: Partial<Policy['incidents']> = {}): Policy['incidents'] => ({
  machineNotices: true,
  goodBeforeMonitoringMs: 900_000,
  monitoringMs: 900_000,
  updateEveryMs: 1_800_000,
  correlateMs: 60_000,
  leaseMs: 30_000,
  ...changes,
});

export const onCallPolicy = (changes: Partial<Policy['onCall']> = {}): Policy['onCall'] => ({
  enabled: true,
  escalateAfterMs: [0, 300_000, 600_000, 900_000],
  upstreamAtLevel: 2,
  beatEveryMs: 60_000,
  missedBeats: 3,
  retryMs: 30_000,
  tellUpstream: true,
  ...changes,
});
