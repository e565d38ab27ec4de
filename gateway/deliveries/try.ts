/**
 * One try of a delivery: where to, with what, and what came of it. It writes nothing but a lease that
 * would end too soon; what follows from the outcome is `deliveries.ts`'s.
 */
import { validSecrets, type WebhookEndpoint } from '../merchants/webhook-endpoints.ts';
import type { Clock, Fetch, InboundReply, Mail, Store } from '../ports.ts';
import type { DeliveryRow } from '../store/database.ts';
import { LeaseLost } from '../store/leases.ts';
import { signatureHeaders } from './signature.ts';
import { deliveryLeases, eventById } from './store.ts';
import type { Target, Targets } from './targets.ts';
import { eventIdOf, webhookBody } from './webhook.ts';

const timeoutMs = 15_000;
/** Of an answer only its status counts. */
const replyBytesMax = 65_536;
/** How long a row is ours without another word (resilience-patterns section 12). */
export const leaseMs = 60_000;
/** A try begins only while this much of the lease is left: its whole timeout, and clocks that differ. */
export const leaseLeftMinMs = 25_000;

/** How a try ended. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string; readonly status: number | null }
  /** No later try can end otherwise. */
  | { readonly kind: 'hopeless'; readonly reason: string }
  /** Somebody else has the row. */
  | { readonly kind: 'lost' };

export interface TryDeps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly fetch: Fetch;
  readonly store: Store;
  readonly targets: Targets;
  /** Letters, and whom they are from; absent: none are written. */
  readonly mail?: Mail | undefined;
  readonly mailFrom?: string;
  /** The endpoint as it is now; undefined once it was removed. */
  readonly webhook: (id: string) => WebhookEndpoint | undefined | Promise<WebhookEndpoint | undefined>;
}

/** A function that tries one row once. It rejects only for a fault of ours. */
export const createTry = (deps: TryDeps): ((row: DeliveryRow) => Promise<Outcome>) => {
  const { clock, fetch, store, targets, webhook } = deps;

  /**
   * One try. What is known at once is not waited for: in the ordinary case the request leaves in the
   * same turn in which the row was woken, whatever else goes on.
   */
  const tryOnce = (row: DeliveryRow): Promise<Outcome> => {
    if ((row.lease_until_ms ?? 0) - clock.wallMs() < leaseLeftMinMs)
      return renew(row).then((renewed) => (renewed ? tryNow(row) : { kind: 'lost' }));
    return tryNow(row);
  };

  const tryNow = (row: DeliveryRow): Promise<Outcome> => {
    const endpoint = row.endpoint_id === null ? null : webhook(row.endpoint_id);
    return endpoint instanceof Promise ? endpoint.then((found) => tryAt(row, found)) : tryAt(row, endpoint);
  };

  const tryAt = (row: DeliveryRow, endpoint: WebhookEndpoint | null | undefined): Promise<Outcome> => {
    if (endpoint === undefined) return Promise.resolve({ kind: 'hopeless', reason: 'the endpoint was removed' });
    if (row.kind === 'mail') return sendLetter(row);
    // An acquirer's address is our own setting, and may well be a private line.
    if (row.kind === 'upstream') return post(row, endpoint, row.body, null);
    const target = targets.check(row.url, endpoint?.livemode === 1);
    return target instanceof Promise
      ? target.then((judged) => tryTarget(row, endpoint, judged))
      : tryTarget(row, endpoint, target);
  };

  /** 250 stands for a letter that was taken: SMTP's own word for it. */
  const sendLetter = async (row: DeliveryRow): Promise<Outcome> => {
    if (deps.mail === undefined) return { kind: 'hopeless', reason: 'no mail server is configured' };
    const { subject, text } = JSON.parse(row.body) as { readonly subject: string; readonly text: string };
    const from = deps.mailFrom ?? 'notices@localhost';
    const letter = {
      from,
      to: row.url.slice('mailto:'.length),
      subject,
      text,
      headers: { 'Auto-Submitted': 'auto-generated' },
      messageId: `<${row.id}@${from.replace(/>\s*$/, '').split('@').at(-1)}>`,
    };
    switch (await deps.mail(letter, timeoutMs)) {
      case 'taken':
        return { kind: 'delivered', status: 250 };
      case 'never':
        return { kind: 'hopeless', reason: 'the letter came back' };
      case 'not_now':
        return { kind: 'failed', reason: 'the mail server did not take it', status: null };
    }
  };

  const tryTarget = (row: DeliveryRow, endpoint: WebhookEndpoint | null, target: Target): Promise<Outcome> => {
    if (target.kind === 'refused') return Promise.resolve({ kind: 'hopeless', reason: `refused: ${target.reason}` });
    if (target.kind === 'unresolved')
      return Promise.resolve({ kind: 'failed', reason: 'the host name does not resolve', status: null });
    if (row.body !== '') return post(row, endpoint, row.body, target.address);
    return bodyOf(row).then((body) =>
      body === null ? { kind: 'hopeless', reason: 'its event is gone' } : post(row, endpoint, body, target.address),
    );
  };

  const bodyOf = async (row: DeliveryRow): Promise<string | null> => {
    const event = await store.read((tx) => tx.first(eventById, { id: eventIdOf(row.id) }));
    return event === undefined ? null : webhookBody(event);
  };

  const renew = async (row: DeliveryRow): Promise<boolean> => {
    const until = clock.wallMs() + leaseMs;
    try {
      await store.unit((tx) => deliveryLeases.renew(tx, row, until));
    } catch (reason) {
      if (reason instanceof LeaseLost) return false;
      throw reason;
    }
    row.lease_until_ms = until;
    return true;
  };

  const headersOf = (row: DeliveryRow, endpoint: WebhookEndpoint | null, body: string): Record<string, string> => {
    const headers = {
      'Content-Type': 'application/json',
      'X-Payjp-Webhook-Token': endpoint === null ? row.token : endpoint.token,
    };
    const secrets = endpoint === null ? [] : validSecrets(endpoint, clock.wallMs());
    if (secrets.length === 0) return headers;
    const timestamp = Math.floor(clock.wallMs() / 1000);
    return { ...headers, ...signatureHeaders({ id: eventIdOf(row.id), timestamp, body }, secrets) };
  };

  /** Only a 2xx is a receipt; what the body says does not matter. */
  const post = async (
    row: DeliveryRow,
    endpoint: WebhookEndpoint | null,
    body: string,
    address: string | null,
  ): Promise<Outcome> => {
    let reply: InboundReply;
    try {
      reply = await fetch(row.url, {
        method: 'POST',
        headers: headersOf(row, endpoint, body),
        body,
        timeoutMs,
        drawKey: `delivery/${row.id}/${row.tries}`,
        ...(address === null ? {} : { address, replyBytesMax }),
      });
    } catch (reason) {
      return { kind: 'failed', reason: failureOf(reason), status: null };
    }
    const { status } = reply;
    return status >= 200 && status < 300
      ? { kind: 'delivered', status }
      : { kind: 'failed', reason: `answered ${status}`, status };
  };

  return tryOnce;
};

/** Why nothing came back, in a word: Node's code, or the name of the error. */
const failureOf = (reason: unknown): string => {
  if (!(reason instanceof Error)) return 'no answer';
  for (const at of [reason, reason.cause])
    if (typeof at === 'object' && at !== null && 'code' in at && typeof at.code === 'string') return at.code;
  return reason.name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : reason.name;
};
