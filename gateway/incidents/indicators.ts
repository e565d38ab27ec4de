/**
 * What is known of an incident now, from every side and every instance, and what it points to. Pure.
 *
 * The order of the causes is that of what explains more: an upstream that told us of a restriction,
 * one merchant's flood, a fault of ours (several acquirers at once, or the API itself), and only
 * then the upstream.
 */
import type { BreakerStatus } from '../breaker/breaker.ts';
import { type Component, components, type ProbableCause } from '../status-page/facts.ts';
import type { Indicators } from './lifecycle.ts';
import type { Open, Report } from './open-incident.ts';

export interface Here {
  readonly bad: boolean;
  readonly breakers: BreakerStatus;
  readonly unknownsOpen: number;
  /** The upstream said that it restricts us, and not that it lifted that. */
  readonly restricted: boolean;
  /** Merchants that run into their limits now. */
  readonly abusers: number;
}

const worst = (a: BreakerStatus, b: BreakerStatus): BreakerStatus =>
  a === 'open' || b === 'open' ? 'open' : a === 'ramp' || b === 'ramp' ? 'ramp' : 'closed';

/** Scope of trouble that no acquirer is concerned with: the API and whatever else is ours. */
export const oursScope = '-';
export const threeDSecureScope = '3-d-secure';
export const webhooksScope = 'webhooks';
/** Lines to people: `contact:<channel>`. */
export const contactPrefix = 'contact:';

/**
 * Trouble that stands alone, and that only people publish: a line to people hurts no customer, and
 * webhooks that do not arrive are most often the receivers' own trouble.
 */
export const standsAlone = (scope: string): boolean => scope === webhooksScope || scope.startsWith(contactPrefix);

export const scopeOf = (component: Component, acquirer: string): string => {
  if (acquirer !== oursScope) return acquirer;
  if (component === 'three_d_secure') return threeDSecureScope;
  return component === 'webhooks' ? webhooksScope : oursScope;
};

export const indicatorsOf = (
  open: Pick<Open, 'scopes' | 'blocked' | 'together' | 'incident' | 'manual' | 'impact'>,
  here: Here,
  reports: readonly Report[],
): Indicators => {
  const breakers = reports.reduce((sum, report) => worst(sum, report.breakers), here.breakers);
  const abusers = reports.reduce((sum, report) => sum + report.abusers, here.abusers);
  const hit = new Set([...open.impact.components, ...reports.flatMap((report) => report.components)]);
  const flooded = abusers > 0 || open.blocked.size > 0;
  const causes: readonly [boolean, ProbableCause][] = [
    [here.restricted, 'upstream_restricts_us'],
    [flooded, 'merchant_flood'],
    [
      open.together || (open.scopes.has(oursScope) && hit.has('api')) || open.scopes.has(webhooksScope),
      'our_own_fault',
    ],
    [breakers !== 'closed' || open.scopes.has(threeDSecureScope), 'upstream_down'],
  ];
  return {
    bad: here.bad || reports.some((report) => report.bad),
    breakersClosed: breakers === 'closed',
    unknownsOpen: reports.reduce((sum, report) => sum + report.unknownsOpen, here.unknownsOpen),
    causeBlocked: here.restricted || open.blocked.size > 0 || (open.incident.cause === 'merchant_flood' && abusers > 0),
    cause: causes.find(([holds]) => holds)?.[1] ?? 'unknown',
    causeTold: here.restricted || open.blocked.size > 0,
    components: components.filter((component) => hit.has(component)),
  };
};
