/**
 * What the acquirers' own load figures (`GET /sim/v1/load`) say, in steps of ten seconds: queue,
 * utilisation, other tenants' traffic, refusals, and whether the acquirer was really away.
 *
 * "Away" is read here and not from our breaker, because it decides whether a deferred operation
 * may count as success: a breaker that opens for nothing must not turn refusals into successes.
 */
import type { Stretch } from './hours.ts';

/** The JSON of `GET /sim/v1/load`. Counters run since the acquirer started. */
export interface LoadSample {
  readonly acquirer: string;
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  readonly queueMax: number;
  /** Requests per second by capped tenant. */
  readonly caps: Readonly<Record<string, number>>;
  readonly tenants: Readonly<
    Record<
      string,
      { readonly arrived: number; readonly served: number; readonly overflowed: number; readonly capped: number }
    >
  >;
}

export const loadStepMs = 10_000;

/** A queue this full makes callers time out although nothing overflows yet. */
const nearlyFull = 0.9;

interface Lane {
  last: {
    readonly atMs: number;
    readonly others: number;
    readonly overflowed: number;
    readonly ourCapped: number;
  } | null;
  readonly samples: Uint16Array;
  readonly queued: Float64Array;
  readonly utilisation: Float64Array;
  readonly othersArrived: Float64Array;
  /** Milliseconds that `othersArrived` covers. */
  readonly coveredMs: Float64Array;
  readonly overflowed: Float64Array;
  readonly ourCapped: Float64Array;
  readonly away: Uint8Array;
  readonly capped: Uint8Array;
}

