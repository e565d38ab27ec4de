/** Bodies and queries of the control API. Unknown keys are errors, so a misspelt one changes nothing. */
import { z } from 'zod';

export const CapacityChange = z
  .strictObject({
    workers: z.int().min(0).max(10_000).optional(),
    queueMax: z.int().min(0).max(1_000_000).optional(),
    /** Service times are multiplied by this from the next job on. */
    slowdown: z.number().positive().max(1_000).optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'names nothing to change');

export const TrafficChange = z.strictObject({
  ratePerSecond: z.number().min(0).max(100_000),
  /** How many addresses the traffic comes from. */
  sources: z.int().min(1).max(10_000_000).optional(),
});

export const CapChange = z.strictObject({
  ratePerSecond: z.number().min(0).max(100_000),
});

export const TenantName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-", at most 64');

const count = (max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().max(max));

export const LedgerQuery = z.strictObject({
  after: count(999_999_999).default(0),
  limit: count(10_000).pipe(z.int().min(1)).default(1_000),
});

export const TransactionsQuery = z.strictObject({
  /** Cursor from the last answer's `next`. */
  after: count(999_999_999).default(0),
  limit: count(10_000).pipe(z.int().min(1)).default(1_000),
  tenant: z.string().optional(),
  reference: z.string().optional(),
  state: z.enum(['checked', 'authorised', 'captured', 'voided', 'refunded', 'declined']).optional(),
});

/** The first thing wrong, as the control API says it. */
export const firstIssue = (error: z.ZodError): { path: string; reason: string } => {
  const issue = error.issues[0];
  const keys = issue?.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : [];
  return { path: [...(issue?.path ?? []), ...keys].join('.'), reason: issue?.message ?? 'is not valid' };
};
