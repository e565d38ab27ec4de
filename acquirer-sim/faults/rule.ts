/** A fault rule as people write it: one schema for the control API, the config file and scenarios. */
import { z } from 'zod';
import type { FaultKind } from './kind.ts';
import { type KindName, kinds } from './kinds/index.ts';
import { Intensity, Selector, When } from './selector.ts';

/** The longest that a rule set by the control API may live, and the longest of all. */
export const TTL_MS_MAX = 86_400_000;

export const RuleId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-", at most 64');

/**
 * Which requests share one draw. `burstMs`: they share it for that long, then there is another, so
 * that faults come in bursts.
 */
const Together = z
  .strictObject({
    by: z.enum(['request', 'card', 'reference', 'tenant', 'brand', 'bin', 'all']).default('request'),
    burstMs: z.number().positive().max(86_400_000).optional(),
  })
  .refine(({ by, burstMs }) => by !== 'request' || burstMs === undefined, {
    path: ['burstMs'],
    message: 'wants requests that share a draw: set "by" as well',
  })
  .meta({ id: 'FaultTogether' });
export type Together = z.infer<typeof Together>;

const ttlMs = z.number().positive().max(TTL_MS_MAX);

/** Checked, every default filled in. `parameters` are those of its kind. */
export interface FaultRule {
  readonly id?: string | undefined;
  readonly kind: KindName;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly select: Selector;
  /** Part of the traffic that matches. */
  readonly share: number;
  readonly intensity: Intensity;
  readonly together: Together;
  readonly when: When;
  /** The rule ends by itself this long after it was set. */
  readonly ttlMs?: number | undefined;
}

/** As written: what has a default may be missing. */
export interface FaultRuleInput {
  readonly id?: string | undefined;
  readonly kind: KindName;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly select?: z.input<typeof Selector> | undefined;
  readonly share?: number | undefined;
  readonly intensity?: z.input<typeof Intensity> | undefined;
  readonly together?: z.input<typeof Together> | undefined;
  readonly when?: z.input<typeof When> | undefined;
  readonly ttlMs?: number | undefined;
}

/** A kind by the name in a rule. Its functions take what its own schema admitted. */
export const kindNamed = (name: KindName): FaultKind => kinds[name] as unknown as FaultKind;

const ruleOf = (name: KindName, ttl: z.ZodType) => {
  const { parameters, needs } = kindNamed(name);
  return z
    .strictObject({
      id: RuleId.optional(),
      kind: z.literal(name),
      parameters: (parameters as z.ZodObject).prefault({}),
      select: Selector.prefault({}),
      share: z.number().min(0).max(1).default(1),
      intensity: Intensity.prefault({ shape: 'constant' }),
      together: Together.prefault({}),
      when: When.prefault({}),
      ttlMs: ttl,
    })
    .refine(({ select }) => needs === undefined || select[needs] !== undefined, {
      path: ['select', 'brands'],
      message: 'is wanted by this kind: name the brands',
    });
};

const union = (ttl: z.ZodType): z.ZodType<FaultRule, FaultRuleInput> => {
  const [first, ...others] = (Object.keys(kinds) as KindName[]).map((name) => ruleOf(name, ttl));
  if (first === undefined) throw new Error('there is no kind of fault');
  return z.discriminatedUnion('kind', [first, ...others], {
    error: (issue) =>
      issue.code === 'invalid_union' ? 'is not a kind of fault: GET /sim/v1/fault-kinds lists them' : undefined,
  }) as unknown as z.ZodType<FaultRule, FaultRuleInput>;
};

/** For files: a rule may stand for as long as the program runs. */
export const FaultRule = union(ttlMs.optional()).meta({ id: 'FaultRule' });

/** For the control API: every rule ends by itself, so a forgotten one does no harm. */
export const ControlRule = union(ttlMs);

/** A list of rules for a config file: no id twice. */
export const FaultRules = z.array(FaultRule).superRefine((rules, context) => {
  const ids = rules.map(({ id }) => id);
  for (const [index, id] of ids.entries())
    if (id !== undefined && ids.indexOf(id) < index)
      context.addIssue({ code: 'custom', path: [index, 'id'], message: 'is used twice' });
});
