/**
 * Who may feed the page: a keyed hash over time and body.
 *
 * `Breakwater-Signature: t=<unix ms>,v1=<hex HMAC-SHA-256 of "<t>.<body>">` (see `facts.ts`). The
 * time is inside the hash, so an old body cannot be given a new date; the tolerance bounds how
 * long a recorded request can be played again, and the rules of each fact make that harmless.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export type SignatureRefusal = 'signature_missing' | 'signature_malformed' | 'signature_expired' | 'signature_wrong';

const shape = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/;

/** `null` when the signature is good. `nowMs` is wall time. */
export const refuseSignature = (
  header: string | undefined,
  body: string,
  secret: string,
  nowMs: number,
  toleranceMs: number,
): SignatureRefusal | null => {
  if (header === undefined || header === '') return 'signature_missing';
  const parts = shape.exec(header);
  if (parts === null) return 'signature_malformed';
  const [, time = '', given = ''] = parts;
  const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest();
  // Compared before the date is looked at: a stranger learns nothing about our clock.
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) return 'signature_wrong';
  if (Math.abs(nowMs - Number(time)) > toleranceMs) return 'signature_expired';
  return null;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** True when `header` is `Bearer <token>`. Hashing first makes the comparison blind to length. */
export const bearerMatches = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
