/**
 * The shapes that waiting times and sizes take. Each takes its numbers from the stream it is
 * given and keeps nothing; durations come out in the unit they went in.
 */

/** What a distribution needs of a stream. */
export interface Uniform {
  /** Uniform in [0, 1). */
  float(): number;
}

/** Exponential with the given mean. */
export const exponential = (random: Uniform, mean: number): number => -mean * Math.log(1 - random.float());

/** Waiting time until the next event of a Poisson process, in milliseconds. Infinite at rate 0. */
export const poissonGapMs = (random: Uniform, ratePerSecond: number): number =>
  ratePerSecond > 0 ? exponential(random, 1000 / ratePerSecond) : Number.POSITIVE_INFINITY;

/** Two independent standard normal numbers (Box-Muller), for the price of two draws. */
export const normalPair = (random: Uniform): readonly [number, number] => {
  const radius = Math.sqrt(-2 * Math.log(1 - random.float()));
  const angle = 2 * Math.PI * random.float();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
};

/**
 * Lognormal whose median is `median`; `sigma` is the standard deviation of its logarithm. Both floats are always drawn,
 * so that a changed sigma shifts no later draw.
 */
export const lognormalByMedian = (random: Uniform, median: number, sigma: number): number => {
  const radius = Math.sqrt(-2 * Math.log(1 - random.float()));
  return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random.float()));
};
