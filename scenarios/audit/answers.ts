/**
 * What merchants were answered under each idempotency key, as the auditor remembers it.
 *
 * A day has tens of thousands of keys, nearly all used once, so one small record each; and hashes
 * only, because a request may hold a card number.
 */
import type { KeyedAnswer } from './books.ts';
import { hashOf } from './hash-of.ts';

/** The first answer that said for good what became of a request. */
interface Definite {
  /** Hash of path and body. */
  readonly request: number;
  /** Hash of the answer's body. */
  readonly answer: number;
  readonly status: number;
  readonly atMs: number;
}

export interface AnswerFault {
  readonly invariant: 'INV-13' | 'INV-14';
  readonly key: string;
  readonly atMs: number;
  readonly text: string;
}

export type AnswerBook = ReturnType<typeof createAnswerBook>;

/**
 * An answer that the gateway keeps: it was done, or the issuer said no. A refusal before any effect
 * may be followed by another answer, and so may "not known yet".
 */
const isDefinite = (status: number): boolean => status === 200 || status === 402;

export const createAnswerBook = () => {
  /** By whose key it is, then by key. */
  const keys = new Map<string, Map<string, Definite>>();
  const faults: AnswerFault[] = [];
  /** Definite answers beyond the first to the same request, and answers to another request under its key. */
  const judged = { 'INV-13': 0, 'INV-14': 0 };
  return {
    add({ authorization, key, path, requestBody, answeredMs, status, replyBody }: KeyedAnswer): void {
      let own = keys.get(authorization);
      if (own === undefined) {
        own = new Map();
        keys.set(authorization, own);
      }
      const first = own.get(key);
      if (first === undefined) {
        if (isDefinite(status))
          own.set(key, {
            request: hashOf(`${path}\n${requestBody}`),
            answer: hashOf(replyBody),
            status,
            atMs: answeredMs,
          });
        return;
      }
      if (first.request !== hashOf(`${path}\n${requestBody}`)) {
        // One that was answered before may have come before.
        if (answeredMs <= first.atMs) return;
        // Without its database the gateway cannot know the key: it did nothing, and says so.
        if (status >= 500) return;
        judged['INV-14'] += 1;
        if (status < 400) {
          const text = `key ${key} was used for another request and got ${status} instead of a refusal`;
          faults.push({ invariant: 'INV-14', key, atMs: answeredMs, text });
        }
        return;
      }
      if (!isDefinite(status)) return;
      judged['INV-13'] += 1;
      if (first.status === status && first.answer === hashOf(replyBody)) return;
      const text = `key ${key} got ${first.status} at ${Math.round(first.atMs)} ms and other bytes with ${status} at ${Math.round(answeredMs)} ms`;
      faults.push({ invariant: 'INV-13', key, atMs: answeredMs, text });
    },
    judged: (invariant: AnswerFault['invariant']): number => judged[invariant],
    faults: (): readonly AnswerFault[] => faults,
  };
};
