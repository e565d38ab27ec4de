/**
 * Card numbers at rest: AES-256-GCM under a key of each record's own, itself wrapped by a master
 * key. Registering a card at the gateway rather than at an acquirer is what lets a stored card be
 * charged at either of them (design.md section 6.7).
 *
 * A sealed number is text: `<id of the master key>.<base64 of iv, wrapped key, tag, iv, number, tag>`.
 * It names its master key, so several may be in use at once and a rotation replaces the wrapping
 * (60 bytes) without touching the number's own ciphertext. Text without an id is from before there
 * were ids: any key that is known may have wrapped it.
 *
 * A CVC never comes here: it is used for the validity check at token creation and dropped.
 */
import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto';
import type { Entropy, Secrets } from '../ports.ts';
import { type Keyring, keyringOf } from './keyring.ts';

export interface Vault {
  /** Seals a card number for storage under the record `id`. */
  seal(id: string, pan: string): string;
  /** The card number of a sealed record. Throws when it was tampered with or moved to another id. */
  open(id: string, sealed: string): string;
  /**
   * The same record wrapped by the present master key, its number's ciphertext unchanged; null when
   * it is already. Throws like `open`, though the number itself is not looked at.
   */
  rewrap(id: string, sealed: string): string | null;
  /** Same number, same fingerprint; 32 hex characters, not reversible without the key, unmoved by rotations. */
  fingerprint(pan: string): string;
  /** Ids of the master keys that are known; the present one first. */
  keyIds(): readonly string[];
  /** Reads the master keys again. Throws what the secrets say when they cannot be read; the old ring stays. */
  reload(): void;
}

/** Wrapped by a master key that nobody here knows. */
export class UnknownMasterKey extends Error {
  override readonly name = 'UnknownMasterKey';
}

export interface VaultDeps {
  readonly secrets: Secrets;
  /** 32 bytes; makes fingerprints that are useless without it. */
  readonly fingerprintKey: Uint8Array;
  readonly entropy: Entropy;
}

const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
/** Bytes of a wrapped record key: iv, key, tag. */
const wrappedBytes = ivBytes + keyBytes + tagBytes;

// Bound to its record: a sealed number that is copied to another row does not open.
const encrypt = (key: KeyObject | Uint8Array, iv: Uint8Array, aad: Buffer, plain: Uint8Array): Uint8Array[] => {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(aad);
  return [iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
};

const decrypt = (key: KeyObject | Uint8Array, aad: Buffer, sealed: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes));
  // Checks the tag; a stream cipher leaves nothing for the end.
  decipher.final();
  return plain;
};

export const createVault = ({ secrets, fingerprintKey, entropy }: VaultDeps): Vault => {
  let ring: Keyring = keyringOf(secrets.masterKeys());
  const reload = (): void => {
    ring = keyringOf(secrets.masterKeys());
  };

  /** The record's own key. The caller wipes it. */
  const unwrap = (keyId: string | null, aad: Buffer, wrapped: Buffer): Buffer => {
    if (keyId === null) {
      for (const key of ring.byId.values()) {
        try {
          return decrypt(key, aad, wrapped);
        } catch {
          // Another key's, or broken: the last line tells.
        }
      }
      throw new UnknownMasterKey('no known master key opens this record');
    }
    // Another instance may have been given a new key, and used it, before we were.
    if (!ring.byId.has(keyId)) reload();
    const key = ring.byId.get(keyId);
    if (key === undefined) throw new UnknownMasterKey(`the master key ${keyId} is not known`);
    return decrypt(key, aad, wrapped);
  };

  const split = (sealed: string): { keyId: string | null; bytes: Buffer } => {
    const dot = sealed.indexOf('.');
    return {
      keyId: dot === -1 ? null : sealed.slice(0, dot),
      bytes: Buffer.from(dot === -1 ? sealed : sealed.slice(dot + 1), 'base64'),
    };
  };

  const seal: Vault['seal'] = (id, pan) => {
    const aad = Buffer.from(id);
    const number = Buffer.from(pan);
    const chance = entropy.bytes(keyBytes + 2 * ivBytes, `vault/${id}`);
    const recordKey = chance.subarray(0, keyBytes);
    const wrapped = encrypt(ring.current, chance.subarray(keyBytes, keyBytes + ivBytes), aad, recordKey);
    const sealed = encrypt(recordKey, chance.subarray(keyBytes + ivBytes), aad, number);
    const text = `${ring.currentId}.${Buffer.concat([...wrapped, ...sealed]).toString('base64')}`;
    chance.fill(0);
    number.fill(0);
    return text;
  };

  return {
    seal,
    open(id, sealed) {
      const { keyId, bytes } = split(sealed);
      const aad = Buffer.from(id);
      const recordKey = unwrap(keyId, aad, bytes.subarray(0, wrappedBytes));
      const number = decrypt(recordKey, aad, bytes.subarray(wrappedBytes));
      const pan = number.toString();
      recordKey.fill(0);
      number.fill(0);
      return pan;
    },
    rewrap(id, sealed) {
      const { keyId, bytes } = split(sealed);
      if (keyId === ring.currentId) return null;
      const aad = Buffer.from(id);
      const recordKey = unwrap(keyId, aad, bytes.subarray(0, wrappedBytes));
      const iv = entropy.bytes(ivBytes, `vault/${id}/${ring.currentId}`);
      const wrapped = encrypt(ring.current, iv, aad, recordKey);
      recordKey.fill(0);
      return `${ring.currentId}.${Buffer.concat([...wrapped, bytes.subarray(wrappedBytes)]).toString('base64')}`;
    },
    fingerprint: (pan) => createHmac('sha256', fingerprintKey).update(pan).digest('hex').slice(0, 32),
    keyIds: () => [ring.currentId, ...[...ring.byId.keys()].filter((id) => id !== ring.currentId)],
    reload,
  };
};
