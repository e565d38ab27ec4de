/** What operators read of the 3-D Secure mandate, of disputes, and of card numbers that servers still pass. */
import { z } from 'zod';
import { day, text } from './shapes.ts';

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
