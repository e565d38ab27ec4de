/** Forms of the plan calls (payjp-api section 3.5). */
import { z } from 'zod';
import { currency, flexibleId, metadata, optional, text, whole, yen } from '../http/fields.ts';

export const CreatePlan = z.strictObject({
  amount: yen(50, 9_999_999, 'invalid_plan_amount'),
  currency,
  interval: z.enum(['month', 'year'], { error: 'invalid_interval' }),
  id: flexibleId,
  name: optional(text(255)),
  trial_days: optional(whole(0, 365, 'invalid_trial_days')),
  billing_day: optional(whole(1, 31, 'invalid_billing_day')),
  metadata,
});

export const UpdatePlan = z.strictObject({ name: optional(text(255)), metadata });
