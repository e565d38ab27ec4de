/**
 * The production station against queueing theory (`theory.ts` says which), on a bare heap.
 *
 * `npm test` plays 200,000 arrivals a seed and holds the five seeds together to the theory. With
 * `BREAKWATER_NIGHTLY=1` (`npm run nightly -- queueing`) it plays 10^6 arrivals a seed, 10^7 at utilisation
 * 0.95, and holds every seed to it. `BREAKWATER_FIGURES` names a file for what was measured.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { constant, type Day, drive, exponential, interval } from './drive.ts';
import {
  constantServiceMeanWait,
  constantServiceMeanWaitByChain,
  cosmetatosMeanWait,
  erlangC,
  markovLoss,
  markovMeanWait,
} from './theory.ts';

const NIGHTLY = process.env.BREAKWATER_NIGHTLY === '1';
const FIGURES = process.env.BREAKWATER_FIGURES;
const SEEDS = [1, 2, 3, 4, 5];
const SERVERS = 10;

interface Case {
  readonly model: 'M/M/c' | 'M/D/c';
  readonly load: number;
  readonly arrivals: number;
  /** How far a mean may be from theory: nightly a seed's, otherwise that of the seeds together. */
  readonly off: number;
}

/**
 * Why these bounds: the standard error of a mean over 10^6 arrivals is about 2 % at both loads (the batches
 * say so), so 5 % is two and a half of them; five seeds of 200,000 are 10^6 together.
 */
const cases: readonly Case[] = (['M/M/c', 'M/D/c'] as const).flatMap((model) =>
  [0.5, 0.8, ...(NIGHTLY ? [0.95] : [])].map((load) => ({
    model,
    load,
    arrivals: NIGHTLY ? (load === 0.95 ? 10_000_000 : 1_000_000) : 200_000,
    off: 0.05,
  })),
);

const theoryOf = { 'M/M/c': markovMeanWait, 'M/D/c': constantServiceMeanWait };
const serviceOf = { 'M/M/c': exponential, 'M/D/c': constant };

const figures: object[] = [];
afterAll(() => {
  if (FIGURES !== undefined) writeFileSync(FIGURES, `${JSON.stringify({ servers: SERVERS, figures }, null, 2)}\n`);
});

const quiet: Omit<Day, 'load' | 'arrivals' | 'service' | 'seed'> = {
  servers: SERVERS,
  warmUp: 0,
  queueMax: Number.MAX_SAFE_INTEGER,
  patience: Number.MAX_VALUE,
};

const percent = (measured: number, expected: number): number => Math.round((measured / expected - 1) * 100_000) / 1_000;

describe('the theory itself', () => {
  it('says what Erlang C says by hand for one and two workers', () => {
    // c = 1 is the utilisation; c = 2 is 2 load² / (1 + load); both by hand.
    expect(erlangC(1, 0.7)).toBeCloseTo(0.7, 12);
    expect(erlangC(2, 0.8)).toBeCloseTo((2 * 0.8 ** 2) / 1.8, 12);
  });

  it.each([
    [1, 0.5],
    [2, 0.8],
    [10, 0.5],
    [10, 0.8],
  ])('gives M/D/%i at %d the same wait by zeros and by the chain, near Cosmetatos', (servers, load) => {
    const exact = constantServiceMeanWait(servers, load);
    expect(Math.abs(exact / constantServiceMeanWaitByChain(servers, load, 200) - 1)).toBeLessThan(1e-8);
    expect(Math.abs(exact / cosmetatosMeanWait(servers, load) - 1)).toBeLessThan(0.01);
  });

  it('loses nothing without a bound and turns away what is above capacity with one', () => {
    expect(markovLoss(10, 0.5, 500, 1e6)).toEqual({ turnedAway: expect.closeTo(0, 12), late: expect.closeTo(0, 12) });
    expect(markovLoss(10, 1.2, 500, 1e6).turnedAway).toBeCloseTo(1 - 1 / 1.2, 12);
  });
});

describe(`${SERVERS} workers of the production station (seeds ${SEEDS.join(' ')})`, () => {
  it.each(cases)(
    'make jobs of $model at $load wait as long as theory says, in $arrivals arrivals',
    (one) => {
      const { model, load, arrivals, off } = one;
      const expected = theoryOf[model](SERVERS, load);
      const runs = SEEDS.map((seed) => {
        const day = { ...quiet, load, arrivals, warmUp: arrivals / 100, service: serviceOf[model], seed };
        return { seed, ...drive(day) };
      });
      const together = interval(runs.flatMap(({ batchMeans }) => batchMeans));
      const mean = runs.reduce((sum, { meanWait }) => sum + meanWait, 0) / runs.length;
      const seeds = runs.map(({ seed, meanWait, batchMeans }) => ({ seed, meanWait, ...interval(batchMeans) }));
      figures.push({
        model,
        load,
        arrivals,
        expected,
        togetherOffPercent: percent(mean, expected),
        together,
        seeds: seeds.map((seed) => ({ ...seed, offPercent: percent(seed.meanWait, expected) })),
      });
      expect(Math.abs(mean / expected - 1)).toBeLessThan(off);
      expect(together.low).toBeLessThan(expected);
      expect(together.high).toBeGreaterThan(expected);
      // An interval that is wide enough holds anything: it must be able to tell 7 % apart.
      expect((together.high - together.low) / 2 / expected).toBeLessThan(0.07);
      if (!NIGHTLY) return;
      for (const { seed, meanWait, low, high } of seeds) {
        expect({
          seed,
          near: Math.abs(meanWait / expected - 1) < off,
          inside: low < expected && expected < high,
        }).toEqual({ seed, near: true, inside: true });
      }
    },
    3_600_000,
  );

  it.each(SEEDS)(
    'lose at 1.2 what bound and patience make them lose (seed %i)',
    (seed) => {
      const arrivals = NIGHTLY ? 1_000_000 : 200_000;
      // A full queue of 100 is a wait of 10 service times; a patience of 9 cuts through the middle of what waits.
      const [load, queueMax, patience] = [1.2, 100, 9];
      const expected = markovLoss(SERVERS, load, queueMax, patience);
      const day = { ...quiet, load, queueMax, patience, arrivals, warmUp: arrivals / 100, service: exponential, seed };
      const { turnedAway, late } = drive(day);
      const good = 1 - turnedAway - late;
      const expectedGood = 1 - expected.turnedAway - expected.late;
      figures.push({ model: 'M/M/c/K', load, queueMax, patience, arrivals, seed, expected, turnedAway, late, good });
      const off = NIGHTLY ? 0.005 : 0.01;
      expect(Math.abs(turnedAway - expected.turnedAway)).toBeLessThan(off);
      expect(Math.abs(good - expectedGood)).toBeLessThan(2 * off);
    },
    3_600_000,
  );

  it.each(SEEDS)(
    'with constant service turn away 1 - 1/1.2 of what comes (seed %i)',
    (seed) => {
      const arrivals = NIGHTLY ? 1_000_000 : 200_000;
      const day = { ...quiet, load: 1.2, queueMax: 100, arrivals, warmUp: arrivals / 100, service: constant, seed };
      const { turnedAway } = drive(day);
      figures.push({ model: 'M/D/c/K', load: 1.2, queueMax: 100, arrivals, seed, expected: 1 - 1 / 1.2, turnedAway });
      expect(Math.abs(turnedAway - (1 - 1 / 1.2))).toBeLessThan(NIGHTLY ? 0.003 : 0.006);
    },
    3_600_000,
  );
});
