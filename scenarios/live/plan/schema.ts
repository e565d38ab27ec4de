/**
 * A plan: the traffic of one excerpt of a scenario as plain data, so that k6, which knows nothing of
 * this project, sends the very intents that the virtual stage's cast would begin.
 *
 * Times inside a plan are milliseconds since the excerpt's start; `excerpt.fromMs` says where that
 * is in the scenario. `load/plan.ts` reads this shape without importing it (k6 scripts import only
 * their own files); a test holds the two together.
 */
import { z } from 'zod';

const url = z.url({ protocol: /^https?$/ }).describe('Without a slash at the end.');
const ms = z.number();
const yen = z.int().nonnegative();

/** One payment's or registration's start, with all that chance decided about it. */
export const PlanArrival = z.strictObject({
  atMs: ms.nonnegative(),
  /** Merchant of the plan, by `merchants[].id`. */
  merchant: z.string(),
  /** As the cast numbers it: `41`. Names the operation, its idempotency keys and its follow-ups. */
  ordinal: z.string(),
  /** `card-test` makes a token with the card and, where `stored` is false and an amount is named, a charge. */
  operation: z.enum(['create', 'registration', 'card-test']),
  amountYen: yen,
  /** Sends an amount that is none: a bug in a loop. */
  wrongRequest: z.boolean().optional(),
  captureNow: z.boolean(),
  /** Create: on a stored card. Registration: a further card of an existing customer. */
  stored: z.boolean(),
  /** Index into the merchant's customers. */
  customer: z.int().nonnegative(),
  namesCard: z.boolean(),
  card: z.strictObject({ number: z.string(), cvc: z.string(), expYear: z.int() }),
  /** Longer than this and the buyer has left. */
  patienceMs: ms.positive(),
  capture: z.strictObject({ afterMs: ms, amountYen: yen }).nullable(),
  refund: z.strictObject({ afterMs: ms, amountYen: yen }).nullable(),
  /** Present: the card holder is authenticated first, and needs this long for a question. */
  threeDSecure: z.strictObject({ thinkMs: ms }).optional(),
});
export type PlanArrival = z.infer<typeof PlanArrival>;

/** A merchant as it enrolled before the excerpt. */
export const PlanMerchant = z.strictObject({
  id: z.string(),
  merchantId: z.string(),
  /** Its group in the cast (`big`), or its own name for an abuser. Tag of everything it sends. */
  class: z.string(),
  innocent: z.boolean(),
  secretKey: z.string(),
  publicKey: z.string(),
  maxRetry: z.int().nonnegative(),
  customers: z.array(z.strictObject({ id: z.string(), cardId: z.string() })),
});
export type PlanMerchant = z.infer<typeof PlanMerchant>;

/** Bounds that k6 judges by its thresholds. Absent: not judged. Durations in ms since the cause. */
export const PlanThresholds = z.strictObject({
  innocent_success: z.number().min(0).max(1).optional(),
  failover_ms: ms.optional(),
  first_notice_ms: ms.optional(),
  last_notice_ms: ms.optional(),
  false_resolved: z.literal(0).optional(),
  double_capture: z.literal(0).optional(),
});

export const Plan = z.strictObject({
  version: z.literal(1),
  scenario: z.string(),
  policy: z.string(),
  seed: z.int().nonnegative(),
  /** Wall time (ms since the epoch) of the excerpt's start; null: as soon as k6 is ready. */
  startAtMs: z.int().nullable(),
  durationMs: ms.positive(),
  excerpt: z.strictObject({ fromMs: ms, toMs: ms }),
  /** Of the gateway: several instances take turns, merchant by merchant. */
  baseUrl: url,
  baseUrls: z.array(url).min(1).optional(),
  statusUrl: url.nullable(),
  /** Answers `{"notices": [{"merchant", "type", "atMs"}]}`, `atMs` being wall time. */
  receiversUrl: url.nullable(),
  /** Control APIs of the simulated acquirers (`/sim/v1`), where double captures are looked for. */
  simulators: z.array(z.strictObject({ id: z.string(), url, token: z.string().optional() })),
  sdk: z.strictObject({ baseMs: ms, capMs: ms, timeoutMs: ms }),
  causes: z.array(
    z.strictObject({ id: z.string(), atMs: ms, untilMs: ms.nullable(), acquirer: z.string().nullable() }),
  ),
  thresholds: PlanThresholds,
  merchants: z.array(PlanMerchant),
  scenarios: z.array(
    z.strictObject({
      /** k6 scenario's name: letters, digits, `_`. */
      name: z.string().regex(/^[A-Za-z0-9_]+$/),
      class: z.string(),
      innocent: z.boolean(),
      /** In order of time. */
      arrivals: z.array(PlanArrival).min(1),
    }),
  ),
});
export type Plan = z.infer<typeof Plan>;
