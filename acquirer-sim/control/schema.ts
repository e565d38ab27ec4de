/** Bodies, queries and answers of the control API. Unknown keys are errors, so a misspelt one changes nothing. */
import { z } from 'zod';
import { OperatorSettings } from '../config.ts';
import { Injection, InjectionId, TenantId } from '../injections/schema.ts';
import { rowKinds } from '../ledger/money.ts';

const ttlMs = z
  .number()
  .positive()
  .max(31_536_000_000)
  .optional()
  .describe('Ends by itself after this; without it, it stays');

export const CapacityChange = z
  .strictObject({
    workers: z.int().min(0).max(10_000).optional(),
    queueMax: z.int().min(0).max(1_000_000).optional(),
    slowdown: z.number().positive().max(1_000).optional().describe('Service times are multiplied by this'),
    ttlMs,
  })
  .refine(({ ttlMs: _, ...change }) => Object.keys(change).length > 0, 'names nothing to change');

export const TrafficChange = z.strictObject({
  ratePerSecond: z.number().min(0).max(100_000),
  sources: z.int().min(1).max(10_000_000).optional().describe('How many addresses the traffic comes from'),
  ttlMs,
});

export const CapChange = z.strictObject({ ratePerSecond: z.number().min(0).max(100_000), ttlMs });

export const OperatorChange = OperatorSettings.omit({ tenant: true });

export const tenantInPath = z.object({ tenant: TenantId });
/** Any text: a tenant that cannot be is one that is not known. */
export const knownTenant = z.object({ tenant: z.string() });
export const injectionInPath = z.object({ id: InjectionId });

const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().max(max));

/** Wall milliseconds in a query. */
const time = z
  .string()
  .regex(/^-?\d{1,16}$/, 'a time in milliseconds')
  .transform(Number);

const page = {
  after: count(999_999_999).default(0).describe("Cursor: the last answer's `next`"),
  limit: count(10_000).pipe(z.int().min(1)).default(1_000),
};
const window = {
  fromMs: time.optional().describe('Wall time, inclusive'),
  toMs: time.optional().describe('Wall time, inclusive'),
};
export const states = ['checked', 'authorised', 'captured', 'voided', 'refunded', 'declined'] as const;
const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex');

const books = {
  ...page,
  ...window,
  tenant: z.string().optional(),
  reference: z.string().optional().describe("The merchant's own"),
  card: Fingerprint.optional().describe('SHA-256 of the card number'),
  state: z.enum(states).optional(),
};

export const LedgerQuery = z.strictObject({
  ...books,
  kind: z.enum(rowKinds).optional(),
  transaction: z.string().optional().describe('A transaction id'),
});
export type LedgerQuery = z.infer<typeof LedgerQuery>;

export const TransactionsQuery = z.strictObject(books);
export type TransactionsQuery = z.infer<typeof TransactionsQuery>;

export const JournalQuery = z.strictObject({
  ...page,
  ...window,
  tenant: z.string().optional(),
  operation: z.string().optional(),
  reference: z.string().optional(),
  decidedBy: z.string().optional(),
  status: count(999).optional(),
  text: z.string().min(1).optional().describe('Anywhere in the fields or the answer'),
});

export const ActiveQuery = z.strictObject({ tenant: z.string().optional() });

const wallMs = z.number();

export const Load = z.object({
  acquirer: z.string(),
  atMs: wallMs,
  workers: z.int(),
  busy: z.int(),
  queued: z.int(),
  queueMax: z.int(),
  slowdown: z.number(),
  caps: z.record(z.string(), z.number()).describe('Requests a second, by tenant'),
  tenants: z.record(
    z.string(),
    z.object({ arrived: z.int(), served: z.int(), overflowed: z.int(), capped: z.int(), refused: z.int() }),
  ),
  traffic: z.record(z.string(), z.object({ ratePerSecond: z.number(), sources: z.int().nullable() })),
});

/** Said with what was set for a time. */
const injected = {
  injection: z.string().optional().describe('Its id in `/active`, when it has a time to live'),
  endsAtMs: wallMs.nullable().optional(),
};

export const CapacityView = z.looseObject({ workers: z.int(), queueMax: z.int(), slowdown: z.number(), ...injected });
export const TrafficView = z.object({
  tenant: z.string(),
  ratePerSecond: z.number(),
  sources: z.int().nullable(),
  ...injected,
});
export const CapView = z.object({ tenant: z.string(), ratePerSecond: z.number().nullable(), ...injected });

const next = z.int().nullable().describe('Cursor of the next page; null = this was the last');

export const LedgerPage = z.object({
  rows: z.array(
    z.object({
      seq: z.int(),
      atMs: wallMs,
      tenant: z.string(),
      transactionId: z.string(),
      reference: z.string(),
      card: z.string(),
      kind: z.enum(rowKinds),
      amountYen: z.int(),
      result: z.enum(['approved', 'declined']),
      code: z.string(),
      state: z.enum(states),
      serviceUs: z.int(),
      replied: z.boolean().nullable(),
    }),
  ),
  next,
});

export const TransactionsPage = z.object({
  rows: z.array(
    z.object({
      transactionId: z.string(),
      reference: z.string(),
      tenant: z.string(),
      card: z.string(),
      amountYen: z.int(),
      authorisedYen: z.int(),
      capturedYen: z.int(),
      refundedYen: z.int(),
      state: z.enum(states),
      atMs: wallMs,
    }),
  ),
  next,
});

export const ChangesView = z.object({
  calls: z.array(z.object({ atMs: wallMs, method: z.string(), path: z.string(), body: z.unknown() })),
});

export const InjectionView = z.object({
  id: z.string(),
  kind: z.string(),
  tenant: z.string().nullable(),
  active: z.boolean().describe('false: it has not begun yet'),
  beginsAtMs: wallMs,
  endsAtMs: wallMs.nullable().describe('null: it stays until it is taken away'),
  settings: Injection,
});

/** Injections and fault rules in one list. */
export const ActiveView = InjectionView.extend({ settings: z.looseObject({ kind: z.string() }) });

export const OperatorsView = z.object({
  tenants: z.record(
    z.string(),
    z.object({
      state: z.enum(['calm', 'watching', 'deciding', 'capped']),
      sinceMs: wallMs,
      ratePerSecond: z.number(),
      thresholdPerSecond: z.number(),
    }),
  ),
  history: z.array(z.looseObject({ atMs: wallMs, tenant: z.string(), what: z.string() })),
});

export const ClockView = z.object({
  wallMs,
  monotonicMs: z.number(),
  canAdvance: z.boolean().describe('Only a sandbox moves its clock'),
});

/** The first thing wrong, as the control API says it. */
export const firstIssue = (error: z.ZodError): { path: string; reason: string } => {
  const issue = error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
  return { path: [...(issue?.path ?? []), ...keys].join('.'), reason: issue?.message ?? 'is not valid' };
};
