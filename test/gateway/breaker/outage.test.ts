/**
 * How fast, and how narrow: calls at the pace of the July days (5 a second over four brands and
 * four operations) into upstreams that are lost, silent, half dead, or sick for one brand only.
 */
import { describe, expect, it } from 'vitest';
import { createLiveRandom } from '../../../gateway/random.ts';
import { brands, createWorld, operations, type World } from './world.ts';

const seeds = Array.from({ length: 100 }, (_, index) => index + 1);
const brandWeights = [0.5, 0.25, 0.15, 0.1];
const operationWeights = [0.6, 0.2, 0.1, 0.1];

const pick = <Item>(items: readonly Item[], weights: readonly number[], draw: number): Item => {
  let left = draw;
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return items[index < 0 ? items.length - 1 : index] as Item;
};

type Fate = 'ok' | 'failure' | 'silent';

interface Tally {
  sent: number;
  failed: number;
  refused: number;
}

/** Poisson traffic of 5 calls a second for `durationMs`; a silent call never ends. Returns a tally per brand. */
const traffic = async (
  world: World,
  durationMs: number,
  seed: number,
  fate: (call: { brand: string; operation: string }, draw: number) => Fate,
): Promise<Map<string, Tally>> => {
  const random = createLiveRandom(seed);
  const tally = new Map<string, Tally>(brands.map((brand) => [brand, { sent: 0, failed: 0, refused: 0 }]));
  for (let atMs = 0; ; ) {
    const gapMs = -Math.log(1 - random.float()) * 200;
    atMs += gapMs;
    if (atMs > durationMs) return tally;
    await world.clock.run(gapMs);
    const brand = pick(brands, brandWeights, random.float());
    const operation = pick(operations, operationWeights, random.float());
    const outcome = fate({ brand, operation }, random.float());
    const counts = tally.get(brand) as Tally;
    const draw = `${seed}/${atMs}`;
    const call = world.board.mayUse('escott', brand, operation, draw)
      ? world.board.begin({ acquirer: 'escott', brand, operation })
      : 'refused';
    if (call === 'refused') {
      counts.refused += 1;
      continue;
    }
    counts.sent += 1;
    if (outcome !== 'ok') counts.failed += 1;
    if (outcome !== 'silent') call.end(outcome);
  }
};

const sum = (tally: Map<string, Tally>, what: keyof Tally): number =>
  [...tally.values()].reduce((total, each) => total + each[what], 0);
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** Time until the acquirer's breaker is open, or infinity. */
const openedAt = (world: World): number =>
  world.changed.find((change) => change.key === 'escott/*/*' && change.to === 'open')?.atMs ?? Number.POSITIVE_INFINITY;

describe(`an acquirer at 5 calls a second (seeds 1-${seeds.length})`, () => {
  it('is refused about a second after it refuses everything', async () => {
    const times: number[] = [];
    const losses: number[] = [];
    for (const seed of seeds) {
      const world = createWorld({}, seed);
      for (const brand of brands) world.sick.add(brand);
      const tally = await traffic(world, 20_000, seed, () => 'failure');
      times.push(openedAt(world));
      losses.push(sum(tally, 'failed'));
    }
    expect(median(times)).toBeLessThan(1_600);
    expect(Math.max(...times)).toBeLessThan(5_000);
    expect(median(losses)).toBeLessThanOrEqual(6);
    expect(Math.max(...losses)).toBeLessThanOrEqual(10);
  });

  it('is refused within about 3 + 1 s after it falls silent', async () => {
    const times: number[] = [];
    for (const seed of seeds) {
      const world = createWorld({}, seed);
      for (const brand of brands) world.sick.add(brand);
      await traffic(world, 20_000, seed, () => 'silent');
      times.push(openedAt(world));
    }
    expect(median(times)).toBeLessThan(4_600);
    expect(Math.max(...times)).toBeLessThan(8_000);
  });

  it('is refused within seconds when half of its calls fail', async () => {
    const losses: number[] = [];
    for (const seed of seeds) {
      const world = createWorld({}, seed);
      for (const brand of brands) world.sick.add(brand);
      const tally = await traffic(world, 30_000, seed, (_, draw) => (draw < 0.5 ? 'failure' : 'ok'));
      losses.push(sum(tally, 'failed'));
    }
    expect(median(losses)).toBeLessThanOrEqual(15);
  });

  it('keeps every other brand when one brand fails, with 1 % of all else failing', async () => {
    const total = { refused: 0, opened: 0 };
    for (const seed of seeds) {
      const world = createWorld({}, seed);
      world.sick.add('visa');
      const tally = await traffic(world, 300_000, seed, ({ brand }, draw) =>
        brand === 'visa' || draw < 0.01 ? 'failure' : 'ok',
      );
      if (world.open().some((key) => key.includes('visa'))) total.opened += 1;
      expect((tally.get('visa') as Tally).failed).toBeLessThan(40);
      for (const brand of ['mastercard', 'jcb', 'amex']) total.refused += (tally.get(brand) as Tally).refused;
    }
    expect(total.opened).toBe(seeds.length);
    // 75,000 calls of other brands: at most one in a thousand is in the way of the bad one.
    expect(total.refused).toBeLessThanOrEqual(75);
  });

  it('never opens over 10^6 calls of which 1 % fail', async () => {
    const world = createWorld();
    const random = createLiveRandom(99);
    for (let index = 0; index < 1_000_000; index += 1) {
      const brand = pick(brands, brandWeights, random.float());
      const operation = pick(operations, operationWeights, random.float());
      world.call({ brand, operation }, random.float() < 0.01 ? 'failure' : 'ok');
      if (index % 100 === 0) world.clock.advance(1);
    }
    expect(world.story()).toEqual([]);
  });

  it('is back at full share within 30 s of a three-second blip of one brand, and only that brand moved', async () => {
    for (const seed of seeds) {
      const world = createWorld({ probeJitter: 0.5 }, seed);
      world.sick.add('visa');
      await traffic(world, 3_000, seed, ({ brand }) => (brand === 'visa' ? 'failure' : 'ok'));
      world.sick.delete('visa');
      await traffic(world, 60_000, seed + 1_000, () => 'ok');
      expect(world.changed.every((change) => change.key.startsWith('escott/visa'))).toBe(true);
      const openings = world.changed.filter((change) => change.to === 'open').map((change) => change.key);
      expect(new Set(openings).size).toBe(openings.length);
      const full = world.shares.findLast((change) => change.share === 1)?.atMs ?? 0;
      expect(full).toBeLessThan(3_000 + 30_000);
    }
  });
});
