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

export const Routing = z
  .strictObject({
    /** Acquirer ids in order of preference, for whatever no rule is about. */
    order,
    failover: z.boolean(),
    rules: z.array(RoutingRule).default([]),
  })
  .refine(({ order: names }) => new Set(names).size === names.length, {
    path: ['order'],
    message: 'names an acquirer twice',
  });
