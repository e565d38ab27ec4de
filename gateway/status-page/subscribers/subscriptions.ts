/** Subscribing, confirming, leaving, and being told: the order of effects. */
import type { Entropy, Fetch, Log, Mail } from '../../ports.ts';
import type { PageClock } from '../clock.ts';
import { createBroadcast } from './broadcast.ts';
import { createCalls, type Guard } from './calls.ts';
import { createFlood } from './flood.ts';
import { confirmationLetter, noticeLetter, type Sender } from './letters.ts';
import { createLinks } from './links.ts';
import type { Publication } from './publication.ts';
import type { SubscriptionForm } from './schema.ts';
import type { SubscriptionSettings } from './settings.ts';
import type { SubscriberStore } from './store.ts';
import type { Subscriber } from './subscriber.ts';

/** How long publications took to reach subscribers, milliseconds from publication to receipt. */
export interface ToldFigures {
  readonly topic: string;
  readonly told: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly lastMs: number | null;
}

export interface Subscriptions {
  /** `refused`: an address that we do not call, with the reason. Otherwise the answer never says who is known. */
  ask(
    form: SubscriptionForm,
    client: string,
  ): Promise<{ readonly kind: 'asked' | 'too_many' } | { readonly kind: 'refused'; readonly reason: string }>;
  /** Undefined: forged, or long gone. */
  confirm(id: string, proof: string): Subscriber | undefined;
  /** Whether the link is good; leaving twice is fine. */
  leave(id: string, proof: string): boolean;
  /** Whose link this is, without doing anything: for the page that asks first. */
  known(purpose: 'confirm' | 'unsubscribe', id: string, proof: string): boolean;
  publish(publication: Publication): void;
  figures(topic: string): ToldFigures;
  count: SubscriberStore['count'];
  /** Signs calls to this one; told to them alone. */
  secretOf(id: string): string;
  stop(): void;
}

export interface SubscriptionsDeps {
  readonly clock: PageClock;
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly mail: Mail;
  readonly guard: Guard;
  readonly log: Log;
  readonly store: SubscriberStore;
  readonly settings: SubscriptionSettings;
  readonly sender: Sender;
}

const idBytes = 12;

export const createSubscriptions = (deps: SubscriptionsDeps): Subscriptions => {
  const { clock, entropy, fetch, mail, guard, log, store, settings, sender } = deps;
  const links = createLinks(settings.linkKey);
  const flood = createFlood(settings.flood);
  const calls = createCalls({ clock, fetch, guard, key: settings.linkKey, timeoutMs: settings.timeoutMs });
  const linkTo = (purpose: 'confirm' | 'unsubscribe', { id, lang }: Subscriber): string =>
    links.to(sender.origin, purpose, id, lang);

  const broadcast = createBroadcast({
    clock,
    log,
    store,
    settings,
    tell: (subscriber, publication) =>
      subscriber.channel === 'mail'
        ? mail(noticeLetter(sender, subscriber, publication, linkTo('unsubscribe', subscriber)), settings.timeoutMs)
        : calls.notice(subscriber, publication, `${sender.origin}${publication.path}`),
  });

  const askToConfirm = async (subscriber: Subscriber): Promise<void> => {
    const url = linkTo('confirm', subscriber);
    const posted = await (subscriber.channel === 'mail'
      ? mail(confirmationLetter(sender, subscriber, url), settings.timeoutMs)
      : calls.confirmation(subscriber, url));
    log.info({ event: 'subscription.asked', subscriber: subscriber.id, channel: subscriber.channel, posted });
  };

  const isGood = (purpose: 'confirm' | 'unsubscribe', id: string, proof: string): boolean => {
    if (links.isGood(purpose, id, proof)) return true;
    log.warn({ event: 'subscription.forged', purpose });
    return false;
  };

  return {
    async ask({ channel, target, lang, website }, client) {
      const name = channel === 'mail' ? target.toLowerCase() : target;
      if (!flood.admits({ target: name, client }, clock.monotonicMs())) {
        log.warn({ event: 'subscription.refused', reason: 'too_many', client });
        return { kind: 'too_many' };
      }
      if (channel === 'webhook') {
        const judged = await guard(target);
        if (judged.kind !== 'allowed') {
          const reason = judged.kind === 'refused' ? judged.reason : 'its name means nothing';
          log.warn({ event: 'subscription.refused', reason, client });
          return { kind: 'refused', reason };
        }
      }
      // A machine filled in what people do not see: it learns nothing, and nobody is written to.
      if (website !== '') return { kind: 'asked' };
      const nowMs = clock.wallMs();
      store.forgetAskedBefore(nowMs - settings.confirmWithinMs);
      const known = store.findTarget(channel, target);
      if (known?.state === 'confirmed') return { kind: 'asked' };
      const id = known?.id ?? Buffer.from(entropy.bytes(idBytes, `subscriber/${channel}/${name}`)).toString('hex');
      const subscriber: Subscriber = { id, channel, target, lang, state: 'asked', askedAtMs: nowMs, failures: 0 };
      store.put(subscriber);
      broadcast.first(() => askToConfirm(subscriber));
      return { kind: 'asked' };
    },
    confirm(id, proof) {
      if (!isGood('confirm', id, proof)) return undefined;
      const known = store.find(id);
      if (known === undefined || known.state === 'confirmed') return known;
      if (known.state === 'asked' && clock.wallMs() - known.askedAtMs > settings.confirmWithinMs) return undefined;
      const confirmed: Subscriber = { ...known, state: 'confirmed', failures: 0 };
      store.put(confirmed);
      log.info({ event: 'subscription.confirmed', subscriber: id, channel: known.channel });
      return confirmed;
    },
    leave(id, proof) {
      if (!isGood('unsubscribe', id, proof)) return false;
      store.remove(id);
      log.info({ event: 'subscription.left', subscriber: id });
      return true;
    },
    known: isGood,
    publish: broadcast.publish,
    figures(topic) {
      const waits = store
        .toldOf(topic)
        .map(({ publishedAtMs, toldAtMs }) => toldAtMs - publishedAtMs)
        .sort((a, b) => a - b);
      const at = (share: number): number | null => waits[Math.max(0, Math.ceil(share * waits.length) - 1)] ?? null;
      return { topic, told: waits.length, p50Ms: at(0.5), p99Ms: at(0.99), lastMs: waits.at(-1) ?? null };
    },
    count: () => store.count(),
    secretOf: calls.secretOf,
    stop: broadcast.stop,
  };
};
