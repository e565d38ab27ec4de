/**
 * Every number of the protections, in one validated shape.
 *
 * The gateway is built from a policy; the policy files of the scenarios
 * (`scenarios/policies/*.yaml`) are checked by this schema and nothing else. The money core
 * (intents, unknown, settling, ledger) has numbers here but no switch: it is never off
 * (design.md section 7).
 */
import { z } from 'zod';
import { Abuse } from './abuse.ts';
import { Detector, Incidents, OnCall } from './detection.ts';
import { Fraud } from './fraud.ts';
import { Limits } from './limits.ts';
import { Mandate } from './mandate.ts';
import { NonRetention } from './non-retention.ts';
import { Routing } from './routing.ts';
import { Upstream } from './upstream.ts';

const ms = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** Sequential evidence, probes and ramp of resilience-patterns section 5. */
export const Breaker = z.strictObject({
  enabled: z.boolean(),
  /** Failure probability when healthy and when broken; they fix the log-likelihood steps. */
  healthyFailureShare: share,
  brokenFailureShare: share,
  /** Evidence at which it opens. 17.5 is about 5 straight failures. */
  openAtEvidence: z.number().positive(),
  /** A call in flight longer than this counts as failed now. */
  slowMs: ms,
  probeEveryMs: ms,
  probeJitter: share,
  probeAfterGoodMs: ms,
  goodProbesToRamp: z.int().positive(),
  rampShares: z.array(share).min(1),
  rampStepMs: ms,
  /** Wait before the ramp after the k-th re-opening is this times 2^k, at most the cap. */
  rampWaitMs: ms,
  rampWaitCapMs: ms,
  /** A restriction (answers that refuse, not silence) is left alone this long before the first ramp. */
  restrictedHoldMs: ms,
  calmAfterMs: ms,
  /** `narrowest`: the pool that explains the failures. `acquirer`: all brands share one, as at Square on 2023-02-06. */
  pools: z.enum(['narrowest', 'acquirer']).default('narrowest'),
  /** `sequential` is ours; the others are what people install, to compare (`breaker/classic/`). */
  algorithm: z.enum(['sequential', 'opossum', 'cockatiel', 'google']).default('sequential'),
  /** Numbers of those others: one breaker an acquirer, over failures in a window; `k` is Google's. */
  classic: z
    .strictObject({
      windowMs: ms.min(1000),
      failureShare: share,
      minimumCalls: z.int().nonnegative(),
      resetMs: ms.positive(),
      k: z.number().min(1),
    })
    .optional(),
});

export const Settling = z.strictObject({
  /** Delays of the first inquiries after an unknown outcome, from the outcome on. */
  inquireAfterMs: z.array(ms).min(1),
  thenEveryMs: ms,
  /** "Not found" is believed after this many answers ... */
  notFoundAnswers: z.int().min(2),
  /** ... spread over at least this long (the acquirer's longest listing lag). */
  notFoundSpanMs: ms,
  /** After the first "not found", rising: when an authorisation whose charge failed for it is looked for again. */
  lateLooksMs: z.array(ms.positive()).max(10),
  /** What to do with an approval that the merchant was never told of. */
  unknownApproved: z.enum(['void', 'adopt']),
  /** Follow-up calls (voids, deferred captures and refunds) per second and acquirer. */
  followUpsPerSecond: z.number().positive(),
  retryBaseMs: ms,
  retryCapMs: ms,
});

export const Deferral = z.strictObject({
  /** Accept captures and refunds for an acquirer that is away and complete them later. */
  enabled: z.boolean(),
});

export const Policy = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]+$/),
    title: z.strictObject({ en: z.string(), ja: z.string() }),
    upstream: Upstream,
    routing: Routing,
    limits: Limits,
    breaker: Breaker,
    detector: Detector,
    incidents: Incidents,
    onCall: OnCall,
    abuse: Abuse,
    fraud: Fraud,
    settling: Settling,
    deferral: Deferral,
    mandate: Mandate,
    nonRetention: NonRetention,
  })
  .superRefine((policy, context) => {
    if (policy.breaker.healthyFailureShare >= policy.breaker.brokenFailureShare)
      context.addIssue({
        code: 'custom',
        path: ['breaker', 'brokenFailureShare'],
        message: 'must be greater than healthyFailureShare',
      });
    if (
      policy.routing.demotion.enabled &&
      policy.breaker.healthyFailureShare >= policy.routing.demotion.sickFailureShare
    )
      context.addIssue({
        code: 'custom',
        path: ['routing', 'demotion', 'sickFailureShare'],
        message: 'must be greater than breaker.healthyFailureShare',
      });
    if (policy.breaker.algorithm !== 'sequential' && policy.breaker.classic === undefined)
      context.addIssue({
        code: 'custom',
        path: ['breaker', 'classic'],
        message: `${policy.breaker.algorithm} needs its numbers`,
      });
    if (policy.breaker.algorithm !== 'sequential' && policy.breaker.pools === 'acquirer')
      context.addIssue({
        code: 'custom',
        path: ['breaker', 'pools'],
        message: `${policy.breaker.algorithm} has one breaker an acquirer anyway`,
      });
    if (policy.limits.surge.enabled && !policy.abuse.enabled)
      context.addIssue({
        code: 'custom',
        path: ['limits', 'surge', 'enabled'],
        message: 'needs abuse.enabled: whose answers are good is known there',
      });
    if (policy.routing.failover && policy.routing.order.length < 2)
      context.addIssue({
        code: 'custom',
        path: ['routing', 'failover'],
        message: 'needs a second acquirer in routing.order',
      });
    if (policy.upstream.concurrency.enabled && policy.upstream.concurrency.targetMs >= policy.breaker.slowMs)
      context.addIssue({
        code: 'custom',
        path: ['upstream', 'concurrency', 'targetMs'],
        message: 'must be below breaker.slowMs: what is taken for lost cannot be aimed at',
      });
    policy.routing.rules.forEach(({ order }, index) => {
      const stranger = order.findIndex((name) => !policy.routing.order.includes(name));
      if (stranger >= 0)
        context.addIssue({
          code: 'custom',
          path: ['routing', 'rules', index, 'order', stranger],
          message: `${order[stranger]} is not in routing.order`,
        });
    });
  });

export type Policy = z.infer<typeof Policy>;
