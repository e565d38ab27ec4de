import { describe, expect, it } from 'vitest';
import { drawServiceMs, drawUnitGap } from '../../../acquirer-sim/capacity/service-time.ts';
import { createStation } from '../../../acquirer-sim/capacity/station.ts';
import type { Random } from '../../../acquirer-sim/ports.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { createManualClock } from '../manual-clock.ts';

interface Measured {
  readonly meanWaitMs: number;
  readonly servedShare: number;
}

const WORKERS = 10;
const SERVICE_MS = 250;

/** Poisson arrivals at `load` times the capacity of ten workers of 250 ms each. */
const measure = (load: number, jobs: number, queueMax: number, drawService: (random: Random) => number): Measured => {
  const clock = createManualClock();
  const random = createLiveRandom(12);
  const station = createStation(clock, { workers: WORKERS, queueMax, slowdown: 1 });
  const gapMs = SERVICE_MS / (WORKERS * load);
  let arrived = 0;
  let served = 0;
  let waitedMs = 0;
  const arrive = (): void => {
    arrived += 1;
    const atMs = clock.monotonicMs();
    station.offer({
      serviceMs: drawService(random),
      served(tookMs) {
        served += 1;
        waitedMs += clock.monotonicMs() - atMs - tookMs;
      },
    });
    if (arrived < jobs) clock.after(drawUnitGap(random) * gapMs, arrive);
  };
  clock.after(0, arrive);
  clock.run(gapMs * jobs * 4);
  return { meanWaitMs: waitedMs / served, servedShare: served / arrived };
};

/** Erlang C: probability that an arrival waits, `offered` being arrivals times service time. */
const erlangC = (servers: number, offered: number): number => {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < servers; n += 1) {
    term *= offered / n;
    sum += term;
  }
  const last = ((term * offered) / servers) * (servers / (servers - offered));
  return last / (sum + last);
};

const exponential = (random: Random) => drawUnitGap(random) * SERVICE_MS;
const lognormal = (random: Random) => drawServiceMs(random, { mean: SERVICE_MS, sigma: 0.6 });

describe('ten workers under Poisson arrivals (seed 12)', () => {
  const offered = WORKERS * 0.8;
  const markovWaitMs = (erlangC(WORKERS, offered) * SERVICE_MS) / (WORKERS - offered);

  it('make exponential jobs wait as long as M/M/c says, at 80 % utilisation', () => {
    const { meanWaitMs, servedShare } = measure(0.8, 200_000, 1_000_000, exponential);
    expect(servedShare).toBe(1);
    expect(Math.abs(meanWaitMs / markovWaitMs - 1)).toBeLessThan(0.1);
  });

  it('make lognormal jobs wait (1 + cv²)/2 times as long, the Allen-Cunneen rule', () => {
    const { meanWaitMs } = measure(0.8, 200_000, 1_000_000, lognormal);
    const variation = Math.exp(0.6 * 0.6) - 1;
    expect(Math.abs(meanWaitMs / ((markovWaitMs * (1 + variation)) / 2) - 1)).toBeLessThan(0.1);
  });

  it.each([1.5, 2, 5])('serve capacity / arrivals of the jobs at %s times capacity', (load) => {
    const { servedShare } = measure(load, 60_000, 300, lognormal);
    expect(Math.abs(servedShare * load - 1)).toBeLessThan(0.03);
  });
});
