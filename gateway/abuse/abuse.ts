/**
 * Finds the merchant that keeps running into its limits, and tells it and the acquirers.
 *
 * On 2017-07-14 one merchant's bad requests made the acquirer restrict all of us, and nobody had
 * told either of them. An episode begins when a merchant's refusals within the window reach
 * `refusalsToTell` and ends after a whole window without any; each side is told once an episode.
 * The merchant is not punished here: its limit already holds it.
 */
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { createRing, type Ring } from './ring.ts';

export interface AbuseFacts {
  /** Refusals within the window, as of the telling. */
  readonly refusals: number;
  readonly windowMs: number;
  /** Wall time at which the episode was found. */
  readonly foundAtMs: number;
}

/** For the acquirer's operators: our requests to them, merchant by merchant. */
export interface UpstreamCounts {
  readonly acquirer: string;
  readonly merchantId: string;
  readonly foundAtMs: number;
  readonly windowMs: number;
  /** Requests within the window: the merchants with most, and all others together as `others`. */
  readonly requestsPerMerchant: Readonly<Record<string, number>>;
}

export interface Abuse {
  /** The limiter refused a request of this merchant. */
  refused(merchantId: string): void;
  /** A request for this merchant is sent to the acquirer. */
  attempted(merchantId: string, acquirer: string): void;
  isAbuser(merchantId: string): boolean;
  /** Requests to the acquirer within the last minute, by merchant, as `tellUpstream` gets them. */
  counts(acquirer: string): Readonly<Record<string, number>>;
  close(): void;
}

/** One bucket is a twentieth of the window: it is told at most that much later than exact counting would. */
const refusalBuckets = 20;

/** Upstream requests are counted over a minute of one-second buckets. */
const attemptBucketMs = 1_000;
const attemptBuckets = 60;

/** Merchants named to the upstream; the others are one number. A short list is read. */
const namedMerchants = 10;

/** Below this many merchants nobody sweeps (a ring is 240 bytes). */
const sweepFloor = 512;

/** Rings by merchant, forgotten when they are empty: swept when their number has doubled. */
const createCounters = (bucketMs: number, buckets: number) => {
  const rings = new Map<string, Ring>();
  let sweepAt = sweepFloor;
  return {
    rings,
    add: (merchantId: string, nowMs: number): number => {
      let ring = rings.get(merchantId);
      if (ring === undefined) {
        if (rings.size >= sweepAt) {
          for (const [id, held] of rings) if (held.total(nowMs) === 0) rings.delete(id);
          sweepAt = Math.max(sweepFloor, rings.size * 2);
        }
        ring = createRing(bucketMs, buckets);
        rings.set(merchantId, ring);
      }
      ring.add(nowMs);
      return ring.total(nowMs);
    },
  };
};

export const createAbuse = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>;
  readonly log: Log;
  readonly policy: Pick<Policy, 'abuse'>;
  readonly tellMerchant: (merchantId: string, facts: AbuseFacts) => void;
  /** Once per acquirer that the merchant's requests reached within the last minute. */
  readonly tellUpstream: (counts: UpstreamCounts) => void;
  readonly onFound?: (merchantId: string) => void;
  /** The episode is over. */
  readonly onQuiet?: (merchantId: string) => void;
}): Abuse => {
  const { clock, log } = deps;
  const policy = deps.policy.abuse;
  const refusals = createCounters(Math.max(1, policy.windowMs / refusalBuckets), refusalBuckets);
  const attempts = new Map<string, ReturnType<typeof createCounters>>();
  const episodes = new Map<string, { lastRefusalMs: number; timer: Timer }>();

  const counts = (acquirer: string): Record<string, number> => {
    const nowMs = clock.monotonicMs();
    const rows = [...(attempts.get(acquirer)?.rings ?? [])]
      .map(([merchantId, ring]) => ({ merchantId, count: ring.total(nowMs) }))
      .filter(({ count }) => count > 0)
      // By count, then by code unit, so that two instances of a run agree.
      .toSorted((a, b) => b.count - a.count || (a.merchantId < b.merchantId ? -1 : 1));
    const named = rows.slice(0, namedMerchants).map(({ merchantId, count }) => [merchantId, count] as const);
    const others = rows.slice(namedMerchants).reduce((sum, { count }) => sum + count, 0);
    return Object.fromEntries(others > 0 ? [...named, ['others', others]] : named);
  };

  const found = (merchantId: string, total: number): void => {
    const foundAtMs = clock.wallMs();
    log.info({ event: 'abuse.found', merchant: merchantId, refusals: total, windowMs: policy.windowMs });
    deps.onFound?.(merchantId);
    deps.tellMerchant(merchantId, { refusals: total, windowMs: policy.windowMs, foundAtMs });
    if (!policy.tellUpstream) return;
    const nowMs = clock.monotonicMs();
    for (const [acquirer, { rings }] of attempts) {
      if ((rings.get(merchantId)?.total(nowMs) ?? 0) === 0) continue;
      const windowMs = attemptBucketMs * attemptBuckets;
      deps.tellUpstream({ acquirer, merchantId, foundAtMs, windowMs, requestsPerMerchant: counts(acquirer) });
    }
  };

  /** Sleeps until the window after the last refusal is over; later refusals make it sleep again. */
  const awaitQuiet = (merchantId: string, delayMs: number): Timer =>
    clock.after(delayMs, () => {
      const episode = episodes.get(merchantId);
      if (episode === undefined) return;
      const leftMs = episode.lastRefusalMs + policy.windowMs - clock.monotonicMs();
      if (leftMs > 0) {
        episode.timer = awaitQuiet(merchantId, leftMs);
        return;
      }
      episodes.delete(merchantId);
      log.info({ event: 'abuse.quiet', merchant: merchantId });
      deps.onQuiet?.(merchantId);
    });

  return {
    refused: (merchantId) => {
      if (!policy.enabled) return;
      const nowMs = clock.monotonicMs();
      const total = refusals.add(merchantId, nowMs);
      const episode = episodes.get(merchantId);
      if (episode !== undefined) {
        episode.lastRefusalMs = nowMs;
        return;
      }
      if (total < policy.refusalsToTell) return;
      episodes.set(merchantId, { lastRefusalMs: nowMs, timer: awaitQuiet(merchantId, policy.windowMs) });
      found(merchantId, total);
    },
    attempted: (merchantId, acquirer) => {
      if (!policy.enabled) return;
      let counters = attempts.get(acquirer);
      if (counters === undefined) {
        counters = createCounters(attemptBucketMs, attemptBuckets);
        attempts.set(acquirer, counters);
      }
      counters.add(merchantId, clock.monotonicMs());
    },
    isAbuser: (merchantId) => episodes.has(merchantId),
    counts,
    close: () => {
      for (const { timer } of episodes.values()) timer.cancel();
      episodes.clear();
    },
  };
};
