/**
 * New payments and cards of ordinary merchants by brand, by acquirer and by the second they began in:
 * what a brand's outage must leave alone. Its size follows the length of the day.
 */
import type { Stretch } from './hours.ts';
import type { Operation } from './observation.ts';

/** More brands and acquirers than a cast has share one lane. */
const lanesMax = 24;

interface Lane {
  readonly brand: string;
  readonly acquirer: string | null;
  readonly sent: Uint16Array;
  readonly good: Uint16Array;
}

export interface BrandTally {
  readonly sent: number;
  readonly good: number;
}

export interface BrandBins {
  add(operation: Operation): void;
  /** Counts of the lanes that `which` chooses. */
  tally(stretches: readonly Stretch[], which: (brand: string, acquirer: string | null) => boolean): BrandTally;
  cells(): number;
}

export const createBrandBins = (dayMs: number): BrandBins => {
  const seconds = Math.ceil(dayMs / 1000);
  const lanes = new Map<string, Lane>();
  const laneOf = (brand: string, acquirer: string | null): Lane => {
    const key = lanes.size < lanesMax ? `${brand}|${acquirer ?? ''}` : '(other)';
    let lane = lanes.get(`${brand}|${acquirer ?? ''}`) ?? lanes.get(key);
    if (lane === undefined) {
      lane = { brand, acquirer, sent: new Uint16Array(seconds), good: new Uint16Array(seconds) };
      lanes.set(key, lane);
    }
    return lane;
  };
  return {
    add({ brand, kind, innocent, acquirer, end, startedMs }) {
      if (brand === undefined || !innocent || (kind !== 'create' && kind !== 'registration')) return;
      const second = Math.floor(startedMs / 1000);
      if (second < 0 || second >= seconds) return;
      const { sent, good } = laneOf(brand, acquirer);
      sent[second] = (sent[second] ?? 0) + 1;
      if (end === 'succeeded' || end === 'declined') good[second] = (good[second] ?? 0) + 1;
    },
    tally(stretches, which) {
      const total = { sent: 0, good: 0 };
      for (const { brand, acquirer, sent, good } of lanes.values()) {
        if (!which(brand, acquirer)) continue;
        for (const { fromMs, toMs } of stretches) {
          const to = Math.min(seconds, Math.ceil(toMs / 1000));
          for (let second = Math.max(0, Math.floor(fromMs / 1000)); second < to; second += 1) {
            total.sent += sent[second] ?? 0;
            total.good += good[second] ?? 0;
          }
        }
      }
      return total;
    },
    cells: () => lanes.size * 2 * seconds,
  };
};
