/**
 * Evidence pooled four ways, and which pool explains a run of failures.
 *
 * A call belongs to its key (acquirer × brand × operation) and to three wider pools. At five
 * calls a second over sixteen keys no single key sees enough to judge in time, so the pools
 * judge too, and the narrowest that crosses the threshold opens: failures of one brand alone can
 * never fill a wider pool before that brand's own, since the wider one counts the same failures
 * and more successes. (Square, 2023-02-06: one brand's timeouts took all brands down.)
 */
import type { Timer } from '../ports.ts';
import { type BreakerState, neverOpened } from './breaker.ts';
import { accumulate } from './evidence.ts';

/** A call whose brand nobody knows. It is a pool of its own and never speaks for another brand. */
export const unknownBrand = '-';

export interface Pool {
  /** `acquirer/brand/operation`, `*` where the pool does not distinguish. */
  readonly key: string;
  readonly acquirer: string;
  /** Null: every brand. */
  readonly brand: string | null;
  /** Null: every operation. */
  readonly operation: string | null;
  evidence: number;
  /** Failures since the evidence was last nothing, and how many of them were answers that refuse. */
  failures: number;
  refusals: number;
  /** Opened by answers that refuse. */
  restricted: boolean;
  state: BreakerState;
  /** Calls begun up to here tell nothing new. */
  opaqueUntilUs: number;
  /** Brands whose probes speak for it, fixed when it opens. */
  probed: readonly string[];
  /** Straight failures outside it since it opened, of other brands and of other operations (`spread.ts`). */
  beyond: { brands: number; operations: number };
  /** For the next step of the ramp. */
  timer: Timer | null;
}

/** The four pools of one kind of call, narrowest first; the middle two are equally wide. */
export type Lane = readonly [key: Pool, brand: Pool, operation: Pool, acquirer: Pool];

export interface AcquirerPools {
  readonly acquirer: Pool;
  readonly brands: Map<string, Pool>;
  readonly operations: Map<string, Pool>;
  /** By brand, then by operation. */
  readonly lanes: Map<string, Map<string, Lane>>;
  /** Pools that opened a moment ago, whose neighbours are suspects. */
  suspecting: Pool[];
}

const createPool = (acquirer: string, brand: string | null, operation: string | null): Pool => ({
  key: `${acquirer}/${brand ?? '*'}/${operation ?? '*'}`,
  acquirer,
  brand,
  operation,
  evidence: 0,
  failures: 0,
  refusals: 0,
  restricted: false,
  state: neverOpened,
  opaqueUntilUs: -1,
  probed: [],
  beyond: { brands: 0, operations: 0 },
  timer: null,
});

export const createAcquirerPools = (acquirer: string): AcquirerPools => ({
  acquirer: createPool(acquirer, null, null),
  brands: new Map(),
  operations: new Map(),
  lanes: new Map(),
  suspecting: [],
});

/** The value of `key`, made on first use. */
const obtain = <Value>(map: Map<string, Value>, key: string, make: () => Value): Value => {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
};

export const laneOf = (pools: AcquirerPools, brand: string, operation: string): Lane => {
  const held = pools.lanes.get(brand)?.get(operation);
  if (held !== undefined) return held;
  const { acquirer } = pools.acquirer;
  const lane: Lane = [
    createPool(acquirer, brand, operation),
    obtain(pools.brands, brand, () => createPool(acquirer, brand, null)),
    obtain(pools.operations, operation, () => createPool(acquirer, null, operation)),
    pools.acquirer,
  ];
  obtain(pools.lanes, brand, () => new Map<string, Lane>()).set(operation, lane);
  return lane;
};

/** Every pool of the acquirer, widest first, in order of first use. */
export function* everyPool(pools: AcquirerPools): Generator<Pool> {
  yield pools.acquirer;
  yield* pools.brands.values();
  yield* pools.operations.values();
  for (const byOperation of pools.lanes.values()) for (const lane of byOperation.values()) yield lane[0];
}

/** Brands to probe for a pool that opens now. The unknown one only where there is nothing better. */
export const brandsToProbe = (pools: AcquirerPools, pool: Pool): readonly string[] => {
  if (pool.brand !== null) return [pool.brand];
  const known = [...pools.brands.keys()].filter((brand) => brand !== unknownBrand);
  return known.length > 0 ? known : [unknownBrand];
};

