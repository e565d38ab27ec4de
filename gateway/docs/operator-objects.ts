/** What operators get: webhooks and deliveries, reconciliation, merchants, holds, the policy, the vault; and how the gateway is. */
import { z } from 'zod';
import { text } from './shapes.ts';

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
