/**
 * EncryptValue: base64 of AES-128-CBC (PKCS#7) over a urlencoded query string, key and IV sixteen ASCII
 * characters that a merchant is given (escott-protocol.md section 6).
 */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import { stringify } from 'qs';
import type { EscottTenant } from '../config.ts';
import { parseForm } from './form.ts';

export interface EncryptKeys {
  readonly key: string;
  readonly iv: string;
}

/** As the contract says; without it, made from the merchant id: the same in every simulator. */
export const encryptKeysOf = ({ merchantId, encryptKey, encryptIv }: EscottTenant): EncryptKeys => ({
  key: encryptKey ?? hash('sha256', `EncryptKey/${merchantId}`).slice(0, 16),
  iv: encryptIv ?? hash('sha256', `EncryptIv/${merchantId}`).slice(0, 16),
});

const ALGORITHM = 'aes-128-cbc';
/** Longest value that is looked at, characters. */
const VALUE_MAX = 16_384;

export const sealed = ({ key, iv }: EncryptKeys, fields: Readonly<Record<string, string>>): string => {
  const cipher = createCipheriv(ALGORITHM, Buffer.from(key, 'latin1'), Buffer.from(iv, 'latin1'));
  return Buffer.concat([cipher.update(stringify(fields), 'utf8'), cipher.final()]).toString('base64');
};

/** Null: it was sealed with other keys, or changed since. */
export const opened = ({ key, iv }: EncryptKeys, value: string): ReadonlyMap<string, string> | null => {
  // A form may have turned `+` into a space, and openssl breaks lines.
  const base64 = value.replaceAll(/[\r\n]/g, '').replaceAll(' ', '+');
  if (base64 === '' || base64.length > VALUE_MAX || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  try {
    const decipher = createDecipheriv(ALGORITHM, Buffer.from(key, 'latin1'), Buffer.from(iv, 'latin1'));
    const text = Buffer.concat([decipher.update(base64, 'base64'), decipher.final()]).toString('utf8');
    const fields = parseForm(text);
    return fields.size === 0 ? null : fields;
  } catch {
    return null;
  }
};
