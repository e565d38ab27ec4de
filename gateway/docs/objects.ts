/**
 * The objects that the API answers with, as zod schemas: the document is made of them, and the
 * tests hold real answers against them. What the calls accept has its schemas in each room.
 */
import { z } from 'zod';
import { brands } from '../cards/card.ts';
import { cardFaults, otherCodes, requestFaults } from '../errors.ts';
import {
  FraudDecision,
  FraudDecisionList,
  FraudListed,
  FraudListRemoved,
  FraudLists,
  FraudRulesState,
} from '../fraud/answers.ts';
import { ThreeDSecureSettings } from '../three-d-secure/settings.ts';
import { incidentObjects } from './incident-objects.ts';

const id = (prefix: string) => z.string().meta({ examples: [`${prefix}4f2b8d0c1e6a79530f8b2c4d6e1a`] });
const seconds = z.int().meta({ description: 'Unix seconds.' });
const yen = z.int().meta({ description: 'Whole yen.' });
const text = z.string().nullable();
const metadata = z.record(z.string(), z.string()).meta({ description: 'Your own keys and values, always text.' });
/** Platform accounts and products are not offered: these fields are there and empty. */
const nothing = z.null();

const head = (prefix: string, object: string) => ({
  id: id(prefix),
  object: z.literal(object),
  livemode: z.boolean(),
  created: seconds,
});

export const ErrorAnswer = z.strictObject({
  error: z.strictObject({
    message: z.string().meta({ description: 'For developers, not for buyers. May change; decide by code.' }),
    type: z.enum([
      'client_error',
      'card_error',
      'auth_error',
      'server_error',
      'not_allowed_method_error',
      'invalid_request_error',
    ]),
    status: z.int().meta({ description: 'The HTTP status again.' }),
    code: z.enum([...requestFaults, ...cardFaults, ...otherCodes]).optional(),
    param: z.string().optional().meta({ description: 'The parameter at fault, as it was named: `card[number]`.' }),
    charge: z.string().optional().meta({ description: 'The charge that this is about.' }),
  }),
});

export const Deleted = z.strictObject({ deleted: z.literal(true), id: z.string(), livemode: z.boolean() });

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

