/** Numbers of the limits for tests: PAY.JP's live zones, nothing else switched on unless asked for. */
import type { Limits } from '../../../gateway/policy/limits.ts';

const zones = {
  pk: { ratePerSecond: 10, burst: 20 },
  payment: { ratePerSecond: 14, burst: 28 },
  sk: { ratePerSecond: 30, burst: 60 },
};

export const limitsOf = (changes: Partial<Limits> = {}): { limits: Limits } => ({
  limits: {
    enabled: true,
    scope: 'merchant',
    zones,
    testZones: zones,
    inFlightMax: 3,
    slotMs: 60_000,
    surge: { enabled: false, ratePerSecond: 10, burst: 10, goodMin: 3, badShareMax: 0.33 },
    addresses: { enabled: false, ratePerSecond: 5, burst: 10 },
    outbound: {
      enabled: false,
      contractPerSecond: { escott: 40 },
      share: 0.9,
      burstSeconds: 1,
      criticalReserve: 0.2,
    },
    sharedLookEveryMs: 1000,
    ...changes,
  },
});
