/** The bounds that k6 can judge from outside, out of what a scenario expects under a policy. */
import type { z } from 'zod';
import type { Scenario } from '../../play/scenario.ts';
import type { PlanThresholds } from './schema.ts';

const moments = { failover: 'failover_ms', firstNotice: 'first_notice_ms', lastNotice: 'last_notice_ms' } as const;

/**
 * Of several bounds on one figure the strictest counts. A rate over an hour says nothing about three
 * minutes with the onset in their middle: who plays the excerpt names `innocent_success` himself.
 */
export const thresholdsOf = (scenario: Scenario, policy: string): z.infer<typeof PlanThresholds> => {
  const bounds: { -readonly [name in keyof z.infer<typeof PlanThresholds>]: z.infer<typeof PlanThresholds>[name] } = {};
  for (const expectation of scenario.expect) {
    if (expectation.under !== undefined && !expectation.under.includes(policy)) continue;
    switch (expectation.kind) {
      case 'moment': {
        const name = moments[expectation.moment as keyof typeof moments];
        if (name === undefined || expectation.withinMs === undefined || expectation.since !== 'onset') break;
        bounds[name] = Math.min(bounds[name] ?? Number.POSITIVE_INFINITY, expectation.withinMs);
        break;
      }
      case 'no-false-resolved':
        bounds.false_resolved = 0;
        break;
      case 'money':
        bounds.double_capture = 0;
        break;
      default:
    }
  }
  return bounds;
};
