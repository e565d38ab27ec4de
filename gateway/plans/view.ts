/** The plan object of the API (payjp-api section 3.5). */
import type { PlanRow } from '../store/database.ts';

export const planView = (plan: PlanRow): Record<string, unknown> => ({
  id: plan.id,
  object: 'plan',
  livemode: plan.livemode === 1,
  created: Math.floor(plan.created_ms / 1000),
  amount: plan.amount,
  currency: 'jpy',
  interval: plan.interval,
  name: plan.name,
  trial_days: plan.trial_days,
  billing_day: plan.billing_day,
  metadata: JSON.parse(plan.metadata) as unknown,
});
