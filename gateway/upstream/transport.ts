/**
 * One adapter from transport failures to our own words.
 *
 * *Not sent* is only: connection refused, DNS failure, unreachable, connect timeout, TLS failure.
 * Everything else without a complete answer (reset, closed socket, timeout, abort) is *unknown*
 * (design.md section 4). When in doubt it is unknown: that costs an inquiry, the other mistake
 * costs a buyer a second charge.
 */
import type { Fetch } from '../ports.ts';

export type Exchange =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string; readonly decidedBy: string | null }
  | { readonly kind: 'not_sent'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

export const notSentCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);

/** The failure code of a rejected fetch, from the error or its cause. */
export const failureCode = (reason: unknown): string => {
  if (!(reason instanceof Error)) return 'UNKNOWN';
  const own = (reason as { code?: unknown }).code;
  if (typeof own === 'string') return own;
  const cause = reason.cause as { code?: unknown } | undefined;
  if (typeof cause?.code === 'string') return cause.code;
  return reason.name;
};

/** Posts one form and tells how far it got. */
export const exchange = async (
  fetch: Fetch,
  url: string,
  form: string,
  { timeoutMs, drawKey }: { timeoutMs: number; drawKey: string },
): Promise<Exchange> => {
  try {
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: form,
      timeoutMs,
      drawKey,
    });
    return {
      kind: 'answered',
      status: reply.status,
      text: await reply.text(),
      decidedBy: reply.headers.get('Breakwater-Decided-By'),
    };
  } catch (reason) {
    const code = failureCode(reason);
    return notSentCodes.has(code) ? { kind: 'not_sent', reason: code } : { kind: 'unknown', reason: code };
  }
};
