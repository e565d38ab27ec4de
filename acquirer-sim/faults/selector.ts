/** Which requests a rule is about, and when: pure. */
import { z } from 'zod';
import { type Operation, operations, type Subject } from './subject.ts';

/** `*` stands for any run of characters. No other sign is special, so no pattern is slow. */
const Pattern = z.string().min(1).max(100);

/** Everything named must hold; of a list, one. What is left out does not matter. */
export const Selector = z
  .strictObject({
    tenants: z.array(z.string().min(1).max(64)).min(1).optional(),
    /** Patterns of the merchant's reference: MerchantFree1, OrderID. */
    references: z.array(Pattern).min(1).optional(),
    operations: z.array(z.enum(operations)).min(1).optional(),
    /** The dialect's own names: `1Auth`, `ExecTran`. */
    apis: z.array(z.string().min(1).max(40)).min(1).optional(),
    brands: z
      .array(z.enum(['visa', 'mastercard', 'jcb', 'amex', 'diners', 'discover']))
      .min(1)
      .optional(),
    /** First digits of the number, of requests that carry one. */
    bins: z
      .array(z.string().regex(/^\d{1,8}$/, 'one to eight digits'))
      .min(1)
      .optional(),
    amountYen: z
      .strictObject({ min: z.int().min(0).default(0), max: z.int().min(0).default(Number.MAX_SAFE_INTEGER) })
      .refine(({ min, max }) => min <= max, { path: ['max'], message: 'is below min' })
      .optional(),
    /** Hours of the day in Japan: from the first (0-23) until before the second (1-24). */
    hours: z
      .strictObject({ from: z.int().min(0).max(23), to: z.int().min(1).max(24) })
      .refine(({ from, to }) => from < to, { path: ['to'], message: 'is not after from' })
      .optional(),
    /** Only while at least so many jobs wait: what goes wrong under load alone. */
    queuedAtLeast: z.int().min(0).optional(),
  })
  .meta({ id: 'FaultSelector' });
export type Selector = z.infer<typeof Selector>;

/** Milliseconds since the rule was set. Without `forMs` it lasts as long as the rule does. */
export const When = z
  .strictObject({
    afterMs: z.number().min(0).max(2_592_000_000).default(0),
    forMs: z.number().positive().max(2_592_000_000).optional(),
    /** On, then off, and again. */
    flapping: z.strictObject({ onMs: z.number().positive(), offMs: z.number().positive() }).optional(),
  })
  .meta({ id: 'FaultWhen' });
export type When = z.infer<typeof When>;

/** How the share moves while the rule is on: a factor from 0 to 1 on it. */
export const Intensity = z
  .discriminatedUnion('shape', [
    z.strictObject({ shape: z.literal('constant'), level: z.number().min(0).max(1).default(1) }),
    /** In a straight line, then as it ended. */
    z.strictObject({
      shape: z.literal('ramp'),
      from: z.number().min(0).max(1).default(0),
      to: z.number().min(0).max(1).default(1),
      overMs: z.number().positive(),
    }),
    /** Up and down as a sine, lowest at its beginning. */
    z.strictObject({
      shape: z.literal('wave'),
      low: z.number().min(0).max(1).default(0),
      high: z.number().min(0).max(1).default(1),
      periodMs: z.number().positive(),
    }),
  ])
  .meta({ id: 'FaultIntensity' });
export type Intensity = z.infer<typeof Intensity>;

/** A pattern as a test: each part is looked for once, behind the one before. */
const testOf = (pattern: string): ((text: string) => boolean) => {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(head)) return false;
    let at = head.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return text.length - tail.length >= at && text.endsWith(tail);
  };
};

/** What the moment adds to what a request is. */
export interface Moment {
  /** Wall time. */
  readonly atMs: number;
  readonly queued: number;
}

/** Made once per rule. `only`: operations beyond which the kind means nothing. */
export const matcherOf = (
  selector: Selector,
  only: readonly Operation[] | undefined,
): ((subject: Subject, moment: Moment) => boolean) => {
  const references = selector.references?.map(testOf);
  const { tenants, apis, brands, bins, amountYen, hours, queuedAtLeast } = selector;
  return (subject, moment) => {
    if (only !== undefined && !only.includes(subject.operation)) return false;
    if (selector.operations !== undefined && !selector.operations.includes(subject.operation)) return false;
    if (apis !== undefined && !apis.includes(subject.api)) return false;
    if (tenants !== undefined && !tenants.includes(subject.tenant)) return false;
    if (references !== undefined && !references.some((test) => test(subject.reference))) return false;
    if (brands !== undefined && (subject.brand === null || !brands.includes(subject.brand))) return false;
    const { bin } = subject;
    if (bins !== undefined && (bin === null || !bins.some((one) => bin.startsWith(one)))) return false;
    if (amountYen !== undefined) {
      if (subject.amountYen === null) return false;
      if (subject.amountYen < amountYen.min || subject.amountYen > amountYen.max) return false;
    }
    if (queuedAtLeast !== undefined && moment.queued < queuedAtLeast) return false;
    if (hours === undefined) return true;
    const hour = Math.floor((((moment.atMs + 9 * 3_600_000) % 86_400_000) + 86_400_000) / 3_600_000) % 24;
    return hour >= hours.from && hour < hours.to;
  };
};

/** Whether a rule acts, `sinceMs` after it was set. */
export const isOn = ({ afterMs, forMs, flapping }: When, sinceMs: number): boolean => {
  const onMs = sinceMs - afterMs;
  if (onMs < 0 || (forMs !== undefined && onMs >= forMs)) return false;
  return flapping === undefined || onMs % (flapping.onMs + flapping.offMs) < flapping.onMs;
};

/** The factor on the share, `sinceMs` after the rule began to act. */
export const levelAt = (intensity: Intensity, sinceMs: number): number => {
  switch (intensity.shape) {
    case 'constant':
      return intensity.level;
    case 'ramp':
      return intensity.from + (intensity.to - intensity.from) * Math.min(1, sinceMs / intensity.overMs);
    case 'wave': {
      const height = (1 - Math.cos((2 * Math.PI * sinceMs) / intensity.periodMs)) / 2;
      return intensity.low + (intensity.high - intensity.low) * height;
    }
  }
};
