/** Who subscribed and who was told what, as a port; and its implementation in memory. */
import type { Subscriber } from './subscriber.ts';

/** One subscriber was told one version of one topic. */
export interface Told {
  readonly subscriber: string;
  readonly topic: string;
  /** Grows with each publication of the topic. */
  readonly version: number;
  /** Wall milliseconds: when it was published, and when it was taken at the other end. */
  readonly publishedAtMs: number;
  readonly toldAtMs: number;
}

export interface SubscriberStore {
  find(id: string): Subscriber | undefined;
  findTarget(channel: Subscriber['channel'], target: string): Subscriber | undefined;
  /** Adds or replaces by id. */
  put(subscriber: Subscriber): void;
  remove(id: string): void;
  count(): { readonly asked: number; readonly confirmed: number; readonly bounced: number };
  /** Forgets who asked before that time and never confirmed. */
  forgetAskedBefore(wallMs: number): void;
  /** Confirmed ones that were not told this version yet, in order of their failures, then of subscription. */
  waiting(topic: string, version: number): readonly Subscriber[];
  told(fact: Told): void;
  /** Of one topic, latest version of each subscriber. */
  toldOf(topic: string): readonly Told[];
}

/** Those without failures first: nobody healthy waits behind a dead address. */
export const byHealth = (a: Subscriber, b: Subscriber): number =>
  a.failures - b.failures || a.askedAtMs - b.askedAtMs || (a.id < b.id ? -1 : 1);

export const createMemorySubscriberStore = (): SubscriberStore => {
  const byId = new Map<string, Subscriber>();
  const idOf = new Map<string, string>();
  const facts = new Map<string, Map<string, Told>>();
  const nameOf = ({ channel, target }: Pick<Subscriber, 'channel' | 'target'>): string => `${channel} ${target}`;
  const remove = (id: string): void => {
    const known = byId.get(id);
    if (known === undefined) return;
    byId.delete(id);
    idOf.delete(nameOf(known));
    for (const told of facts.values()) told.delete(id);
  };
  return {
    find: (id) => byId.get(id),
    findTarget: (channel, target) => byId.get(idOf.get(nameOf({ channel, target })) ?? ''),
    put(subscriber) {
      byId.set(subscriber.id, subscriber);
      idOf.set(nameOf(subscriber), subscriber.id);
    },
    remove,
    count() {
      const counts = { asked: 0, confirmed: 0, bounced: 0 };
      for (const { state } of byId.values()) counts[state] += 1;
      return counts;
    },
    forgetAskedBefore(wallMs) {
      for (const { id, state, askedAtMs } of Array.from(byId.values()))
        if (state === 'asked' && askedAtMs < wallMs) remove(id);
    },
    waiting(topic, version) {
      const told = facts.get(topic);
      return [...byId.values()]
        .filter(({ id, state }) => state === 'confirmed' && (told?.get(id)?.version ?? -1) < version)
        .sort(byHealth);
    },
    told(fact) {
      const told = facts.get(fact.topic) ?? new Map<string, Told>();
      facts.set(fact.topic, told);
      told.set(fact.subscriber, fact);
    },
    toldOf: (topic) => [...(facts.get(topic)?.values() ?? [])],
  };
};
