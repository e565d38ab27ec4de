/** The subscription object of the API (payjp-api section 3.6). */
import { planView } from '../plans/view.ts';
import type { PlanRow, SubscriptionRow } from '../store/database.ts';

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));

export const subscriptionView = (
  row: SubscriptionRow,
  plan: PlanRow,
  nextPlan: PlanRow | undefined,
): Record<string, unknown> => ({
  id: row.id,
  object: 'subscription',
  livemode: row.livemode === 1,
  created: seconds(row.created_ms),
  start: seconds(row.start_ms),
  customer: row.customer_id,
  plan: planView(plan),
  next_cycle_plan: nextPlan === undefined ? null : planView(nextPlan),
  status: row.state,
  prorate: row.prorate === 1,
  current_period_start: seconds(row.period_start_ms),
  current_period_end: seconds(row.period_end_ms),
  trial_start: seconds(row.trial_start_ms),
  trial_end: seconds(row.trial_end_ms),
  paused_at: seconds(row.paused_ms),
  canceled_at: seconds(row.canceled_ms),
  resumed_at: seconds(row.resumed_ms),
  metadata: JSON.parse(row.metadata) as unknown,
});
