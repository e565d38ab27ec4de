/** Quantities that are drawn: delays, positions, paces. A plain number is that number every time. */
import { z } from 'zod';
import type { Random } from '../ports.ts';

/** @param max Bound of every draw: a tail without one would hold a run for ever. */
export const quantity = (max: number) => {
  const value = z.number().min(0).max(max);
  return z.union([
    value,
    z.strictObject({ shape: z.literal('uniform'), min: value, max: value }).refine(({ min, max }) => min <= max, {
      path: ['max'],
      message: 'is below min',
    }),
    /** By its median; `sigma` of the logarithm. */
    z.strictObject({ shape: z.literal('lognormal'), median: value, sigma: z.number().min(0).max(3) }),
    z.strictObject({ shape: z.literal('exponential'), mean: value }),
    /** Pareto's tail: most are near `min`, a few are far from it. */
    z.strictObject({ shape: z.literal('pareto'), min: value, alpha: z.number().min(0.5).max(10) }),
  ]);
};

/** Milliseconds, at most a day. */
export const DelayMs = quantity(86_400_000).meta({ id: 'FaultDelayMs' });
export type Quantity = z.infer<typeof DelayMs>;

/** One draw. Always takes two numbers of the stream, so that what follows stays in step. */
export const draw = (random: Random, of: Quantity, max = 86_400_000): number => {
  const [first, second] = [random.float(), random.float()];
  if (typeof of === 'number') return of;
  switch (of.shape) {
    case 'uniform':
      return of.min + first * (of.max - of.min);
    case 'lognormal': {
      const normal = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
      return Math.min(max, of.median * Math.exp(of.sigma * normal));
    }
    case 'exponential':
      return Math.min(max, -Math.log(1 - first) * of.mean);
    case 'pareto':
      return Math.min(max, of.min * (1 - first) ** (-1 / of.alpha));
  }
};
