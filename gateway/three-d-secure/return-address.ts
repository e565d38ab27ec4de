/**
 * Where the browser goes when it is over (payjp-api section 6): `back`, the name of an address that the merchant
 * registered, or `back_url`, an address in a compact JWS that its server signed with the secret key. The
 * latter wins. An address that nobody signed or registered is never followed.
 */
import { createHmac } from 'node:crypto';
import { sameProof } from './ids.ts';
import { isReturnUrl, type ThreeDSecureSettings } from './settings.ts';

const jwsBytesMax = 4096;

const jsonPart = (part: string): Readonly<Record<string, unknown>> | null => {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
};

/** The address in a JWS of HS256; null: not in order, or signed with none of these keys. */
export const readBackUrl = (jws: string, secretKeys: readonly string[]): string | null => {
  if (jws.length > jwsBytesMax) return null;
  const parts = jws.split('.');
  if (parts.length !== 3) return null;
  const [head = '', payload = '', signature = ''] = parts;
  // `none`, or a public key's algorithm, would let anybody sign.
  if (jsonPart(head)?.alg !== 'HS256') return null;
  const signed = secretKeys.some((key) =>
    sameProof(createHmac('sha256', key).update(`${head}.${payload}`).digest('base64url'), signature),
  );
  const url = signed ? jsonPart(payload)?.url : null;
  return typeof url === 'string' && isReturnUrl(url) && /^https?:/.test(url) ? url : null;
};

export type ReturnAddress = { readonly ok: true; readonly url: string | null } | { readonly ok: false };

export const returnAddress = async (
  query: { readonly back?: string | undefined; readonly back_url?: string | undefined },
  settings: ThreeDSecureSettings,
  secretKeys: () => Promise<readonly string[]>,
): Promise<ReturnAddress> => {
  if (query.back_url !== undefined && query.back_url !== '') {
    const url = readBackUrl(query.back_url, await secretKeys());
    return url === null ? { ok: false } : { ok: true, url };
  }
  if (query.back === undefined || query.back === '') return { ok: true, url: null };
  const url = Object.hasOwn(settings.returnUrls, query.back) ? settings.returnUrls[query.back] : undefined;
  return url === undefined ? { ok: false } : { ok: true, url };
};
