/**
 * Writes of one unit that may carry an `Idempotency-Key`: done once, answered with the same bytes
 * ever after. What asks an acquirer in between has a longer life and does this by itself
 * (`charges`, `subscriptions`).
 */
import type { Deliveries } from '../deliveries/deliveries.ts';
import { type Answer, type Call, refused } from '../http/endpoint.ts';
import { ownerOf, plain, Refused, type Written } from '../http/written.ts';
import type { Store, Tx } from '../ports.ts';
import { type Idempotency, type KeyOf, keptAnswer } from './idempotency.ts';

/** The key of a call and what it was used for; null when it has none. */
export const keyOfCall = (idempotency: Idempotency, call: Call): (KeyOf & { readonly hash: string }) | null => {
  if (call.idempotencyKey === null) return null;
  const { merchant: merchantId, livemode } = ownerOf(call);
  return { merchantId, livemode, key: call.idempotencyKey, hash: idempotency.hashOf(call.path, call.text) };
};

/** The answer to a repetition; null when the key is new. */
export const repeatedAnswer = async (
  tx: Tx,
  idempotency: Idempotency,
  key: KeyOf & { readonly hash: string },
): Promise<Answer | null> => {
  const row = await idempotency.find(tx, key);
  if (row === undefined) return null;
  if (row.params_hash !== key.hash) return refused({ kind: 'key_reused' });
  return row.state === 'done' ? keptAnswer(row) : refused({ kind: 'key_in_progress' });
};

export type KeyedWrite = (call: Call, work: (tx: Tx) => Promise<Written>) => Promise<Answer>;

export const createKeyedWrite = ({
  store,
  deliveries,
  idempotency,
}: {
  readonly store: Store;
  readonly deliveries: Deliveries;
  readonly idempotency: Idempotency;
}): KeyedWrite => {
  const once = async (tx: Tx, call: Call, work: (tx: Tx) => Promise<Written>): Promise<Written> => {
    const key = keyOfCall(idempotency, call);
    if (key === null) return work(tx);
    const repeated = await repeatedAnswer(tx, idempotency, key);
    if (repeated !== null) return plain(repeated);
    const written = await work(tx);
    // A refusal had no effect: the key may be used again.
    if (written.answer.status !== 200) return written;
    // Somebody else was first, in a unit that this one did not see: this one is undone.
    if (!(await idempotency.keep(tx, key, written.answer))) throw new Refused({ kind: 'key_in_progress' });
    return written;
  };
  return async (call, work) => {
    try {
      const written = await store.unit((tx) => once(tx, call, work));
      deliveries.wake(written.deliveries);
      return written.answer;
    } catch (reason) {
      if (reason instanceof Refused) return reason.answer;
      throw reason;
    }
  };
};
