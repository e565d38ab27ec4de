/**
 * Numbers of the way to the acquirers: timeouts, deadlines, how much is in flight at once, who waits
 * for it, what may be tried again, and where payments go (resilience-patterns sections 2, 3, 6, 7, 8).
 */
import { z } from 'zod';

const ms = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Time of a whole request, from the merchant's call to our answer (section 7). */
export const Deadline = z.strictObject({
  enabled: z.boolean(),
  /** Unless the merchant says less in `Breakwater-Deadline-Ms`. */
  defaultMs: z.int().positive(),
  /** Kept back for what comes after the acquirer's answer: booking it and telling it. */
  reserveMs: ms,
});

/** Calls in flight per acquirer and operation, found by their own latency (section 3). */
export const Concurrency = z
  .strictObject({
    enabled: z.boolean(),
    /** `gradient2`: Netflix's, by latency. `aimd`: one more per good call, a tenth less per timeout. */
    algorithm: z.enum(['gradient2', 'aimd']),
    initial: z.int().positive(),
    min: z.int().positive(),
    max: z.int().positive(),
    /** Latency that is never taken for usual: well below `breaker.slowMs`. */
    targetMs: z.int().positive(),
    /** Part of a brand in the slots of one operation: a brand that hangs leaves the rest to the others. */
    brandShare: share,
    /** In flight at one acquirer, all operations together. */
    slotsMax: z.int().positive(),
    /** Inquiries in flight at one acquirer: a pool of their own. */
    inquiriesMax: z.int().positive(),
  })
  .refine(({ min, initial, max }) => min <= initial && initial <= max, {
    path: ['initial'],
    message: 'must lie between min and max',
  })
  .refine(({ min, slotsMax }) => min <= slotsMax, { path: ['slotsMax'], message: 'must not be below min' });

/** Who waits for a slot, and in which order (section 2). */
export const FairShare = z.strictObject({
  /** Off: whoever finds no slot is refused. */
  enabled: z.boolean(),
  queuePerMerchant: z.int().positive(),
  /** Waiting at most, as a multiple of the operation's limit. */
  queuePerLimit: z.number().positive(),
  waitMs: ms,
  /** ... and at most this part of the time that the request has left. */
  waitShareOfDeadline: share,
  /** Of the slots in use, how many one merchant may hold while others wait; never fewer than `merchantSlotsMin`. */
  merchantShare: share,
  merchantSlotsMin: z.int().positive(),
  /** Kept free of new payments for captures, refunds and reversals. */
  criticalReserve: share,
  /** A merchant that is found abusive counts for this much; everybody else for 1. */
  abuserWeight: z.number().positive().max(1),
  /** A new payment that would wait goes to another acquirer that has a slot free at once. */
  spill: z.boolean(),
});

/** What may be sent again, per acquirer (section 6, gRPC A6). */
export const RetryBudget = z
  .strictObject({
    enabled: z.boolean(),
    tokensMax: z.number().positive(),
    perSuccess: z.number().nonnegative(),
    /** Retries only while more tokens than this are left. */
    retryAbove: z.number().nonnegative(),
    /** Retries in ten seconds, as a part of the first tries in them, above the floor. */
    shareOfFirstTries: share,
    floorPerSecond: z.number().nonnegative(),
  })
  .refine(({ retryAbove, tokensMax }) => retryAbove < tokensMax, {
    path: ['retryAbove'],
    message: 'must be below tokensMax',
  });

export const Upstream = z.strictObject({
  connectTimeoutMs: ms,
  timeoutMs: z.strictObject({ check: ms, authorise: ms, capture: ms, refund: ms, void: ms, inquiry: ms }),
  deadline: Deadline,
  concurrency: Concurrency,
  fairShare: FairShare,
  retryBudget: RetryBudget,
});
