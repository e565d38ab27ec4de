/**
 * What is still let through while breakers are not closed, by function, acquirer and brand, for the status page. Pure.
 *
 * The same that a refusal says to one merchant (`refusal.ts`), for everybody. Captures and refunds belong to the
 * acquirer that holds the money: while it is away they are taken and carried out later.
 */
import type { BreakerReading } from '../breaker/board.ts';
import type { Reach, StillWorks } from '../status-page/facts.ts';
import { componentOf } from './upstreams.ts';

const any = '*';

/** The least share of any of the breakers on the way of such calls: `acquirer/brand/operation`, `*` for all. */
const shareOf = (readings: readonly BreakerReading[], acquirer: string, brand: string, operation: string): number =>
  readings.reduce((least, { key, share, acquirer: whose }) => {
    const [, ofBrand, ofOperation] = key.split('/');
    const isOnTheWay =
      whose === acquirer &&
      (ofBrand === any || ofBrand === brand) &&
      (ofOperation === any || ofOperation === operation);
    return isOnTheWay ? Math.min(least, share) : least;
  }, 1);

const brandsOf = (readings: readonly BreakerReading[]): readonly string[] =>
  [...new Set(readings.map(({ key }) => key.split('/')[1] ?? any))]
    .filter((brand) => brand !== any && brand !== '-')
    .toSorted();

/** New payments and cards may go to whichever acquirer lets them. */
const newWork = (
  readings: readonly BreakerReading[],
  acquirers: readonly string[],
  operation: 'authorise' | 'check',
): StillWorks => {
  const known = brandsOf(readings);
  // Nobody came with a card yet: then only breakers over all brands can refuse.
  const asked = known.length > 0 ? known : ['-'];
  const reachOf = (shares: readonly number[]): Reach =>
    shares.every((share) => share === 0) ? 'none' : shares.every((share) => share === 1) ? 'all' : 'part';
  const sides = acquirers.map((acquirer) => asked.map((brand) => shareOf(readings, acquirer, brand, operation)));
  return {
    component: componentOf[operation],
    reach: reachOf(asked.map((_, index) => Math.max(...sides.map((shares) => shares[index]!)))),
    at: acquirers.map((acquirer, side) => ({
      acquirer,
      reach: reachOf(sides[side]!),
      brands: known.filter((_, index) => sides[side]![index]! > 0),
    })),
  };
};

const followUps = (
  readings: readonly BreakerReading[],
  acquirers: readonly string[],
  operation: 'capture' | 'refund',
): StillWorks => {
  const known = brandsOf(readings);
  const at = acquirers.map((acquirer) => {
    const isHeld = [...known, '-'].some((brand) => shareOf(readings, acquirer, brand, operation) < 1);
    return { acquirer, reach: isHeld ? ('later' as const) : ('all' as const), brands: known };
  });
  return {
    component: componentOf[operation],
    reach: at.some(({ reach }) => reach === 'later') ? 'later' : 'all',
    at,
  };
};

/** Empty while every breaker is closed: nothing is restricted, and nothing needs saying. */
export const stillWorks = (
  readings: readonly BreakerReading[],
  acquirers: readonly string[],
): readonly StillWorks[] => {
  if (acquirers.length === 0 || readings.every(({ share }) => share === 1)) return [];
  return [
    newWork(readings, acquirers, 'authorise'),
    newWork(readings, acquirers, 'check'),
    followUps(readings, acquirers, 'capture'),
    followUps(readings, acquirers, 'refund'),
    // Reads ask nobody upstream.
    { component: 'api', reach: 'all', at: [] },
  ];
};
