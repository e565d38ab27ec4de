/**
 * A running fingerprint of a member's intents: equal when the same numbers were drawn in the same
 * order. Folded by hand and not by SHA-256 over JSON, which cost a third of the cast's time.
 */
import type { FollowUp, Intent } from './draws.ts';

export interface DrawsDigest {
  add(intent: Intent): void;
  /** 16 hex digits over all intents added so far. */
  hex(): string;
}

/** One number seen as two words, so that every bit of a fraction counts. */
const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);

export const createDrawsDigest = (): DrawsDigest => {
  let high = 0x243f6a88;
  let low = 0x85a308d3;

  /** Murmur3's constants; `high` takes each word first, so swapped numbers differ. */
  const fold = (number: number): void => {
    value[0] = number;
    for (let index = 0; index < 2; index += 1) {
      high = Math.imul(high ^ (words[index] ?? 0), 0xcc9e2d51);
      high ^= high >>> 15;
      low = Math.imul(((low << 13) | (low >>> 19)) ^ high, 0x1b873593);
      low ^= low >>> 13;
    }
  };
  const foldFollowUp = (followUp: FollowUp | null): void => {
    fold(followUp?.afterMs ?? -1);
    fold(followUp?.amountYen ?? -1);
  };

  return {
    add(intent) {
      fold(intent.gapMs);
      fold(intent.kind === 'create' ? 1 : 2);
      fold(intent.amountYen);
      fold(Number(intent.captureNow) + 2 * Number(intent.stored) + 4 * Number(intent.namesCard));
      fold(intent.customer);
      fold(Number(intent.card.number));
      fold(Number(intent.card.cvc) * 10 + intent.card.yearsLeft);
      fold(intent.patienceMs);
      foldFollowUp(intent.capture);
      foldFollowUp(intent.refund);
    },
    hex: () => [high, low].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join(''),
  };
};
