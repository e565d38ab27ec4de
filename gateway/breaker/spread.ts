/**
 * Does the outage reach beyond the pool that opened for it?
 *
 * When an acquirer dies, chance decides which calls come first, and often a dominant brand or
 * operation opens before the acquirer's pool; what it explains is then taken out of the wider
 * pools, and each of the other brands would have to lose five calls of its own. But shortly after
 * an opening the neighbours are suspects: two straight failures beyond it, with no success
 * anywhere at the acquirer in between, open the narrowest pool that holds both.
 *
 * With 1 % of the neighbours' calls failing by chance, ten seconds at 5 calls a second hold two
 * straight ones once in 200 openings (50 * 0.01^2); at the 0.1 % that gateways measure, once in
 * 20,000.
 *
 * A restriction needs less. A cap is on all of us, never on one brand, and it lets some calls pass, so
 * successes between say nothing: one refusal of another brand opens the acquirer.
 */
import { type AcquirerPools, type Lane, type Pool, unknownBrand } from './pools.ts';

/** Neighbours are suspects for this long after an opening. */
const suspectUs = 10_000_000;

/** Straight failures beyond an opening that widen it. */
const failuresToWiden = 2;

/** Begins to look beyond a pool that opened now. */
export const suspectNeighbours = (pools: AcquirerPools, opened: Pool): void => {
  opened.beyond = { brands: 0, operations: 0 };
  if (opened !== pools.acquirer && !pools.suspecting.includes(opened)) pools.suspecting.push(opened);
};

/** The pool that holds `opened` and the failures counted beyond it, when those suffice. */
const wideEnough = (pools: AcquirerPools, opened: Pool): Pool | null => {
  const { brands, operations } = opened.beyond;
  if (brands >= failuresToWiden) {
    const sameOperation = operations === 0 && opened.operation !== null;
    return (sameOperation ? pools.operations.get(opened.operation as string) : pools.acquirer) ?? null;
  }
  // Failures of which only some are of another brand name no pool yet.
  if (operations < failuresToWiden || brands > 0) return null;
  return (opened.brand === null ? pools.acquirer : pools.brands.get(opened.brand)) ?? null;
};

/** Counts one outcome outside everything open. The wider pool that should open because of it, or null. */
export const widen = (
  pools: AcquirerPools,
  lane: Lane,
  { failed, refused }: { readonly failed: boolean; readonly refused: boolean },
  nowUs: number,
): Pool | null => {
  if (pools.suspecting.length === 0) return null;
  pools.suspecting = pools.suspecting.filter(
    (pool) => pool.state.status === 'open' && nowUs - pool.opaqueUntilUs <= suspectUs,
  );
  const [{ brand, operation }] = lane;
  for (const opened of pools.suspecting) {
    if (refused && opened.restricted && brand !== opened.brand && brand !== unknownBrand) return pools.acquirer;
    if (!failed) {
      opened.beyond = { brands: 0, operations: 0 };
      continue;
    }
    const otherBrand = opened.brand !== null && brand !== opened.brand;
    // An unknown brand may be this very one, or another: it tells nothing about the spread.
    if (otherBrand && (brand === unknownBrand || opened.brand === unknownBrand)) continue;
    const otherOperation = opened.operation !== null && operation !== opened.operation;
    if (otherBrand) opened.beyond.brands += 1;
    if (otherOperation) opened.beyond.operations += 1;
    const wider = wideEnough(pools, opened);
    if (wider !== null) return wider;
  }
  return null;
};
