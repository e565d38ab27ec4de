/**
 * What the gateway counts while it works, as plain numbers in maps.
 *
 * A hundred thousand requests of a run pass through here, so nothing is formatted, hashed or sorted
 * before somebody reads `/metrics`. Every label has few values (routes, statuses, acquirers), none
 * comes from a merchant, so the maps stay small however long it runs.
 */

/** Upper bounds of the buckets in milliseconds; what is longer falls into one more. */
export const bucketsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 20_000] as const;

export interface Histogram {
  /** Per bucket, not cumulative; one longer than `bucketsMs`. */
  readonly counts: number[];
  sumMs: number;
}

export type Labels = Readonly<Record<string, string>>;

export interface Counted {
  readonly labels: Labels;
  count: number;
}

export interface Timed {
  readonly labels: Labels;
  readonly histogram: Histogram;
}

const newHistogram = (): Histogram => ({ counts: new Array<number>(bucketsMs.length + 1).fill(0), sumMs: 0 });

const observe = (histogram: Histogram, durationMs: number): void => {
  let bucket = 0;
  while (bucket < bucketsMs.length && durationMs > bucketsMs[bucket]!) bucket += 1;
  histogram.counts[bucket]! += 1;
  histogram.sumMs += durationMs;
};

export interface Counts {
  /** One answer. `route` is the pattern, never the path: a path holds ids. Duration by the injected clock. */
  answered(
    request: { readonly method: string; readonly route: string; readonly status: number; readonly decidedBy: string },
    durationMs: number,
  ): void;
  /** One exchange with an acquirer and how it ended (`upstream/outcome.ts`). */
  asked(acquirer: string, operation: string, outcome: string, durationMs: number): void;
  /** A request that the limiter turned away: by rate in a zone, or by concurrency. */
  turnedAway(by: string): void;
  readonly requests: ReadonlyMap<string, Counted>;
  readonly durations: ReadonlyMap<string, Timed>;
  readonly outcomes: ReadonlyMap<string, Counted>;
  readonly exchanges: ReadonlyMap<string, Timed>;
  readonly refusals: ReadonlyMap<string, Counted>;
}

export const createCounts = (): Counts => {
  const requests = new Map<string, Counted>();
  const durations = new Map<string, Timed>();
  const outcomes = new Map<string, Counted>();
  const exchanges = new Map<string, Timed>();
  const refusals = new Map<string, Counted>();

  const count = (map: Map<string, Counted>, key: string, labels: () => Labels): void => {
    const counted = map.get(key);
    if (counted === undefined) map.set(key, { labels: labels(), count: 1 });
    else counted.count += 1;
  };
  const time = (map: Map<string, Timed>, key: string, durationMs: number, labels: () => Labels): void => {
    let timed = map.get(key);
    if (timed === undefined) {
      timed = { labels: labels(), histogram: newHistogram() };
      map.set(key, timed);
    }
    observe(timed.histogram, durationMs);
  };

  return {
    answered({ method, route, status, decidedBy }, durationMs) {
      const where = `${method} ${route}`;
      count(requests, `${where} ${status} ${decidedBy}`, () => ({
        method,
        route,
        status: String(status),
        decided_by: decidedBy,
      }));
      time(durations, where, durationMs, () => ({ method, route }));
    },
    asked(acquirer, operation, outcome, durationMs) {
      const where = `${acquirer} ${operation}`;
      count(outcomes, `${where} ${outcome}`, () => ({ acquirer, operation, outcome }));
      time(exchanges, where, durationMs, () => ({ acquirer, operation }));
    },
    turnedAway(by) {
      count(refusals, by, () => ({ by }));
    },
    requests,
    durations,
    outcomes,
    exchanges,
    refusals,
  };
};
