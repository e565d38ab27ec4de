/**
 * What merchants were answered under each idempotency key, as the auditor remembers it.
 *
 * Hashes only: a request may hold a card number, and a day has tens of thousands of them.
 */
import { createHash } from 'node:crypto';
import type { KeyedAnswer } from './books.ts';

/** All answers to one request under one key that said what became of it, for good. */
interface SameRequest {
  /** Hash of status and body of the first, and when it was given. */
  readonly answer: string;
  readonly status: number;
  readonly atMs: number;
}

export interface KeyHistory {
  readonly key: string;
  /** Answers seen, of whatever kind. */
  answers: number;
  /** By request (path and body). */
  readonly definite: Map<string, SameRequest>;
  /** Definite answers beyond the first of their request. */
  repeats: number;
  /** Requests other than the first definite one, answered afterwards. */
  strangers: number;
  /** What was answered wrongly, in words. */
  readonly faults: { readonly invariant: 'INV-13' | 'INV-14'; readonly atMs: number; readonly text: string }[];
}

export type AnswerBook = ReturnType<typeof createAnswerBook>;

const hash = (...parts: readonly string[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\n');
  return sum.digest('base64');
};

/**
 * An answer that the gateway keeps: it was done, or the issuer said no. A refusal before any effect
 * may be followed by another answer, and so may "not known yet".
 */
const isDefinite = (status: number): boolean => status === 200 || status === 402;

export const createAnswerBook = () => {
  const histories = new Map<string, KeyHistory>();
  return {
    add({ authorization, key, path, requestBody, answeredMs, status, replyBody }: KeyedAnswer): void {
      const id = `${authorization}|${key}`;
      let history = histories.get(id);
      if (history === undefined) {
        history = { key, answers: 0, definite: new Map(), repeats: 0, strangers: 0, faults: [] };
        histories.set(id, history);
      }
      history.answers += 1;
      const request = hash(path, requestBody);
      const first = history.definite.get(request);
      const [other] = history.definite;
      if (first === undefined && other !== undefined && answeredMs > other[1].atMs) {
        history.strangers += 1;
        if (status < 400 || status >= 500)
          history.faults.push({
            invariant: 'INV-14',
            atMs: answeredMs,
            text: `key ${key} was used for another request and got ${status} instead of a refusal`,
          });
      }
      if (!isDefinite(status)) return;
      const answer = hash(`${status}`, replyBody);
      if (first === undefined) {
        history.definite.set(request, { answer, status, atMs: answeredMs });
        return;
      }
      history.repeats += 1;
      if (first.answer !== answer)
        history.faults.push({
          invariant: 'INV-13',
          atMs: answeredMs,
          text: `key ${key} got ${first.status} at ${Math.round(first.atMs)} ms and other bytes with ${status} at ${Math.round(answeredMs)} ms`,
        });
    },
    histories: (): Iterable<KeyHistory> => histories.values(),
  };
};
