/**
 * Calls to addresses that subscribers chose: judged before each, signed as Standard Webhooks has it
 * (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64 HMAC-SHA-256 of "id.timestamp.body">`).
 */
import { createHmac } from 'node:crypto';
import type { Fetch, Posted } from '../../ports.ts';
import type { PageClock } from '../clock.ts';
import type { Publication } from './publication.ts';
import type { Subscriber } from './subscriber.ts';

/** Is this a place we call, and at which IP address exactly? */
export type Guard = (url: string) => GuardVerdict | Promise<GuardVerdict>;
export type GuardVerdict =
  | { readonly kind: 'allowed'; readonly address: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unresolved' };

export interface Calls {
  /** The secret that signs calls to this subscriber: 32 bytes as `whsec_<base64>`. */
  secretOf(subscriberId: string): string;
  confirmation(subscriber: Subscriber, confirmUrl: string): Promise<Posted>;
  notice(subscriber: Subscriber, publication: Publication, url: string): Promise<Posted>;
}

const replyBytesMax = 1_024;

export const createCalls = (deps: {
  readonly clock: PageClock;
  readonly fetch: Fetch;
  readonly guard: Guard;
  readonly key: string;
  readonly timeoutMs: number;
}): Calls => {
  const { clock, fetch, guard, key, timeoutMs } = deps;
  const secretBytes = (id: string): Buffer => createHmac('sha256', key).update(`secret/${id}`).digest();

  const post = async ({ id, target }: Subscriber, callId: string, content: object): Promise<Posted> => {
    const judged = await guard(target);
    // What was fine when it was registered may have moved: never again, not later.
    if (judged.kind === 'refused') return 'never';
    if (judged.kind === 'unresolved') return 'not_now';
    const body = JSON.stringify(content);
    const seconds = Math.floor(clock.wallMs() / 1000);
    const signature = createHmac('sha256', secretBytes(id)).update(`${callId}.${seconds}.${body}`).digest('base64');
    try {
      const reply = await fetch(target, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'breakwater-status-page',
          'webhook-id': callId,
          'webhook-timestamp': String(seconds),
          'webhook-signature': `v1,${signature}`,
        },
        body,
        timeoutMs,
        address: judged.address,
        replyBytesMax,
      });
      if (reply.status >= 200 && reply.status < 300) return 'taken';
      return reply.status === 410 ? 'never' : 'not_now';
    } catch {
      return 'not_now';
    }
  };

  const secretOf = (id: string): string => `whsec_${secretBytes(id).toString('base64')}`;
  return {
    secretOf,
    confirmation: (subscriber, confirmUrl) =>
      post(subscriber, `confirm_${subscriber.id}_${subscriber.askedAtMs}`, {
        type: 'subscription.confirm',
        confirmUrl,
        secret: secretOf(subscriber.id),
      }),
    notice: (subscriber, { topic, version, publishedAtMs, stage, title, text }, url) =>
      post(subscriber, `notice_${topic}_${version}_${subscriber.id}`, {
        type: 'status.updated',
        topic,
        version,
        publishedAtMs,
        stage,
        title,
        text,
        url,
      }),
  };
};
