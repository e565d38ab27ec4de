/**
 * Secret keys at rest. They are recognised by their SHA-256; a `back_url` of 3-D Secure, though, is a
 * JWS that the merchant signs with the key itself (payjp-api section 6), and nobody can check that
 * by a hash. So each is kept once more, by AES-256-GCM, bound to its hash.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Entropy } from '../ports.ts';

export interface KeySeal {
  seal(hash: string, key: string): string;
  /** Throws when it was tampered with, or is another key's. */
  open(hash: string, sealed: string): string;
}

const ivBytes = 12;
const tagBytes = 16;

/** `key`: 32 bytes that are the same in every instance and after every restart. */
export const createKeySeal = ({ key, entropy }: { key: Uint8Array; entropy: Entropy }): KeySeal => {
  const sealing = createHmac('sha256', key).update('breakwater/secret-keys').digest();
  return {
    seal(hash, plain) {
      const iv = entropy.bytes(ivBytes, `key-seal/${hash}`);
      const cipher = createCipheriv('aes-256-gcm', sealing, iv);
      cipher.setAAD(Buffer.from(hash));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64');
    },
    open(hash, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, ivBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(hash));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
};
