/**
 * Signatures of Standard Webhooks (standardwebhooks.com, specification 1.0.0): `v1,` and the base64
 * of HMAC-SHA-256 over `id.timestamp.body`, one for each secret that is valid, a space between them.
 */
import { createHmac } from 'node:crypto';
import type { Entropy } from '../ports.ts';

/** Bytes of a secret; the specification asks for 24 to 64. */
const secretBytes = 32;
const prefix = 'whsec_';

/** A new `whsec_…`; `label` says whose it is. */
export const newSecret = (entropy: Entropy, label: string): string =>
  prefix + Buffer.from(entropy.bytes(secretBytes, `webhook-secret/${label}`)).toString('base64');

export interface Signed {
  /** The event: the same for every try, so that a receiver knows a repetition. */
  readonly id: string;
  /** Unix seconds of this try: receivers refuse what is old. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers. */
export const signatureHeaders = (
  { id, timestamp, body }: Signed,
  secrets: readonly string[],
): Readonly<Record<string, string>> => ({
  'webhook-id': id,
  'webhook-timestamp': String(timestamp),
  'webhook-signature': secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(prefix.length), 'base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    })
    .join(' '),
});
