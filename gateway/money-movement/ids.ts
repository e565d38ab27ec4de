/**
 * Ids of what is computed from the ledger. Nothing of it is stored, so its id is a function of
 * what it is: whose, which mode, which term.
 */
import { createHash } from 'node:crypto';
import type { Flag } from '../store/database.ts';

export type MovementPrefix = 'tm_' | 'st_' | 'ba_' | 'tr_';

export const movementId = (prefix: MovementPrefix, merchantId: string, livemode: Flag, startMs: number): string =>
  (prefix + createHash('sha256').update(`${prefix}/${merchantId}/${livemode}/${startMs}`).digest('hex')).slice(0, 32);

const made = new Map<string, string>();
const madeMax = 10_000;

/** The same, kept: every charge that is shown names its term, and there are few terms. */
export const termIdOf = (merchantId: string, livemode: Flag, startMs: number): string => {
  const key = `${merchantId}/${livemode}/${startMs}`;
  let id = made.get(key);
  if (id === undefined) {
    if (made.size >= madeMax) made.clear();
    id = movementId('tm_', merchantId, livemode, startMs);
    made.set(key, id);
  }
  return id;
};
