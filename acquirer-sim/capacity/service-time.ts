/** Draws: how long a job takes, and when the next one of a Poisson stream comes. */
import type { Random } from '../ports.ts';

export interface Lognormal {
  /** Mean, milliseconds. */
  readonly mean: number;
  /** Standard deviation of the logarithm; 0 gives the mean every time. */
  readonly sigma: number;
}

/** One service time in milliseconds. Always takes two draws, so that streams stay in step. */
export const drawServiceMs = (random: Random, { mean, sigma }: Lognormal): number => {
  // Box-Muller. 1 - u keeps the logarithm away from 0.
  const radius = Math.sqrt(-2 * Math.log(1 - random.float()));
  const normal = radius * Math.cos(2 * Math.PI * random.float());
  // exp(mu + sigma²/2) is the mean of a lognormal, so mu = ln(mean) - sigma²/2.
  return mean * Math.exp(sigma * normal - (sigma * sigma) / 2);
};

/** A gap of the unit Poisson process; divide by the rate. One draw. */
export const drawUnitGap = (random: Random): number => -Math.log(1 - random.float());
