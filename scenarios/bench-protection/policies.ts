/** The two policies that are compared: every protection on, and every one off. Everything else is equal. */
import type { Policy } from '../../gateway/app.ts';
import { HarnessError } from '../cli/exit-status.ts';
import { loadPolicy } from '../play/load-policy.ts';

export interface Compared {
  readonly on: Policy;
  readonly off: Policy;
}

const policyOf = (name: string): Policy => {
  const loaded = loadPolicy(name);
  if (!loaded.ok) throw new HarnessError(`the policy ${name} does not load`);
  return loaded.policy;
};

/** Every protection of a policy, by name, and whether it is on. */
export const switchesOf = ({
  upstream,
  routing,
  limits,
  breaker,
  detector,
  incidents,
  onCall,
  abuse,
  fraud,
  deferral,
  mandate,
  nonRetention,
}: Policy): Readonly<Record<string, boolean>> => ({
  deadline: upstream.deadline.enabled,
  slots: upstream.concurrency.enabled,
  'fair share': upstream.fairShare.enabled,
  'retry budget': upstream.retryBudget.enabled,
  failover: routing.failover,
  demotion: routing.demotion.enabled,
  stickiness: routing.stickiness.enabled,
  limits: limits.enabled,
  surge: limits.surge.enabled,
  addresses: limits.addresses.enabled,
  outbound: limits.outbound.enabled,
  breaker: breaker.enabled,
  detector: detector.enabled,
  notices: incidents.machineNotices,
  'on call': onCall.enabled,
  abuse: abuse.enabled,
  fraud: fraud.mode === 'on',
  deferral: deferral.enabled,
  mandate: mandate.enforcement !== 'off',
  'non-retention': nonRetention.enabled,
});

/** Everything asks where it is on, and nothing is in the way: one shop charges as fast as it is answered. */
const outOfTheWay = (policy: Policy): Policy => {
  const far = { ratePerSecond: 100_000, burst: 100_000 };
  const zones = { pk: far, payment: far, sk: far };
  const contract = Object.fromEntries(policy.routing.order.map((id) => [id, 100_000]));
  return {
    ...policy,
    limits: {
      ...policy.limits,
      zones,
      testZones: zones,
      inFlightMax: 1000,
      outbound: { ...policy.limits.outbound, contractPerSecond: contract },
    },
  };
};

/** @throws HarnessError when a side is not what it says: a figure of half of the protections would be a lie */
export const comparedPolicies = (): Compared => {
  const compared = { on: outOfTheWay(policyOf('protected')), off: outOfTheWay(policyOf('as-it-was')) };
  for (const side of ['on', 'off'] as const)
    for (const [name, isOn] of Object.entries(switchesOf(compared[side])))
      if (isOn !== (side === 'on')) throw new HarnessError(`${name} is ${isOn ? 'on' : 'off'} on the side "${side}"`);
  return compared;
};