/** Newest first; `count` is what matches, not what is shown; `url` begins with `/v1/`. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.strictObject({
    object: z.literal('list'),
    count: z.int().meta({ description: 'All that match, on whichever page.' }),
    data: z.array(item),
    has_more: z.boolean(),
    url: z.string().regex(/^\/v1\//),
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

export const Term = z.strictObject({
  id: id('tm_'),
  object: z.literal('term'),
  livemode: z.boolean(),
  start_at: seconds,
  end_at: seconds.nullable(),
  closed: z.boolean(),
  charge_count: z.int(),
  refund_count: z.int(),
  dispute_count: z.int(),
});
export const TermList = listOf(Term);

export const Statement = z.strictObject({
  ...head('st_', 'statement'),
  updated: seconds,
  title: text,
  type: z.enum(['sales', 'service_fee', 'transfer_fee', 'forfeit', 'misc']),
  tenant_id: nothing,
  term: Term.nullable(),
  balance_id: text,
  net: yen,
  items: z.array(z.strictObject({ subject: z.string(), name: z.string(), amount: yen, tax_rate: z.string() })),
});
export const StatementList = listOf(Statement);

export const StatementUrl = z.strictObject({
  object: z.literal('statement_url'),
  url: z.url().meta({ description: 'Good for an hour, without a key.' }),
  expires: seconds,
});

export const Balance = z.strictObject({
  ...head('ba_', 'balance'),
  tenant_id: nothing,
  net: yen,
  statements: z.array(Statement),
  state: z.enum(['collecting', 'transfer', 'claim']),
  closed: z.boolean(),
  closed_date: seconds.nullable(),
  due_date: seconds.nullable(),
  bank_info: nothing,
});
export const BalanceList = listOf(Balance);

export const Transfer = z.strictObject({
  ...head('tr_', 'transfer'),
  amount: yen,
  carried_balance: yen.nullable(),
  charges: ChargeList,
  currency: z.literal('jpy'),
  description: text,
  scheduled_date: z.string().meta({ description: 'YYYY-MM-DD, JST.' }),
  status: z.enum(['pending', 'paid', 'failed', 'stop', 'carried_over', 'recombination']),
  summary: z.strictObject({
    charge_count: z.int(),
    charge_fee: yen,
    charge_gross: yen,
    net: yen,
    refund_amount: yen,
    refund_count: z.int(),
    dispute_amount: yen,
    dispute_count: z.int(),
  }),
  term_start: seconds,
  term_end: seconds,
  transfer_amount: yen.nullable(),
  transfer_date: text,
});
export const TransferList = listOf(Transfer);

export const Webhook = z.strictObject({
  id: z.string(),
  mode: z.enum(['live', 'test']),
  url: z.string(),
  signing: z.enum(['token', 'standard']),
  secret: z.string().optional().meta({ description: 'Only where it is new.' }),
  previousSecretUntilMs: z.int().nullable(),
});
export const WebhookList = z.strictObject({ data: z.array(Webhook) });
export const WebhookRemoved = z.strictObject({ id: z.string(), deleted: z.literal(true) });
export const Delivery = z.strictObject({
  id: z.string(),
  merchant: text,
  kind: z.enum(['webhook', 'notice', 'upstream']),
  type: z.string(),
  event: text,
  object: text,
  webhook: text,
  url: z.string(),
  state: z.string(),
  tries: z.int(),
  reason: text,
  status: z.int().nullable(),
  createdMs: z.int(),
  dueMs: z.int().nullable(),
});
export const DeliveryList = z.strictObject({ data: z.array(Delivery), has_more: z.boolean() });
export const DeliveriesResent = z.strictObject({ resent: z.int(), more: z.boolean() });
export const Reconciliation = z.strictObject({
  id: z.string(),
  acquirer: z.string(),
  date: z.string(),
  cause: z.string(),
  state: z.string(),
  tries: z.int(),
  dueMs: z.int().nullable(),
  reason: text,
  discrepancies: z.int().nullable(),
  createdMs: z.int(),
  finishedMs: z.int().nullable(),
});
export const ReconciliationList = z.strictObject({ data: z.array(Reconciliation) });
export const ReconciliationReport = Reconciliation.extend({
  clean: z.boolean().nullable(),
  report: z.record(z.string(), z.unknown()).nullable(),
});
const day = z.string().meta({ description: 'A day in Japan, `yyyy-mm-dd`.' });
export const MerchantMandate = z.strictObject({
  merchant: z.string(),
  chosen: z.enum(['enforce', 'warn', 'off']).nullable().meta({ description: 'Null: as the policy says.' }),
  enforcement: z.enum(['enforce', 'warn', 'off']),
  from: day,
  profile: z.record(z.string(), z.unknown()),
});
const ruled = { rule: z.string(), says: z.string(), source: z.string() };
export const ComplianceReport = z.strictObject({
  merchant: z.string(),
  name: z.string(),
  mode: z.enum(['live', 'test']),
  fromMs: z.int(),
  toMs: z.int(),
  enforcement: z.enum(['enforce', 'warn', 'off']),
  profile: z.record(z.string(), z.unknown()),
  compliant: z.boolean(),
  adoption: z.strictObject({ by: day, met: z.boolean() }),
  shop: z.array(z.strictObject(ruled)),
  missingMeasures: z.array(z.string()),
  registrations: z.strictObject({ all: z.int(), authenticated: z.int() }),
  payments: z.strictObject({ all: z.int(), authenticated: z.int(), excepted: z.int(), yen: z.int() }),
  byRule: z.array(
    z.strictObject({
      ...ruled,
      compliant: z.boolean(),
      count: z.int(),
      yen: z.int(),
      examples: z.array(z.string()).meta({ description: 'The oldest five payments.' }),
    }),
  ),
  protection: z.array(
    z.strictObject({ ...ruled, protected: z.enum(['yes', 'no', 'undetermined']), count: z.int(), yen: z.int() }),
  ),
  quadrants: z.strictObject({
    bothYes: z.int(),
    compliantOnly: z.int(),
    protectedOnly: z.int(),
    neither: z.int(),
  }),
  findings: z.array(z.strictObject({ moment: z.string(), rule: z.string(), passed: z.int(), refused: z.int() })),
  disputes: z.array(
    z.strictObject({
      id: z.string(),
      charge: z.string(),
      amountYen: z.int(),
      borneBy: z.enum(['merchant', 'issuer', 'gateway']),
      rule: z.string(),
    }),
  ),
});
export const ChargeProtection = z.strictObject({
  charge: z.string(),
  merchant: z.string(),
  amountYen: z.int(),
  threeDSecureStatus: text,
  mandate: z.strictObject({
    ...ruled,
    inForce: z.boolean(),
    compliant: z.boolean(),
    duty: z.enum(['required', 'recommended', 'risk_based', 'as_needed', 'not_required', 'impossible']),
    by: z.array(z.string()),
    also: z.array(z.string()),
  }),
  protection: z.strictObject({
    ...ruled,
    protected: z.enum(['yes', 'no', 'undetermined']),
    also: z.array(z.string()),
  }),
  facts: z.record(z.string(), z.unknown()),
  dispute: text,
});
export const OperatorsDispute = z.strictObject({
  id: z.string(),
  merchant: z.string(),
  mode: z.enum(['live', 'test']),
  charge: z.string(),
  acquirer: z.string(),
  reference: z.string(),
  reason: z.enum(['fraud', 'other']),
  reasonCode: text,
  amountYen: z.int(),
  debitedYen: z.int(),
  borneBy: z.enum(['merchant', 'issuer', 'gateway']),
  rule: z.string(),
  says: z.string(),
  createdMs: z.int(),
});
export const DisputeList = z.strictObject({ data: z.array(OperatorsDispute) });
export const DisputeReceived = z.strictObject({
  received: z.literal(true),
  dispute: z.string(),
  borneBy: z.enum(['merchant', 'issuer', 'gateway']),
});
const passthroughStage = z.enum(['accepted', 'deprecated', 'refused']);
const scheduledStage = z.strictObject({ stage: passthroughStage, refusedMs: z.int().nullable() });
export const PassthroughReport = z.strictObject({
  atMs: z.int(),
  sinceMs: z.int(),
  schedule: z.strictObject({
    tokens: scheduledStage,
    charges: scheduledStage,
    customers: scheduledStage,
    customer_cards: scheduledStage,
  }),
  merchants: z.array(
    z.strictObject({
      merchant: z.string(),
      name: z.string(),
      reachable: z.boolean().meta({ description: 'There is an address for notices.' }),
      toldMs: z.int().nullable(),
      uses: z.array(
        z.strictObject({
          endpoint: z.enum(['tokens', 'charges', 'customers', 'customer_cards']),
          path: z.string(),
          mode: z.enum(['live', 'test']),
          parameters: z.array(z.string()),
          integration: z.strictObject({
            name: z.string(),
            version: text,
            supportEnded: text,
            remark: z.strictObject({ en: z.string(), ja: z.string() }).nullable(),
          }),
          accepted: z.int(),
          refused: z.int(),
          firstMs: z.int(),
          lastMs: z.int(),
          stage: passthroughStage,
        }),
      ),
    }),
  ),
});
export const PassthroughNotices = z.strictObject({
  told: z.array(z.string()),
  toldBefore: z.array(z.string()),
  unreachable: z.array(z.string()).meta({ description: 'Merchants without an address for notices.' }),
});
const keyPair = z.strictObject({ secret: z.string(), public: z.string() });
export const MerchantCreated = z.strictObject({
  id: z.string(),
  keys: z.strictObject({ live: keyPair, test: keyPair }).meta({ description: 'Shown once and never again.' }),
  webhooks: z.array(Webhook),
});
export const AbuseHolds = z.strictObject({
  data: z.array(
    z.strictObject({
      merchantId: z.string(),
      level: z.enum(['clear', 'told', 'throttled', 'paused', 'ramping']),
      share: z.number(),
      sinceMs: z.number(),
      step: z.int(),
      pauses: z.int(),
    }),
  ),
});
export const AbuseOverridden = z.strictObject({
  id: z.string(),
  to: z.enum(['throttled', 'paused', 'restoring', 'clear']),
});
export const PolicyShown = z.looseObject({ name: z.string() });
export const PolicyReloaded = z.strictObject({
  name: z.string(),
  applied: z.array(z.string()),
  afterRestart: z.array(z.string()),
});
export const MerchantPaused = z.strictObject({ id: z.string(), paused: z.boolean() });
export const VaultRotation = z.strictObject({
  keys: z.array(z.strictObject({ id: z.string(), current: z.boolean() })),
  rotation: z
    .strictObject({
      id: z.string(),
      key: z.string(),
      state: z.string(),
      reseal: z.boolean(),
      walk: z.int(),
      seen: z.int(),
      rewrapped: z.int(),
      unreadable: z.int(),
      startedMs: z.int(),
      finishedMs: z.int().nullable(),
    })
    .nullable(),
});
export const NoticeReceived = z.strictObject({ received: z.literal(true) });
export const Health = z.strictObject({ status: z.literal('ok') });
export const Readiness = z.strictObject({
  status: z.enum(['ready', 'not ready']),
  checks: z.record(z.string(), z.string()).meta({ description: '`ok`, or what is wrong with it.' }),
  details: z.record(z.string(), z.string()).meta({ description: 'What it can do without, and how that is.' }),
});

/** By their names in the document. */
const tdsStatus = z
  .enum(['unverified', 'verified', 'attempted', 'failed', 'error'])
  .meta({ description: '`attempted`: the issuer takes no part, or could not be asked, and proved the attempt.' });

