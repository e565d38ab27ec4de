/** Forms of the subscription calls (payjp-api section 3.6). */
import { z } from 'zod';
import { bool, metadata, optional, text, timestamp } from '../http/fields.ts';
import { ListForm } from '../http/list.ts';

/** Unix seconds, or `now`. */
const trialEnd = optional(z.union([z.literal('now'), timestamp('invalid_timestamp')], { error: 'invalid_timestamp' }));

export const CreateSubscription = z.strictObject({
  customer: text(100, 'invalid_customer'),
  plan: text(100, 'invalid_plan'),
  trial_end: trialEnd,
  prorate: optional(bool),
  metadata,
});

export const UpdateSubscription = z.strictObject({
  trial_end: trialEnd,
  plan: optional(text(100, 'invalid_plan')),
  next_cycle_plan: optional(text(100, 'invalid_plan')),
  prorate: optional(bool),
  metadata,
});

export const ResumeSubscription = z.strictObject({ trial_end: trialEnd, prorate: optional(bool) });

export const DeleteSubscription = z.strictObject({ prorate: optional(bool) });

export const NoFields = z.strictObject({});

const status = optional(z.enum(['trial', 'active', 'canceled', 'paused'], { error: 'invalid_querystring' }));

export const ListSubscriptionsForm = ListForm.extend({
  customer: optional(text(100, 'invalid_querystring')),
  plan: optional(text(100, 'invalid_querystring')),
  status,
});

export const ListOfCustomerForm = ListSubscriptionsForm.omit({ customer: true });
