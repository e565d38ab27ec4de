/** Where payments go: numbers and names of routing (resilience-patterns section 5, failover). */
import { z } from 'zod';

const order = z.array(z.string().min(1)).min(1);

/** Whose payments go where; the first rule that fits decides. */
export const RoutingRule = z
  .strictObject({
    /** Merchant ids; `big-*` stands for all that begin so. Absent: everybody. */
    merchants: z.array(z.string().min(1)).min(1).optional(),
    /** Absent: every brand. */
    brands: z.array(z.string().min(1)).min(1).optional(),
    order,
    /** How payments are divided over `order` while all of it works; absent: all to the first. */
    weights: z.array(z.number().nonnegative()).min(1).optional(),
  })
  .superRefine(({ order: names, weights }, context) => {
    if (new Set(names).size < names.length)
      context.addIssue({ code: 'custom', path: ['order'], message: 'names an acquirer twice' });
    if (weights === undefined) return;
    if (weights.length !== names.length)
      context.addIssue({ code: 'custom', path: ['weights'], message: 'must have as many entries as order' });
    if (weights.every((weight) => weight === 0))
      context.addIssue({ code: 'custom', path: ['weights'], message: 'must not all be 0' });
  });
export type RoutingRule = z.infer<typeof RoutingRule>;

/**
 * An acquirer that fails a little goes to the end of the order while another one can take its payments. Weighed
 * against `breaker.healthyFailureShare`; without the breaker's counting (`breaker.enabled`) nothing is weighed.
 */
export const Demotion = z.strictObject({
  enabled: z.boolean(),
  /** The failure share that is looked for; below about half of it nothing is found. */
  sickFailureShare: z.number().gt(0).max(1),
  /** Evidence at which it is sick. 14 is about 100 calls at a tenth, 20 at a third. */
  atEvidence: z.number().positive(),
  probeEveryMs: z.int().positive(),
  /** In a row, before a part of the payments goes there again; 45 happen once in 110 times at a tenth. */
  goodProbes: z.int().positive(),
});

/** A card that moved because its acquirer was refused stays where it is for a while. Means nothing without `failover`. */
export const Stickiness = z.strictObject({
  enabled: z.boolean(),
  /** Stays as long as the acquirer had been away, and so long at most. */
  stayMs: z.int().positive(),
  /** Cards remembered at once; those that moved longest ago are forgotten first. */
  cardsMax: z.int().positive(),
});

export const Routing = z
  .strictObject({
    /** Acquirer ids in order of preference, for whatever no rule is about. */
    order,
    failover: z.boolean(),
    rules: z.array(RoutingRule).default([]),
    demotion: Demotion,
    stickiness: Stickiness,
  })
  .refine(({ order: names }) => new Set(names).size === names.length, {
    path: ['order'],
    message: 'names an acquirer twice',
  });
