/**
 * Links that only their receiver has: a keyed hash over what they do and for whom.
 *
 * Nothing is stored for them, and none can be guessed or turned into another: who may unsubscribe one
 * address cannot confirm it, nor touch its neighbour.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type LinkPurpose = 'confirm' | 'unsubscribe';

export interface Links {
  /** Address of the link, with the origin that readers use. */
  to(origin: string, purpose: LinkPurpose, subscriberId: string, lang: string): string;
  isGood(purpose: LinkPurpose, subscriberId: string, proof: string): boolean;
}

export const createLinks = (key: string): Links => {
  const proofOf = (purpose: LinkPurpose, id: string): string =>
    createHmac('sha256', key).update(`${purpose}/${id}`).digest('base64url');
  return {
    to: (origin, purpose, id, lang) =>
      `${origin}/subscriptions/${id}/${purpose}?proof=${proofOf(purpose, id)}${lang === 'en' ? '&lang=en' : ''}`,
    isGood(purpose, id, proof) {
      const expected = Buffer.from(proofOf(purpose, id));
      const given = Buffer.from(proof);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
};