/** Adds one outcome to the four pools of its lane. `refused`: a failure that was an answer. */
export const weigh = (lane: Lane, step: number, most: number, refused: boolean): void => {
  for (const pool of lane) {
    pool.evidence = accumulate(pool.evidence, step, most);
    if (step > 0) pool.failures += 1;
    if (refused) pool.refusals += 1;
    if (pool.evidence === 0) forgetFailures(pool);
  }
};

const forgetFailures = (pool: Pool): void => {
  pool.failures = 0;
  pool.refusals = 0;
};

/** Is what speaks against it mostly answers that refuse: somebody is there and lets us in by measure? */
export const isRestricted = ({ failures, refusals }: Pool): boolean => failures > 0 && refusals * 2 > failures;

/** An open pool's evidence was spent on opening it; it still speaks with the full weight. */
const weightOf = (pool: Pool, full: number): number => (pool.state.status === 'closed' ? pool.evidence : full);

/** The pool of one brand at the acquirer, or of its one operation. */
const ofBrand = (pools: AcquirerPools, brand: string, operation: string | null): Pool | undefined =>
  operation === null ? pools.brands.get(brand) : pools.lanes.get(brand)?.get(operation)?.[0];

/** Evidence carried by all known brands but the strongest, over all operations or within one. */
const outsideStrongestBrand = (pools: AcquirerPools, operation: string | null, full: number): number => {
  let sum = 0;
  let strongest = 0;
  for (const brand of pools.brands.keys()) {
    const pool = brand === unknownBrand ? undefined : ofBrand(pools, brand, operation);
    if (pool === undefined) continue;
    const weight = weightOf(pool, full);
    sum += weight;
    strongest = Math.max(strongest, weight);
  }
  return sum - strongest;
};

export interface Thresholds {
  /** Evidence at which a pool opens. */
  readonly open: number;
  /** What a pool that is open already counts for. */
  readonly full: number;
  /** Evidence needed outside the strongest brand before a pool over all brands opens. */
  readonly secondBrand: number;
  /** Only the acquirer's pool opens, whatever explains the failures. */
  readonly acquirerOnly?: boolean;
}

/**
 * The pool that should open after a failure in `lane`, or null.
 *
 * A pool over all brands needs a second brand to carry evidence, and that means two failures
 * outside the strongest brand: while Visa is down, five Visa failures take about as many calls of
 * the other brands, and one of those fails by chance once in twenty times (at 1 %), two once in
 * four hundred. Where all traffic is of one brand, known or not, that brand's own pools stand for
 * the wider ones.
 */
export const narrowestToOpen = (pools: AcquirerPools, lane: Lane, thresholds: Thresholds): Pool | null => {
  if (thresholds.acquirerOnly === true) return lane[3].evidence >= thresholds.open ? lane[3] : null;
  const explains = (pool: Pool): boolean =>
    pool.evidence >= thresholds.open &&
    (pool.brand !== null || outsideStrongestBrand(pools, pool.operation, thresholds.full) >= thresholds.secondBrand);
  const [key, brand, operation, acquirer] = lane;
  const middle = brand.evidence >= operation.evidence ? [brand, operation] : [operation, brand];
  return [key, ...middle, acquirer].find(explains) ?? null;
};

const lower = (pool: Pool, explained: number): void => {
  pool.evidence = Math.max(0, pool.evidence - explained);
};

/**
 * Takes what `opened` explains out of all other pools, so that one bad brand plus one stray
 * failure elsewhere does not open the acquirer. Pools that overlap it keep what exceeds their
 * common part: a CUSUM never exceeds the sum of its parts, so the rest is evidence against
 * others. Pools inside it start again from nothing.
 */
export const discharge = (pools: AcquirerPools, opened: Pool): void => {
  if (opened !== pools.acquirer) lower(pools.acquirer, opened.evidence);
  for (const byOperation of pools.lanes.values())
    for (const [key, brand, operation] of byOperation.values()) {
      const inside =
        (opened.brand === null || opened.brand === key.brand) &&
        (opened.operation === null || opened.operation === key.operation);
      if (!inside) continue;
      if (brand !== opened) lower(brand, key.evidence);
      if (operation !== opened) lower(operation, key.evidence);
      key.evidence = 0;
      forgetFailures(key);
    }
  if (opened === pools.acquirer) for (const pool of everyPool(pools)) pool.evidence = 0;
  opened.evidence = 0;
  forgetFailures(opened);
};