export const ThreeDSecureRequest = z.strictObject({
  ...head('tdsr_', 'three_d_secure_request'),
  resource_id: z.string().meta({ description: 'The card.' }),
  state: z.enum(['created', 'in_progress', 'result_received', 'finished']),
  started_at: seconds.nullable(),
  result_received_at: seconds.nullable(),
  finished_at: seconds.nullable(),
  expired_at: seconds.nullable(),
  tenant_id: nothing,
  three_d_secure_status: tdsStatus,
});
export const ThreeDSecureRequestList = listOf(ThreeDSecureRequest);

export const objects = {
  Error: ErrorAnswer,
  Account,
  Balance,
  BalanceList,
  Brands,
  Card,
  CardList,
  Charge,
  ChargeList,
  ChargeProtection,
  ComplianceReport,
  Customer,
  CustomerList,
  Deleted,
  DeliveriesResent,
  Delivery,
  DeliveryList,
  DisputeList,
  DisputeReceived,
  Event,
  EventList,
  FraudDecision,
  FraudDecisionList,
  FraudListRemoved,
  FraudListed,
  FraudLists,
  FraudRulesState,
  Health,
  MerchantCreated,
  MerchantMandate,
  AbuseHolds,
  AbuseOverridden,
  PolicyReloaded,
  PolicyShown,
  MerchantPaused,
  NoticeReceived,
  OperatorsDispute,
  PassthroughNotices,
  PassthroughReport,
  Plan,
  PlanList,
  Readiness,
  Reconciliation,
  ReconciliationList,
  ReconciliationReport,
  Statement,
  StatementList,
  StatementUrl,
  Subscription,
  SubscriptionList,
  Term,
  TermList,
  ThreeDSecureRequest,
  ThreeDSecureRequestList,
  ThreeDSecureSettings,
  Token,
  Transfer,
  TransferList,
  VaultRotation,
  Webhook,
  WebhookList,
  WebhookRemoved,
  ...incidentObjects,
} as const satisfies Readonly<Record<string, z.ZodType>>;
export type ObjectName = keyof typeof objects;
