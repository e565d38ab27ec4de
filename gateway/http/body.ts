/**
 * Request bodies: bracketed forms, parsed by qs within stated limits.
 *
 * Hono's own form parsers keep `card[number]` as a flat key, so the text is parsed here
 * (reference/stack.md, "hono"). Limits are those of resilience-patterns section 8.
 */
import qs from 'qs';
import { type Result, refuse, succeed } from '../errors.ts';

/** Bytes of a request body that the API reads. */
export const bodyBytesMax = 64 * 1024;

export type Form = Readonly<Record<string, unknown>>;

const options = {
  depth: 3,
  strictDepth: true,
  parameterLimit: 200,
  // No call takes a list, and `metadata[0]=x` names the key 0.
  parseArrays: false,
  arrayLimit: 20,
  throwOnLimitExceeded: true,
  plainObjects: true,
  allowPrototypes: false,
} as const satisfies qs.IParseOptions & { throwOnLimitExceeded: boolean; strictDepth: boolean };

/** Keys that only an attack or a mistake sends; refused rather than silently dropped. */
const forbiddenKey = /(^|\[)(__proto__|constructor|prototype)(\[|\]|$)/;
/** A parameter as this API names them, before its brackets. JSON, multipart and XML have none. */
const parameterName = /^\w{1,60}(\[|$)/;
/** What bytes that are no UTF-8 were turned into, and what no PostgreSQL text can hold. */
const unreadable = /[\uFFFD\0]/;

/**
 * Parses an `application/x-www-form-urlencoded` text (body or query string). Refusals name no
 * value and no unknown key: what is no form may hold a card number anywhere.
 */
export const parseForm = (text: string): Result<Form> => {
  if (text === '') return succeed({});
  // Three bytes at most to a UTF-16 unit: most texts need not be measured.
  if (text.length > bodyBytesMax || (text.length * 3 > bodyBytesMax && Buffer.byteLength(text) > bodyBytesMax))
    return refuse({ kind: 'body_refused', reason: `more than ${bodyBytesMax} bytes` });
  const pairs = text.split('&');
  if (pairs.length > options.parameterLimit)
    return refuse({ kind: 'body_refused', reason: `more than ${options.parameterLimit} parameters` });
  const form: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let nested = false;
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const key = decode(at === -1 ? pair : pair.slice(0, at));
    const value = decode(at === -1 ? '' : pair.slice(at + 1));
    if (key === null || value === null) return refuse({ kind: 'body_refused', reason: 'not UTF-8, percent-encoded' });
    if (!parameterName.test(key)) return refuse({ kind: 'body_refused', reason: 'not a form' });
    if (forbiddenKey.test(key)) return refuse({ kind: 'request', code: 'invalid_param_key', param: key });
    // No call takes a list, and a key of metadata has letters.
    if (key.startsWith('metadata[]'))
      return refuse({ kind: 'request', code: 'invalid_metadata_key', param: 'metadata' });
    if (key.includes('[')) nested = true;
    // The same parameter twice is ambiguous in money's matters: let the schema refuse the array.
    else form[key] = key in form ? [form[key], value].flat() : value;
  }
  // A form without brackets needs no tree: the common case, several times faster than the general one.
  return nested ? parseNested(text) : succeed(form);
};

const parseNested = (text: string): Result<Form> => {
  try {
    return succeed(qs.parse(text, options) as Form);
  } catch (reason) {
    if (reason instanceof RangeError) return refuse({ kind: 'body_refused', reason: reason.message });
    throw reason;
  }
};

const decode = (text: string): string | null => {
  try {
    const encoded = text.includes('%') || text.includes('+');
    const decoded = encoded ? decodeURIComponent(text.replaceAll('+', ' ')) : text;
    return unreadable.test(decoded) ? null : decoded;
  } catch {
    return null;
  }
};