/** `ourTenant` is the gateway's name at the acquirers. */
export const createLoadBook = (options: { readonly dayMs: number; readonly ourTenant: string }) => {
  const steps = Math.ceil(options.dayMs / loadStepMs);
  const lanes = new Map<string, Lane>();

  const laneOf = (acquirer: string): Lane => {
    let lane = lanes.get(acquirer);
    if (lane === undefined) {
      lane = {
        last: null,
        samples: new Uint16Array(steps),
        queued: new Float64Array(steps),
        utilisation: new Float64Array(steps),
        othersArrived: new Float64Array(steps),
        coveredMs: new Float64Array(steps),
        overflowed: new Float64Array(steps),
        ourCapped: new Float64Array(steps),
        away: new Uint8Array(steps),
        capped: new Uint8Array(steps),
      };
      lanes.set(acquirer, lane);
    }
    return lane;
  };

  const stepOf = (atMs: number): number => Math.floor(atMs / loadStepMs);
  const add = (bins: Float64Array | Uint16Array, step: number, amount: number): void => {
    if (step >= 0 && step < steps) bins[step] = (bins[step] ?? 0) + amount;
  };
  const flag = (bins: Uint8Array, fromMs: number, toMs: number): void => {
    bins.fill(1, Math.max(0, stepOf(fromMs)), Math.max(0, stepOf(toMs) + 1));
  };
  const sum = (bins: Float64Array, stretches: readonly Stretch[]): number => {
    let total = 0;
    for (const stretch of stretches)
      for (
        let step = Math.max(0, stepOf(stretch.fromMs));
        step < Math.min(steps, Math.ceil(stretch.toMs / loadStepMs));
        step += 1
      )
        total += bins[step] ?? 0;
    return total;
  };

  return {
    /** One sample, taken at scenario time `atMs`. Samples of one acquirer come in order. */
    add(sample: LoadSample, atMs: number): void {
      const lane = laneOf(sample.acquirer);
      const step = stepOf(atMs);
      let others = 0;
      let overflowed = 0;
      for (const [tenant, counts] of Object.entries(sample.tenants)) {
        overflowed += counts.overflowed;
        if (tenant !== options.ourTenant) others += counts.arrived;
      }
      const ourCapped = sample.tenants[options.ourTenant]?.capped ?? 0;
      add(lane.samples, step, 1);
      add(lane.queued, step, sample.queued);
      add(lane.utilisation, step, sample.workers === 0 ? 1 : sample.busy / sample.workers);

      // An acquirer that was restarted counts from zero again: its whole count is then the difference.
      const sinceLast = (now: number, before: number): number => (now >= before ? now - before : now);
      const last = lane.last ?? { atMs, others: 0, overflowed: 0, ourCapped: 0 };
      const overflowedNow = sinceLast(overflowed, last.overflowed);
      add(lane.overflowed, step, overflowedNow);
      add(lane.ourCapped, step, sinceLast(ourCapped, last.ourCapped));
      if (lane.last !== null) {
        add(lane.othersArrived, step, sinceLast(others, last.others));
        add(lane.coveredMs, step, atMs - last.atMs);
      }
      const isCapped = sample.caps[options.ourTenant] !== undefined;
      const isFull = sample.queueMax > 0 && sample.queued >= nearlyFull * sample.queueMax;
      if (isCapped) flag(lane.capped, atMs, atMs);
      if (isCapped || isFull || sample.workers === 0) flag(lane.away, atMs, atMs);
      if (overflowedNow > 0) flag(lane.away, last.atMs, atMs);
      lane.last = { atMs, others, overflowed, ourCapped };
    },

    /** The theatre took it away itself: a cut link, a stopped process, a cap. */
    away(acquirer: string, fromMs: number, toMs: number): void {
      flag(laneOf(acquirer).away, fromMs, toMs);
    },

    wasAway: (acquirer: string, atMs: number): boolean => lanes.get(acquirer)?.away[stepOf(atMs)] === 1,

    /** True when it was away at some time of the stretch. */
    wasAwayIn(acquirer: string, stretch: Stretch): boolean {
      const lane = lanes.get(acquirer);
      if (lane === undefined) return false;
      for (let step = Math.max(0, stepOf(stretch.fromMs)); step <= Math.min(steps - 1, stepOf(stretch.toMs)); step += 1)
        if (lane.away[step] === 1) return true;
      return false;
    },

    /** End of the trouble going on at `atMs`: the first step at or after it that is free of it; null when it never ends. */
    backAfter(acquirer: string, atMs: number): number | null {
      const lane = lanes.get(acquirer);
      if (lane === undefined) return atMs;
      for (let step = Math.max(0, stepOf(atMs)); step < steps; step += 1)
        if (lane.away[step] !== 1) return Math.max(atMs, step * loadStepMs);
      return null;
    },

    /** True when a sample in the stretches showed a cap on our tenant. */
    sawCap(acquirer: string, stretches: readonly Stretch[]): boolean {
      const lane = lanes.get(acquirer);
      return lane !== undefined && sum(Float64Array.from(lane.capped), stretches) > 0;
    },

    /** Our requests that the cap refused. */
    ourCappedIn: (acquirer: string, stretches: readonly Stretch[]): number => {
      const lane = lanes.get(acquirer);
      return lane === undefined ? 0 : sum(lane.ourCapped, stretches);
    },

    /** Requests, of anybody, that an acquirer's full queue or a cap on us refused: faults that really happened. */
    refusedIn(stretches: readonly Stretch[]): number {
      let total = 0;
      for (const lane of lanes.values()) total += sum(lane.overflowed, stretches) + sum(lane.ourCapped, stretches);
      return total;
    },

    acquirers: (): string[] => [...lanes.keys()].sort(),

    /** Mean per step; null where no sample was taken. */
    queueLength: (acquirer: string): (number | null)[] => means(lanes.get(acquirer), 'queued', steps),
    utilisation: (acquirer: string): (number | null)[] => means(lanes.get(acquirer), 'utilisation', steps),
    othersPerSecond(acquirer: string): (number | null)[] {
      const lane = lanes.get(acquirer);
      return Array.from({ length: steps }, (_, step) => {
        const coveredMs = lane?.coveredMs[step] ?? 0;
        return coveredMs === 0 ? null : ((lane?.othersArrived[step] ?? 0) * 1000) / coveredMs;
      });
    },
  };
};

const means = (lane: Lane | undefined, of: 'queued' | 'utilisation', steps: number): (number | null)[] =>
  Array.from({ length: steps }, (_, step) => {
    const samples = lane?.samples[step] ?? 0;
    return samples === 0 ? null : (lane?.[of][step] ?? 0) / samples;
  });
