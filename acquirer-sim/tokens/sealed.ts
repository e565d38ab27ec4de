/**
 * The two ways card data is sealed (gmo-pg-protocol.md section 8).
 *
 * The server call seals one JSON text with RSA. The browser's script seals `cardno|expire|code|holder|
 * count` with AES, the way to its key with RSA, and signs the whole; the parameters of that are those
 * of the public script of 2017 and later (version 5).
 */
import { createDecipheriv, hash, pbkdf2Sync } from 'node:crypto';
import { z } from 'zod';
import type { RawCardData } from './card-data.ts';
import type { TokenKey } from './key.ts';

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => String(value ?? ''));

const ServerCard = z.object({
  cardNo: text,
  expire: text,
  securityCode: text,
  holderName: text,
  tokenNumber: text,
});

/** The data, or the result code: 190 was not sealed to this key, 191 holds something else. */
export const openServerCard = (key: TokenKey, encrypted: string): RawCardData | string => {
  const plain = key.unseal(encrypted);
  if (plain === null) return '190';
  try {
    const parsed = ServerCard.safeParse(JSON.parse(plain.toString()));
    return parsed.success ? parsed.data : '191';
  } catch {
    return '191';
  }
};

/** The query of the browser's call, under its own names. */
export interface BrowserQuery {
  readonly key: string;
  readonly callback: string;
  readonly publicKey: string;
  readonly encrypted: string;
  readonly seal: string;
}

/** SHA-1 over what was sent, so that a cut query is noticed. */
export const sealOf = ({ publicKey, key, encrypted, callback }: Omit<BrowserQuery, 'seal'>): string =>
  hash('sha1', `${publicKey}|${key}|${encrypted}|${callback}`);

/** Known to everybody: the secret is the salt, which only the acquirer can read. */
export const PASSPHRASE = 'SecretPassphrase';
export const ITERATIONS = 100;

/** The data, or the result code of what could not be opened. */
export const openBrowserCard = (key: TokenKey, query: BrowserQuery): RawCardData | string => {
  if (query.seal.toLowerCase() !== sealOf(query)) return '541';
  const source = /^iv=([0-9a-f]{32})&salt=([0-9a-f]{32})$/i.exec(key.unseal(query.key)?.toString() ?? '');
  const [, iv = '', salt = ''] = source ?? [];
  if (source === null) return '522';
  const secret = pbkdf2Sync(PASSPHRASE, Buffer.from(salt, 'hex'), ITERATIONS, 16, 'sha1');
  const decipher = createDecipheriv('aes-128-cbc', secret, Buffer.from(iv, 'hex'));
  let plain: string;
  try {
    plain = decipher.update(query.encrypted, 'base64', 'utf8') + decipher.final('utf8');
  } catch {
    return '512';
  }
  const fields = plain.split('|');
  if (fields.length !== 5) return '512';
  const [cardNo = '', expire = '', securityCode = '', holderName = '', tokenNumber = ''] = fields;
  return { cardNo, expire, securityCode, holderName, tokenNumber };
};
