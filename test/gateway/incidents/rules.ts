/** The numbers of `scenarios/policies/protected.yaml`. */
import type { Policy } from '../../../gateway/policy/schema.ts';

export const detectorPolicy = (changes: Partial<Policy['detector']> = {}): Policy['detector'] => ({
  enabled: true,
  healthyFailureShare: 0.001,
  brokenFailureShare: 0.05,
  alarmAtEvidence: 21,
  recentHalfLifeMs: 60_000,
  ...changes,
});

export const incidentsPolicy = (changes: Partial<Policy['incidents']> = {}): Policy['incidents'] => ({
  machineNotices: true,
  goodBeforeMonitoringMs: 900_000,
  monitoringMs: 900_000,
  updateEveryMs: 1_800_000,
  ...changes,
});
