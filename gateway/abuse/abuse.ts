/**
 * Finds the merchant that sends bad requests, holds it back step by step, and tells it and the acquirers.
 *
 * On 2017-07-14 one merchant's bad requests made the acquirer restrict all of us, and nobody had
 * told either of them. An episode begins when a merchant's refusals or its bad answers within the
 * window are too many and ends when it is clear again; each step is told to the merchant, and the
 * acquirers hear once an episode. The steps are in `ladder.ts`; here are the counts they are judged
 * by, the timers that move them when nothing happens, and everybody who has to know.
 */
import type { Abuse as AbusePolicy } from '../policy/abuse.ts';
import type { Limits } from '../policy/limits.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import { type Counters, createCounters } from './counters.ts';
import { advance, clear, dueMs, type Hold, type Level, lift, type Seen, shareOf } from './ladder.ts';

export interface AbuseFacts {
  readonly stage: Level;
  /** Within the window, as of the telling. */
  readonly refusals: number;
  readonly bad: number;
  readonly good: number;
  readonly windowMs: number;
  /** Part of its rate that the merchant has from now on. */
  readonly share: number;
  /** Wall time of this step. */
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

/** A hold as operators and the store see it. */
export interface HeldMerchant {
  readonly merchantId: string;
  readonly level: Level;
  readonly share: number;
  /** Wall time. */
  readonly sinceMs: number;
  readonly step: number;
  readonly pauses: number;
}

export interface Abuse {
  /** The limiter refused a request of this merchant. Test mode is nobody's harm but its own. */
  refused(merchantId: string, mode: 'live' | 'test'): void;
  /** A request was answered with this status. */
  answered(merchantId: string, mode: 'live' | 'test', method: string, status: number): void;
  /** A request for this merchant is sent to the acquirer. */
  attempted(merchantId: string, acquirer: string): void;
  /** Is it held back? One that only asks too much is not. */
  isAbuser(merchantId: string): boolean;
  /** Part of its rate that a merchant has; asked on every call. */
  shareOf(merchantId: string): number;
  /** Of good standing: enough good answers lately, and few bad ones. */
  mayBorrow(merchantId: string): boolean;
  /** Why it has less than its rate, in words for its developers; undefined when it has all of it. */
  heldBecause(merchantId: string): string | undefined;
  /** Requests to the acquirer within the last minute, by merchant, as `tellUpstream` gets them. */
  counts(acquirer: string): Readonly<Record<string, number>>;
  /** Everybody who is not clear. */
  held(): HeldMerchant[];
  /** An operator's word: pause or throttle now, lift by ramp, or clear at once. */
  override(merchantId: string, to: 'throttled' | 'paused' | 'ramping' | 'clear'): void;
  /** What another instance, or a life of this one before, decided. Told to nobody again. */
  adopt(held: HeldMerchant): void;
  close(): void;
}

export interface AbuseDeps {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>;
  readonly log: Log;
  readonly policy: { readonly abuse: AbusePolicy; readonly limits: Pick<Limits, 'surge'> };
  /** Each instance sees its part of a merchant's requests and acts on its part of the counts. */
  readonly instances?: number;
  readonly tellMerchant: (merchantId: string, facts: AbuseFacts) => void;
  /** Once per acquirer that the merchant's requests reached within the last minute. */
  readonly tellUpstream: (counts: UpstreamCounts) => void;
  /** Its level changed: to be kept, and to pause or resume it everywhere. */
  readonly onMoved?: (held: HeldMerchant, from: Level) => void;
  readonly onFound?: (merchantId: string) => void;
  /** The episode is over. */
  readonly onQuiet?: (merchantId: string) => void;
}

/** One bucket is a twentieth of the window: it is told at most that much later than exact counting would. */
const windowBuckets = 20;

/** Upstream requests are counted over a minute of one-second buckets. */
const attemptBucketMs = 1_000;
const attemptBuckets = 60;

/** Merchants named to the upstream; the others are one number. A short list is read. */
const namedMerchants = 10;

/** Says nothing about the merchant: its key, its pause, our limits, a key in use. */
const neutral: ReadonlySet<number> = new Set([401, 403, 409, 429]);

export const createAbuse = (deps: AbuseDeps): Abuse => {
  const { clock, log } = deps;
  // Read when they are needed: another policy may have come meanwhile.
  const policy = (): AbusePolicy => deps.policy.abuse;
  const parts = deps.instances ?? 1;
  const rulesOf = (abuse: AbusePolicy): AbusePolicy =>
    parts === 1
      ? abuse
      : {
          ...abuse,
          refusalsToTell: Math.max(1, Math.ceil(abuse.refusalsToTell / parts)),
          badToAct: Math.max(1, Math.ceil(abuse.badToAct / parts)),
        };
  const perWindow = (): Counters => createCounters(Math.max(1, policy().windowMs / windowBuckets), windowBuckets);
  const refusals = perWindow();
  const bad = perWindow();
  const good = perWindow();
  const attempts = new Map<string, Counters>();
  interface Episode {
    hold: Hold;
    lastRefusalMs: number;
    timer: Timer | null;
  }
  const episodes = new Map<string, Episode>();

  const seenOf = (merchantId: string, nowMs: number): Seen => ({
    refusals: refusals.total(merchantId, nowMs),
    bad: bad.total(merchantId, nowMs),
    good: good.total(merchantId, nowMs),
  });

  const counts = (acquirer: string): Record<string, number> => {
    const rows = (attempts.get(acquirer)?.all(clock.monotonicMs()) ?? [])
      // By count, then by code unit, so that two instances of a run agree.
      .toSorted((a, b) => b.count - a.count || (a.merchantId < b.merchantId ? -1 : 1));
    const named = rows.slice(0, namedMerchants).map(({ merchantId, count }) => [merchantId, count] as const);
    const others = rows.slice(namedMerchants).reduce((sum, { count }) => sum + count, 0);
    return Object.fromEntries(others > 0 ? [...named, ['others', others]] : named);
  };

  const tellUpstream = (merchantId: string, foundAtMs: number): void => {
    const nowMs = clock.monotonicMs();
    for (const [acquirer, counters] of attempts) {
      if (counters.total(merchantId, nowMs) === 0) continue;
      const windowMs = attemptBucketMs * attemptBuckets;
      deps.tellUpstream({ acquirer, merchantId, foundAtMs, windowMs, requestsPerMerchant: counts(acquirer) });
    }
  };

  const heldOf = (merchantId: string, hold: Hold): HeldMerchant => ({
    merchantId,
    level: hold.level,
    share: shareOf(hold, policy()),
    sinceMs: clock.wallMs() - Math.round(clock.monotonicMs() - hold.sinceMs),
    step: hold.step,
    pauses: hold.pauses,
  });

  const keepTime = (merchantId: string, episode: Episode): void => {
    episode.timer?.cancel();
    const due = dueMs(episode.hold, policy(), episode.lastRefusalMs);
    const nowMs = clock.monotonicMs();
    // What is due and did not move it (it still misbehaves) is looked at again by and by.
    // At least a microsecond: sums of milliseconds round, and a timer that fires a hair before its time would be
    // set again for no time at all, for ever.
    const delayMs =
      due === null ? null : due > nowMs ? Math.max(0.001, due - nowMs) : policy().windowMs / windowBuckets;
    episode.timer = delayMs === null ? null : clock.after(delayMs, () => look(merchantId, true));
  };

  /** Moves the merchant's hold, and tells whoever has to know. */
  const moveTo = (merchantId: string, episode: Episode, to: Hold, seen: Seen): void => {
    const from = episode.hold;
    episode.hold = to;
    const foundAtMs = clock.wallMs();
    const share = shareOf(to, policy());
    if (from.level === 'clear' && to.level !== 'clear') {
      log.info({ event: 'abuse.found', merchant: merchantId, ...seen, windowMs: policy().windowMs });
      deps.onFound?.(merchantId);
    }
    if (to.level !== from.level || to.step !== from.step) {
      if (to.level !== 'told' && !(to.level === 'clear' && from.level === 'told'))
        log.info({ event: 'abuse.moved', merchant: merchantId, from: from.level, to: to.level, share, ...seen });
      deps.onMoved?.(heldOf(merchantId, to), from.level);
    }
    // A merchant that was only told is not told that it is quiet now; steps of a ramp are not news.
    if (to.level !== from.level && !(to.level === 'clear' && from.level === 'told'))
      deps.tellMerchant(merchantId, { stage: to.level, ...seen, windowMs: policy().windowMs, share, foundAtMs });
    if (from.level === 'clear' && policy().tellUpstream) tellUpstream(merchantId, foundAtMs);
    if (to.level === 'clear') {
      episode.timer?.cancel();
      episodes.delete(merchantId);
      log.info({ event: 'abuse.quiet', merchant: merchantId });
      deps.onQuiet?.(merchantId);
    }
  };

  const look = (merchantId: string, byTime = false): void => {
    const nowMs = clock.monotonicMs();
    const seen = seenOf(merchantId, nowMs);
    let episode = episodes.get(merchantId);
    const hold = episode?.hold ?? clear;
    const to = advance(hold, seen, nowMs, rulesOf(policy()));
    if (to === hold) {
      if (byTime && episode !== undefined) keepTime(merchantId, episode);
      return;
    }
    if (episode === undefined) {
      episode = { hold, lastRefusalMs: nowMs, timer: null };
      episodes.set(merchantId, episode);
    }
    moveTo(merchantId, episode, to, seen);
    if (to.level !== 'clear') keepTime(merchantId, episode);
  };

  return {
    refused(merchantId, mode) {
      if (!policy().enabled || mode === 'test') return;
      const nowMs = clock.monotonicMs();
      const total = refusals.add(merchantId, nowMs);
      const episode = episodes.get(merchantId);
      if (episode !== undefined) episode.lastRefusalMs = nowMs;
      else if (total >= rulesOf(policy()).refusalsToTell) look(merchantId);
    },
    answered(merchantId, mode, method, status) {
      if (mode === 'test' || !policy().enabled || status >= 500 || neutral.has(status)) return;
      const nowMs = clock.monotonicMs();
      if (status >= 400) {
        bad.add(merchantId, nowMs);
        look(merchantId);
      } else if (method === 'POST') {
        // Reading costs nothing and proves nothing.
        good.add(merchantId, nowMs);
      }
    },
    attempted(merchantId, acquirer) {
      if (!policy().enabled) return;
      let counters = attempts.get(acquirer);
      if (counters === undefined) {
        counters = createCounters(attemptBucketMs, attemptBuckets);
        attempts.set(acquirer, counters);
      }
      counters.add(merchantId, clock.monotonicMs());
    },
    isAbuser(merchantId) {
      const level = episodes.get(merchantId)?.hold.level;
      return level !== undefined && level !== 'told';
    },
    shareOf(merchantId) {
      const episode = episodes.get(merchantId);
      // A paused merchant is refused before its rate is asked for; until every instance knows, it has the least.
      return episode === undefined ? 1 : shareOf(episode.hold, policy()) || policy().rampShares[0]!;
    },
    mayBorrow(merchantId) {
      const level = episodes.get(merchantId)?.hold.level;
      if (level !== undefined && level !== 'told') return false;
      const { goodMin, badShareMax } = deps.policy.limits.surge;
      const seen = seenOf(merchantId, clock.monotonicMs());
      return seen.good >= goodMin && seen.bad <= badShareMax * (seen.bad + seen.good);
    },
    heldBecause(merchantId) {
      const hold = episodes.get(merchantId)?.hold;
      if (hold === undefined || hold.level === 'told') return undefined;
      const percent = Math.round(100 * shareOf(hold, policy()));
      return hold.level === 'ramping'
        ? `Your rate is being restored step by step; it is ${percent} % now.`
        : `Your rate is ${percent} % because most of your requests were declined or wrong. Please check your system.`;
    },
    counts,
    held: () => [...episodes].map(([merchantId, { hold }]) => heldOf(merchantId, hold)),
    override(merchantId, to) {
      const nowMs = clock.monotonicMs();
      let episode = episodes.get(merchantId);
      const hold = episode?.hold ?? clear;
      const next: Hold =
        to === 'clear'
          ? clear
          : to === 'ramping'
            ? lift(hold, nowMs)
            : { level: to, sinceMs: nowMs, step: 0, pauses: hold.pauses + (to === 'paused' ? 1 : 0) };
      if (to === 'clear') {
        // What it did before is forgiven, or the next answer would hold it again.
        for (const counters of [refusals, bad, good]) counters.forget(merchantId);
        if (episode === undefined) return;
      }
      if (episode === undefined) {
        episode = { hold, lastRefusalMs: nowMs, timer: null };
        episodes.set(merchantId, episode);
      }
      moveTo(merchantId, episode, next, seenOf(merchantId, nowMs));
      if (to !== 'clear') keepTime(merchantId, episode);
    },
    adopt({ merchantId, level, sinceMs, step, pauses }) {
      const nowMs = clock.monotonicMs();
      const known = episodes.get(merchantId);
      if (level === 'clear') {
        known?.timer?.cancel();
        if (episodes.delete(merchantId)) deps.onQuiet?.(merchantId);
        return;
      }
      if (known === undefined) deps.onFound?.(merchantId);
      const hold: Hold = { level, sinceMs: nowMs - Math.max(0, clock.wallMs() - sinceMs), step, pauses };
      const episode = known ?? { hold, lastRefusalMs: nowMs, timer: null };
      episode.hold = hold;
      episodes.set(merchantId, episode);
      keepTime(merchantId, episode);
    },
    close() {
      for (const { timer } of episodes.values()) timer?.cancel();
      episodes.clear();
    },
  };
};
