/**
 * Card numbers at rest: AES-256-GCM under a key of each record's own, itself wrapped by the
 * master key. Registering a card at the gateway rather than at an acquirer is what lets a stored
 * card be charged at either of them (design.md section 6.7).
 *
 * A CVC never comes here: it is used for the validity check at token creation and dropped.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Entropy } from '../ports.ts';

export interface VaultKeys {
  /** 32 bytes; wraps the records' keys. */
  readonly masterKey: Uint8Array;
  /** 32 bytes; makes fingerprints that are useless without it. */
  readonly fingerprintKey: Uint8Array;
}

export interface Vault {
  /** Seals a card number for storage under the record `id`. */
  seal(id: string, pan: string): string;
  /** The card number of a sealed record. Throws when it was tampered with or moved to another id. */
  open(id: string, sealed: string): string;
  /** Same number, same fingerprint; 32 hex characters, not reversible without the key. */
  fingerprint(pan: string): string;
}

const ivBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

const encrypt = (key: Uint8Array, iv: Uint8Array, id: string, plain: Uint8Array): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  // Bound to its record: a sealed number copied to another row does not open.
  cipher.setAAD(Buffer.from(id));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
};

const decrypt = (key: Uint8Array, id: string, sealed: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(id));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  return Buffer.concat([decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes)), decipher.final()]);
};

/** Bytes of a wrapped record key: iv, key, tag. */
const wrappedBytes = ivBytes + keyBytes + tagBytes;

export const createVault = ({ keys, entropy }: { keys: VaultKeys; entropy: Entropy }): Vault => ({
  seal(id, pan) {
    const chance = entropy.bytes(keyBytes + 2 * ivBytes, `vault/${id}`);
    const recordKey = chance.subarray(0, keyBytes);
    const wrapped = encrypt(keys.masterKey, chance.subarray(keyBytes, keyBytes + ivBytes), id, recordKey);
    const sealed = encrypt(recordKey, chance.subarray(keyBytes + ivBytes), id, Buffer.from(pan));
    return Buffer.concat([wrapped, sealed]).toString('base64');
  },
  open(id, sealed) {
    const bytes = Buffer.from(sealed, 'base64');
    const recordKey = decrypt(keys.masterKey, id, bytes.subarray(0, wrappedBytes));
    return decrypt(recordKey, id, bytes.subarray(wrappedBytes)).toString();
  },
  fingerprint: (pan) => createHmac('sha256', keys.fingerprintKey).update(pan).digest('hex').slice(0, 32),
});
