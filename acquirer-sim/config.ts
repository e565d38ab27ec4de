/**
 * What one acquirer is: its wire dialect, its capacity, who its tenants are, how its operators act.
 *
 * Every number of the simulation is here, so that a scenario can say what it assumes. Unknown keys
 * are errors: a misspelt bound that silently falls back to a default would change a day's outcome.
 */
import { z } from 'zod';
import { crossFaults } from './config-cross-checks.ts';
import { FaultRules } from './faults/rule.ts';
import { ConfiguredInjection, TenantId } from './injections/schema.ts';

/** Lognormal service time: `mean` in milliseconds, `sigma` of the logarithm (0 = constant). */
export const ServiceTime = z.strictObject({
  mean: z.number().positive().max(600_000).default(250),
  sigma: z.number().min(0).max(3).default(0.6),
});
export type ServiceTime = z.infer<typeof ServiceTime>;

const Capacity = z.strictObject({
  /** Jobs served at the same time. 0 = nothing is served, the queue fills. */
  workers: z.int().min(0).max(10_000),
  /** Jobs that may wait; the next one is turned away at the front. */
  queueMax: z.int().min(0).max(1_000_000),
  serviceMs: z
    .strictObject({
      check: ServiceTime.prefault({}),
      authorise: ServiceTime.prefault({}),
      capture: ServiceTime.prefault({}),
      change: ServiceTime.prefault({}),
      void: ServiceTime.prefault({}),
      search: ServiceTime.prefault({}),
    })
    .prefault({}),
  /** Service times are multiplied by this. */
  slowdown: z.number().positive().max(1_000).default(1),
  /** The transaction listing has workers and a queue of its own (escott-protocol.md section 10). */
  listingWorkers: z.int().min(0).max(1_000).default(2),
  listingQueueMax: z.int().min(0).max(100_000).default(50),
  /** A row appears in the listing after a delay drawn between 0 and this. */
  listingLagMaxMs: z.number().min(0).max(86_400_000).default(60_000),
  listingPageRows: z.int().min(1).max(10_000).default(500),
});

const notices = {
  /** Full URL that the operators' notices are posted to; none = this tenant is never told. */
  noticeUrl: z.url().optional(),
  /** Full URL that chargebacks are posted to; none = this tenant is never told of one. */
  disputeUrl: z.url().optional(),
  /** Sent as `Authorization: Bearer` with both. */
  noticeToken: z.string().min(1).optional(),
};

/** Limits of the fields: escott-protocol.md section 3. */
const EscottTenant = z.strictObject({
  id: TenantId,
  merchantId: z.string().regex(/^[0-9A-Za-z]{1,20}$/),
  merchantPass: z.string().regex(/^[0-9A-Za-z]{1,20}$/),
  /** The shop code (TenantId on the wire); when set, card operations must carry it. */
  tenantId: z
    .string()
    .regex(/^[0-9A-Za-z]{1,10}$/)
    .optional(),
  /** Whether the contract includes members (`4Mem*`): K68 without. */
  members: z.boolean().default(true),
  /** Whether it includes tokens: KHZ without. */
  tokens: z.boolean().default(true),
  /** k_TokenNinsyoCode, what a checkout page names; made from the merchant id unless it is set. */
  tokenCode: z
    .string()
    .regex(/^[0-9A-Za-z]{32}$/)
    .optional(),
  /** Key and IV of EncryptValue (section 6); made from the merchant id unless they are set. */
  encryptKey: z
    .string()
    .regex(/^[!-~]{16}$/)
    .optional(),
  encryptIv: z
    .string()
    .regex(/^[!-~]{16}$/)
    .optional(),
  ...notices,
});
export type EscottTenant = z.infer<typeof EscottTenant>;

/** Where a GMO-PG shop keeps its members. Shops that name the same site share them. */
const GmoPgSite = z.strictObject({
  siteId: z.string().regex(/^[0-9A-Za-z]{1,13}$/),
  sitePass: z.string().regex(/^[0-9A-Za-z]{1,20}$/),
  /** Digits of a stored card's number that are shown. */
  maskLastDigits: z.union([z.literal(3), z.literal(4)]).default(4),
  /** Cards a member may have at a time. */
  cardsMax: z.int().min(1).max(1_000).default(5),
});
export type GmoPgSite = z.infer<typeof GmoPgSite>;

/** Limits of the fields: gmo-pg-protocol.md section 3. */
const GmoPgTenant = z.strictObject({
  id: TenantId,
  shopId: z.string().regex(/^[0-9A-Za-z]{1,13}$/),
  shopPass: z.string().regex(/^[0-9A-Za-z]{1,10}$/),
  site: GmoPgSite.optional(),
  /** Full URL that results of trades are posted to (section 10); none = nothing is sent. */
  resultUrl: z.url().optional(),
  /** Whether the shop may send card numbers, or tokens and stored cards only. */
  acceptsCardNumbers: z.boolean().default(true),
  ...notices,
});
export type GmoPgTenant = z.infer<typeof GmoPgTenant>;

