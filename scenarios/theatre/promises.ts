/** What a policy promises, for the auditor: the one place that reads a policy for its checks. */
import type { Policy } from '../../gateway/app.ts';
import type { Promises } from '../audit/promises.ts';
import type { World } from '../play/world.ts';
import { secrets } from './credentials.ts';

/** @param startWallMs Wall milliseconds at scenario time 0. */
export const promisesOf = (
  policy: Policy,
  world: World,
  startWallMs: number,
  attackOf: Promises['attackOf'],
): Promises => {
  const { limits, upstream, breaker, deferral, incidents, fraud } = policy;
  const { outbound } = limits;
  return {
    rates: limits.enabled && limits.scope === 'merchant' ? limits.zones : null,
    surge: limits.enabled && limits.surge.enabled ? limits.surge : null,
    ratesFromMs: limits.activeFrom === undefined ? 0 : Date.parse(limits.activeFrom) - startWallMs,
    merchantInFlight: limits.enabled ? { max: limits.inFlightMax, slotMs: limits.slotMs } : null,
    contracts:
      limits.enabled && outbound.enabled
        ? new Map(
            Object.entries(outbound.contractPerSecond).map(([id, ratePerSecond]) => [
              id,
              {
                ratePerSecond: ratePerSecond * outbound.share,
                // One payment may always be sent, and at GMO-PG it is two calls.
                burst: Math.max(2, ratePerSecond * outbound.share * outbound.burstSeconds),
              },
            ]),
          )
        : null,
    inFlightMax: upstream.concurrency.enabled
      ? upstream.concurrency.slotsMax + upstream.concurrency.inquiriesMax
      : null,
    retries: upstream.retryBudget.enabled
      ? {
          shareOfFirstTries: upstream.retryBudget.shareOfFirstTries,
          perSecond: upstream.retryBudget.floorPerSecond,
        }
      : null,
    // The classic ones are there to compare, and keep other promises.
    breaker: breaker.enabled && breaker.algorithm === 'sequential' ? { slowMs: breaker.slowMs } : null,
    deadlineMs: upstream.deadline.enabled ? upstream.deadline.defaultMs : null,
    defers: deferral.enabled,
    reservesForCritical: upstream.fairShare.enabled,
    machineNotices: incidents.machineNotices,
    fraudDecides: fraud.mode === 'on',
    instances: world.gateway.instances,
    feedSecret: secrets.feed,
    attackOf,
  };
};
