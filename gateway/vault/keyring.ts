/**
 * The master keys that are known at once: one that seals, and those that records may still be
 * wrapped by.
 *
 * A key's id is computed from the key, so nobody has to keep names and keys together, and a key
 * under a wrong name cannot happen.
 */
import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import type { MasterKeys } from '../ports.ts';

export interface Keyring {
  /** Wraps whatever is sealed from now on. */
  readonly currentId: string;
  readonly current: KeyObject;
  /** All that are known, the current one included, by id. */
  readonly byId: ReadonlyMap<string, KeyObject>;
}

/** 12 hex digits that name a key and say nothing about it: the key is 32 random bytes. */
export const keyIdOf = (key: Uint8Array): string =>
  createHash('sha256').update('breakwater master key\n').update(key).digest('hex').slice(0, 12);

/** A ring of these keys; one that is named twice counts once. */
export const keyringOf = ({ current, old }: MasterKeys): Keyring => {
  const byId = new Map<string, KeyObject>();
  for (const key of [current, ...old]) byId.set(keyIdOf(key), createSecretKey(key));
  const currentId = keyIdOf(current);
  return { currentId, current: byId.get(currentId)!, byId };
};
