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

/** The origin of an address of the web; null: it has none. */
export const originOf = (text: string): string | null => {
  if (!URL.canParse(text)) return null;
  const { protocol, origin } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
};

/** Origins that the merchant named, or registered an address of. */
const registeredOf = (settings: ThreeDSecureSettings): readonly string[] => [
  ...new Set([
    ...settings.frameOrigins,
    ...Object.values(settings.returnUrls).flatMap((address) => originOf(address) ?? []),
  ]),
];

/**
 * Whose page stands around ours. It decides who may frame a page that a card holder types into, and who hears how it
 * went on, and the parameter is anybody's: in live mode it must be an origin that the merchant named, the one of
 * an address it registered, or of the one it signed. In test mode there is nothing to steal, and every developer's
 * page has an origin of its own.
 */
export const frameOf = (
  asked: string | undefined,
  of: { readonly settings: ThreeDSecureSettings; readonly returnUrl: string | null; readonly livemode: boolean },
): { readonly ok: true; readonly origin: string | null } | { readonly ok: false } => {
  if (asked === undefined || asked === '') return { ok: true, origin: null };
  const origin = originOf(asked);
  if (origin === null) return { ok: false };
  if (!of.livemode || registeredOf(of.settings).includes(origin)) return { ok: true, origin };
  return of.returnUrl !== null && originOf(of.returnUrl) === origin ? { ok: true, origin } : { ok: false };
};

/**
 * The page that opened our window, where it says so and may be believed; null: not known. In live mode a merchant that
 * registered origins is opened by those. Unlike a frame it is never refused: a window shows its own address.
 */
export const openerOf = (
  asked: string | undefined,
  of: { readonly settings: ThreeDSecureSettings; readonly livemode: boolean },
): string | null => {
  const origin = asked === undefined ? null : originOf(asked);
  if (origin === null || !of.livemode) return origin;
  const registered = registeredOf(of.settings);
  return registered.length === 0 || registered.includes(origin) ? origin : null;
};

/**
 * The origins that a window's opener is told at, each tried: a browser delivers to the one that it is. With neither a
 * word of the opener nor a registered origin it is `*`, whoever opened it: PAY.JP's sub-windows know no registration,
 * and what is told, that the last page of an object was reached, is known to whoever had its id to open the window.
 */
export const openersTold = (
  opener: string | null,
  of: { readonly settings: ThreeDSecureSettings | undefined; readonly livemode: boolean },
): readonly string[] => {
  if (opener !== null) return [opener];
  const registered = of.livemode && of.settings !== undefined ? registeredOf(of.settings) : [];
  return registered.length > 0 ? registered : ['*'];
};
