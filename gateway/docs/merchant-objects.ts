/** What merchants get for their calls: payments, buyers, plans, events, their account. */
import { z } from 'zod';
import { brands } from '../cards/card.ts';
import { head, id, listOf, metadata, nothing, seconds, text, yen } from './shapes.ts';

export const Card = z.strictObject({
  ...head('car_', 'card'),
  name: text,
  last4: z.string(),
  exp_month: z.int(),
  exp_year: z.int(),
  brand: z.enum(brands),
  cvc_check: z.enum(['passed', 'failed', 'unavailable', 'unchecked']),
  fingerprint: z.string().meta({ description: 'The same card number has the same fingerprint.' }),
  country: text,
  address_state: text,
  address_city: text,
  address_line1: text,
  address_line2: text,
  address_zip: text,
  address_zip_check: z.literal('unchecked'),
  customer: text,
  metadata,
  three_d_secure_status: z.enum(['unverified', 'verified', 'attempted', 'failed', 'error']).nullable(),
  email: text,
  phone: text,
  is_jp: z.boolean(),
});

export const Token = z.strictObject({ ...head('tok_', 'token'), used: z.boolean(), card: Card });

export const Charge = z.strictObject({
  ...head('ch_', 'charge'),
  amount: yen,
  amount_refunded: yen,
  currency: z.literal('jpy'),
  paid: z.boolean(),
  captured: z.boolean(),
  captured_at: seconds.nullable(),
  expired_at: seconds.nullable().meta({ description: 'When an authorisation that was not captured lapses.' }),
  card: Card,
  customer: text,
  subscription: text,
  description: text,
  metadata,
  failure_code: text,
  failure_message: text,
  refunded: z.boolean(),
  refund_reason: text,
  fee_rate: text,
  three_d_secure_status: z.enum(['unverified', 'verified', 'attempted', 'failed', 'error']).nullable(),
  term_id: text,
  product: nothing,
  outcome: z
    .literal('unknown')
    .optional()
    .meta({ description: 'The acquirer has not said what became of it. It is being found out; do not charge again.' }),
  pending_operation: z
    .strictObject({ type: z.string(), amount: yen.nullable(), since: seconds })
    .optional()
    .meta({ description: 'A capture or refund that is accepted and not finished.' }),
});

export const Plan = z.strictObject({
  ...head('pln_', 'plan'),
  amount: yen,
  currency: z.literal('jpy'),
  interval: z.enum(['month', 'year']),
  name: text,
  trial_days: z.int(),
  billing_day: z.int().nullable(),
  metadata,
});

export const Subscription = z.strictObject({
  ...head('sub_', 'subscription'),
  start: seconds,
  customer: z.string(),
  plan: Plan,
  next_cycle_plan: Plan.nullable(),
  status: z.enum(['trial', 'active', 'canceled', 'paused']),
  prorate: z.boolean(),
  current_period_start: seconds,
  current_period_end: seconds,
  trial_start: seconds.nullable(),
  trial_end: seconds.nullable(),
  paused_at: seconds.nullable(),
  canceled_at: seconds.nullable(),
  resumed_at: seconds.nullable(),
  metadata,
});

export const CardList = listOf(Card);
export const ChargeList = listOf(Charge);
export const PlanList = listOf(Plan);
export const SubscriptionList = listOf(Subscription);

export const Customer = z.strictObject({
  ...head('cus_', 'customer'),
  email: text,
  description: text,
  default_card: text,
  metadata,
  cards: CardList,
  subscriptions: SubscriptionList,
});
export const CustomerList = listOf(Customer);

export const Event = z.strictObject({
  ...head('evnt_', 'event'),
  type: z.string().meta({ examples: ['charge.captured'] }),
  pending_webhooks: z.int(),
  data: z.record(z.string(), z.unknown()).meta({ description: 'The object as it was then.' }),
});
export const EventList = listOf(Event);

export const Account = z.strictObject({
  id: id('acct_'),
  object: z.literal('account'),
  email: text,
  created: seconds,
  team_id: nothing,
  merchant: z.strictObject({
    object: z.literal('merchant'),
    id: id('acct_mch_'),
    bank_enabled: z.boolean(),
    brands_accepted: z.array(z.string()),
    business_type: nothing,
    charge_type: nothing,
    country: z.string(),
    created: seconds,
    currencies_supported: z.array(z.literal('jpy')),
    default_currency: z.literal('jpy'),
    details_submitted: z.boolean(),
    livemode_enabled: z.boolean(),
    livemode_activated_at: seconds.nullable(),
    product_name: text,
    product_type: nothing,
    site_published: nothing,
  }),
});

export const Brands = z.strictObject({ card_types_supported: z.array(z.string()), livemode: z.boolean() });