/** Other merchants of the acquirer: Poisson arrivals that take capacity and are never answered. */
const BackgroundTenant = z.strictObject({
  id: TenantId,
  ratePerSecond: z.number().min(0).max(100_000),
  /** How many addresses it comes from, in turn. */
  sources: z.int().min(1).max(10_000_000).optional(),
});

/** How the operators treat one tenant whose volume they watch. */
export const OperatorSettings = z.strictObject({
  tenant: TenantId,
  enabled: z.boolean().default(true),
  /** The rate is the mean over this window. Whole seconds. */
  watchWindowMs: z.int().min(1_000).max(3_600_000).multipleOf(1_000).default(60_000),
  thresholdPerSecond: z.number().positive(),
  /** The rate stays at or above the threshold for this long before they decide. */
  decideAfterMs: z.number().min(0),
  /** From the decision to the cap. The cap comes even if the tenant calmed down meanwhile. */
  reactAfterMs: z.number().min(0),
  /** What the capped tenant may still send, all its requests together. null: they cap nobody. */
  capPerSecond: z.number().min(0).nullable(),
  /** So many of the addresses that the tenant's traffic comes from are blocked as well. */
  blocksAddresses: z.int().min(0).max(10_000_000).default(0),
  /** Whether they warn the tenant when they decide, before they act. */
  warns: z.boolean().default(false),
  /** The offered rate (refused requests included) stays below this ... */
  liftBelowPerSecond: z.number().min(0),
  /** ... for this long before the cap is lifted. */
  liftAfterMs: z.number().min(0),
  /** From a cap, or a lift, to telling the tenant. */
  noticeAfterMs: z.number().min(0),
});
export type OperatorSettings = z.infer<typeof OperatorSettings>;

const common = {
  /** Names this acquirer in logs, notices and the control API. */
  id: TenantId,
  capacity: Capacity,
  background: z.array(BackgroundTenant).default([]),
  operators: z.array(OperatorSettings).default([]),
  /** Maintenance windows, recoveries, limits ... in force from the start, or `afterMs` later. */
  injections: z.array(ConfiguredInjection).default([]),
  /** Rules for what capacity does not explain, in force from the start. */
  faults: FaultRules.default([]),
  /** The journal of requests: bounded by both. 0 entries = none is kept. */
  journal: z
    .strictObject({
      entriesMax: z.int().min(0).max(1_000_000).default(10_000),
      bytesMax: z.int().min(0).max(1_073_741_824).default(16_777_216),
    })
    .prefault({}),
  /** When set, `/sim/v1/*` wants `Authorization: Bearer`. */
  controlToken: z.string().min(1).optional(),
};

const EscottAcquirer = z.strictObject({
  dialect: z.literal('escott'),
  ...common,
  tenants: z.array(EscottTenant).default([]),
  /** How long a card token lives, milliseconds. */
  tokenLifeMs: z.number().positive().default(1_800_000),
});

const GmoPgAcquirer = z.strictObject({
  dialect: z.literal('gmo-pg'),
  ...common,
  tenants: z.array(GmoPgTenant).default([]),
  /** How long an authorisation may be captured, and a trade cancelled or changed (section 6). */
  validity: z
    .strictObject({
      captureDays: z.number().positive().default(90),
      cancelDays: z.number().positive().default(180),
    })
    .prefault({}),
  /** Whether VOID, RETURN and RETURNX must fit the date of the trade. Not known of the real host. */
  strictCancelDates: z.boolean().default(false),
  /** How long a card token lives, milliseconds. */
  tokenLifeMs: z.number().positive().default(1_800_000),
  /** How results are sent to shops (section 10). */
  results: z
    .strictObject({
      timeoutMs: z.number().positive().max(600_000).default(15_000),
      retryAfterMs: z.number().positive().default(3_600_000),
      retriesMax: z.int().min(0).max(100).default(5),
    })
    .prefault({}),
});

/** One acquirer. Parse errors carry the path of the wrong value. */
export const AcquirerConfig = z
  .discriminatedUnion('dialect', [EscottAcquirer, GmoPgAcquirer])
  .superRefine((config, context) => {
    for (const { path, message } of crossFaults(config)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
/** Parsed: every default filled in. */
export type AcquirerConfig = z.infer<typeof AcquirerConfig>;
/** As written by a person: what has a default may be missing. */
export type AcquirerConfigInput = z.input<typeof AcquirerConfig>;
export type EscottConfig = Extract<AcquirerConfig, { dialect: 'escott' }>;
export type GmoPgConfig = Extract<AcquirerConfig, { dialect: 'gmo-pg' }>;
export type CapacityConfig = AcquirerConfig['capacity'];
