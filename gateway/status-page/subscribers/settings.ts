/** Numbers of the subscriptions, each with its default. */
import { z } from 'zod';

const ms = z.int().positive();

export const SubscriptionSettings = z.strictObject({
  /** Key of every confirmation and unsubscribe link, and of the secrets that sign calls. Changing it voids them. */
  linkKey: z.string().min(32),
  /** `Name <address>` that letters come from. */
  from: z
    .string()
    .max(200)
    .regex(/^[^\p{Cc}]+@[^\p{Cc}]+$/u),
  /**
   * Under way at once, and from when on one counts as slow. Of 10,000 subscribers with 500 dead ones the
   * dead cost the others 500 x quickMs / quickMax = 2.5 s, once.
   */
  quickMax: z.int().positive().default(50),
  slowMax: z.int().positive().default(1_000),
  quickMs: ms.default(250),
  timeoutMs: ms.default(10_000),
  gatherMs: ms.default(10_000),
  retryAfterMs: z.array(ms).max(10).default([30_000, 120_000, 600_000]),
  /** A question that is not confirmed within this time is forgotten. */
  confirmWithinMs: ms.default(86_400_000),
  flood: z
    .strictObject({
      perTarget: z.int().positive(),
      perClient: z.int().positive(),
      altogether: z.int().positive(),
      windowMs: ms,
    })
    .default({ perTarget: 2, perClient: 10, altogether: 1_000, windowMs: 3_600_000 }),
});
export type SubscriptionSettings = z.output<typeof SubscriptionSettings>;
