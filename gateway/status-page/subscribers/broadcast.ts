/**
 * Telling every subscriber, once, the latest there is to say.
 *
 * A topic is told at once; what is added within `gatherMs` is told together. Whoever was not told yet
 * when something newer is published hears the newer only. Who was told what is written down at every
 * receipt, so that a restart goes on where the last process ended.
 */
import type { Log, Posted, Timer } from '../../ports.ts';
import type { PageClock } from '../clock.ts';
import { createLanes, type LaneBounds, type LaneName } from './lanes.ts';
import type { Publication } from './publication.ts';
import type { SubscriberStore, Told } from './store.ts';
import { afterTry, type Subscriber } from './subscriber.ts';

export interface BroadcastSettings extends LaneBounds {
  /** Publications of one topic within this time of each other go out together. */
  readonly gatherMs: number;
  /** Waits after each failed try; after the last one this publication is given up for this subscriber. */
  readonly retryAfterMs: readonly number[];
}

export interface Broadcast {
  publish(publication: Publication): void;
  /** One that goes before everything else: a confirmation. */
  first(work: () => Promise<void>): void;
  stop(): void;
}

/** Topics kept in mind; their records stay in the store. */
const topicsMax = 1_000;

export const createBroadcast = (deps: {
  readonly clock: PageClock;
  readonly log: Log;
  readonly store: SubscriberStore;
  readonly settings: BroadcastSettings;
  /** Hands one publication to one subscriber. Never rejects. */
  readonly tell: (subscriber: Subscriber, publication: Publication) => Promise<Posted>;
}): Broadcast => {
  const { clock, log, store, settings, tell } = deps;
  const lanes = createLanes(clock, settings);
  const urgent = createLanes(clock, settings);
  const latest = new Map<string, Publication>();
  /** By topic: who is in a lane or waits for another try. */
  const busy = new Map<string, Set<string>>();
  const spreadAtMs = new Map<string, number>();
  const gathering = new Set<string>();
  const timers = new Set<Timer>();
  let stopped = false;

  const later = (delayMs: number, then: () => void): void => {
    const timer: Timer = clock.after(delayMs, () => {
      timers.delete(timer);
      then();
    });
    timers.add(timer);
  };

  const deliver = async (topic: string, id: string, tries: number): Promise<void> => {
    const subscriber = store.find(id);
    const publication = latest.get(topic);
    const done = (): void => void busy.get(topic)?.delete(id);
    if (stopped || publication === undefined || subscriber?.state !== 'confirmed') return done();
    const how = await tell(subscriber, publication);
    // Asked again: they may have unsubscribed while we were calling.
    const now = store.find(id);
    if (now === undefined) return done();
    const next = afterTry(now, how);
    if (next !== now) store.put(next);
    if (how === 'taken') {
      const told: Told = {
        subscriber: id,
        topic,
        version: publication.version,
        publishedAtMs: publication.publishedAtMs,
        toldAtMs: clock.wallMs(),
      };
      store.told(told);
      done();
      if ((latest.get(topic)?.version ?? 0) > publication.version) queue(topic, next, 0);
      return;
    }
    const waitMs = settings.retryAfterMs[tries];
    if (stopped) return done();
    if (next.state === 'confirmed' && waitMs !== undefined) {
      later(waitMs, () => lanes.add('slow', () => deliver(topic, id, tries + 1)));
      return;
    }
    log.warn({ event: 'subscriber.given-up', subscriber: id, channel: next.channel, topic, state: next.state });
    done();
  };

  const queue = (topic: string, { id, failures }: Subscriber, tries: number): void => {
    const ids = busy.get(topic) ?? new Set();
    busy.set(topic, ids);
    if (ids.has(id)) return;
    ids.add(id);
    const lane: LaneName = failures === 0 ? 'quick' : 'slow';
    lanes.add(lane, () => deliver(topic, id, tries));
  };

  const spread = (topic: string): void => {
    const publication = latest.get(topic);
    if (stopped || publication === undefined) return;
    spreadAtMs.set(topic, clock.monotonicMs());
    const waiting = store.waiting(topic, publication.version);
    log.info({ event: 'subscribers.telling', topic, version: publication.version, subscribers: waiting.length });
    for (const subscriber of waiting) queue(topic, subscriber, 0);
  };

  /** The oldest that nobody waits for any more. */
  const forget = (): void => {
    for (const topic of latest.keys()) {
      if (latest.size <= topicsMax) return;
      if ((busy.get(topic)?.size ?? 0) > 0 || gathering.has(topic)) continue;
      for (const known of [latest, busy, spreadAtMs]) known.delete(topic);
    }
  };

  return {
    publish(publication) {
      const { topic, version } = publication;
      if (stopped || version <= (latest.get(topic)?.version ?? 0)) return;
      latest.set(topic, publication);
      if (latest.size > topicsMax) forget();
      if (gathering.has(topic)) return;
      const nowMs = clock.monotonicMs();
      const dueMs = (spreadAtMs.get(topic) ?? Number.NEGATIVE_INFINITY) + settings.gatherMs;
      if (dueMs <= nowMs) spread(topic);
      else {
        gathering.add(topic);
        later(dueMs - nowMs, () => {
          gathering.delete(topic);
          spread(topic);
        });
      }
    },
    first: (work) => urgent.add('quick', work),
    stop() {
      stopped = true;
      lanes.stop();
      urgent.stop();
      for (const timer of timers) timer.cancel();
      timers.clear();
    },
  };
};
