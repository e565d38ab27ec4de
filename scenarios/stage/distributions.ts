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

/** Lognormal whose median is `median`; `sigma` is the standard deviation of its logarithm. */
export const lognormalByMedian = (random: Uniform, median: number, sigma: number): number =>
  median * Math.exp(sigma * normalPair(random)[0]);

/** Lognormal whose mean is `mean`; `sigma` is the standard deviation of its logarithm. */
export const lognormalByMean = (random: Uniform, mean: number, sigma: number): number =>
  lognormalByMedian(random, mean * Math.exp((-sigma * sigma) / 2), sigma);

/** One of `items`, each as likely as its weight. Throws when no weight is positive. */
export const weightedPick = <T>(random: Uniform, items: readonly (readonly [item: T, weight: number])[]): T => {
  let total = 0;
  for (const [, weight] of items) total += Math.max(0, weight);
  let left = random.float() * total;
  for (const [item, weight] of items) {
    if (weight <= 0) continue;
    left -= weight;
    if (left < 0) return item;
  }
  // Rounding can leave a hair: it belongs to the last item that can be picked at all.
  const last = items.findLast(([, weight]) => weight > 0);
  if (last === undefined) throw new RangeError('nothing to pick from: every weight is zero');
  return last[0];
};
