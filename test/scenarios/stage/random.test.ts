import { describe, expect, it } from 'vitest';
import { exponential, lognormalByMedian, normalPair, poissonGapMs } from '../../../scenarios/stage/distributions.ts';
import { createEntropy, createRandom } from '../../../scenarios/stage/random.ts';
import { Repetitions } from '../../../scenarios/stage/repetitions.ts';
import { randomContract } from '../../contracts/random-contract.ts';

const seed = 20170713;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const many = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

randomContract("the stage's streams", createRandom);

describe(`the stage's streams (seed ${seed})`, () => {
  it('are told apart by label, and by a seed that is text', () => {
    const first = [createRandom(1), createRandom(1, 'a'), createRandom('1'), createRandom('1', 'a')].map((stream) =>
      stream.float(),
    );
    expect(new Set(first).size).toBe(4);
  });

  it('do not move between versions: a recorded hash stays comparable', () => {
    const stream = createRandom(20170712, 'pinned');
    expect([stream.integer(0, 999_999), stream.fork('child').integer(0, 999_999)]).toMatchInlineSnapshot(`
      [
        147871,
        462336,
      ]
    `);
    expect(hex(createEntropy(20170712).bytes(8, 'pinned'))).toMatchInlineSnapshot(`"17d1a8e0dcc5d0fe"`);
  });

  it('cost little to make', () => {
    const parent = createRandom(seed);
    const labels = Array.from({ length: 1000 }, (_, index) => `member-7/${index}/authorise`);
    const before = process.cpuUsage();
    let sum = 0;
    for (let round = 0; round < 200; round++) for (const label of labels) sum += parent.fork(label).float();
    const { user, system } = process.cpuUsage(before);
    expect(sum).toBeGreaterThan(0);
    // Measured 0.3 µs; the bound only catches a change of kind on a busy machine.
    expect((user + system) / 200_000).toBeLessThan(5);
  });
});

describe(`the stage's entropy (seed ${seed})`, () => {
  it('gives a label the same bytes in the same order, whatever other labels are asked', () => {
    const alone = createEntropy(seed);
    const busy = createEntropy(seed);
    busy.bytes(16, 'merchant-1');
    const expected = [alone.bytes(12, 'merchant-2'), alone.bytes(12, 'merchant-2')].map(hex);
    const first = hex(busy.bytes(12, 'merchant-2'));
    busy.bytes(3, 'merchant-3');
    expect([first, hex(busy.bytes(12, 'merchant-2'))]).toEqual(expected);
    expect(expected[0]).not.toBe(expected[1]);
  });

  it('gives the length asked for, and no two equal ids in 100,000', () => {
    const entropy = createEntropy(seed);
    for (const length of [0, 1, 2, 3, 4, 5, 31]) expect(entropy.bytes(length, 'length')).toHaveLength(length);
    const ids = new Set(Array.from({ length: 100_000 }, (_, index) => hex(entropy.bytes(12, `m-${index % 50}`))));
    expect(ids.size).toBe(100_000);
  });
});

describe(`distributions (seed ${seed})`, () => {
  const random = createRandom(seed, 'distributions');

  it('have the mean or median they are asked for', () => {
    expect(mean(many(50_000, () => exponential(random, 250)))).toBeCloseTo(250, -1);
    expect(mean(many(50_000, () => poissonGapMs(random, 40)))).toBeCloseTo(25, 0);
    expect(median(many(50_000, () => lognormalByMedian(random, 250, 0.6)))).toBeCloseTo(250, -1);
    const normals = many(20_000, () => 0).flatMap(() => normalPair(random));
    expect(mean(normals)).toBeCloseTo(0, 1);
    expect(mean(normals.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it('never wait when the rate is 0, and a sigma of 0 is the median itself', () => {
    expect(poissonGapMs(random, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(lognormalByMedian(random, 80, 0)).toBe(80);
  });
});

describe('repetitions', () => {
  const minuteUs = 60_000_000;

  it('count a name across a change of generation and forget it after an hour of silence', () => {
    const repetitions = new Repetitions();
    const atMinutes = [0, 1, 29, 31, 32, 61];
    expect(atMinutes.map((minute) => repetitions.count(7, -3, minute * minuteUs))).toEqual([0, 1, 2, 3, 4, 5]);
    repetitions.count(1, 1, 92 * minuteUs);
    expect(repetitions.count(7, -3, 125 * minuteUs)).toBe(0);
  });

  it('tell 50,000 names apart', () => {
    const repetitions = new Repetitions();
    for (let name = 0; name < 50_000; name++) {
      expect(repetitions.count(Math.imul(name, 0x9e3779b1), name & 7, 0)).toBe(0);
    }
    expect(repetitions.count(Math.imul(123, 0x9e3779b1), 123 & 7, 0)).toBe(1);
  });
});
