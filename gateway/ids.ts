/**
 * Ids in PAY.JP's shape: a prefix and lower-case hex, 32 characters in total
 * (reference/payjp-api.md section 2).
 */
import type { Entropy } from './ports.ts';

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');

/**
 * A new id. `label` says whose id it is (merchant and, where the caller sent one, its
 * idempotency key), so that on the stage an id depends on what it names.
 */
export const newId = (entropy: Entropy, prefix: string, label: string): string =>
  (prefix + hex(entropy.bytes(16, `${prefix}/${label}`))).slice(0, 32);

/** An id depends on whose request it names: the merchant and, where sent, its idempotency key. */
export const labelOf = (merchantId: string, idempotencyKey: string | null): string =>
  idempotencyKey === null ? merchantId : `${merchantId}/${idempotencyKey}`;

/** Our reference for one attempt at an acquirer: 27 characters, GMO-PG's OrderID length and e-SCOTT's in our reading. */
export const attemptReference = (chargeId: string, attemptNo: number): string => {
  const body = chargeId.slice(chargeId.indexOf('_') + 1, chargeId.indexOf('_') + 24);
  return `${body}-${attemptNo.toString(36)}`.slice(0, 27);
};

/** Of the capture that belongs to a charge's creation, where its dialect wants it as a request of its own. */
export const ownCaptureReference = (chargeId: string): string => attemptReference(chargeId, 9);
