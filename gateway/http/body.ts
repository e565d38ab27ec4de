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

const options: qs.IParseOptions & { throwOnLimitExceeded: boolean; strictDepth: boolean } = {
  depth: 3,
  strictDepth: true,
  parameterLimit: 200,
  // No call takes a list, and `metadata[0]=x` names the key 0.
  parseArrays: false,
  arrayLimit: 20,
  throwOnLimitExceeded: true,
  plainObjects: true,
  allowPrototypes: false,
};

/** Keys that only an attack or a mistake sends; refused rather than silently dropped. */
const forbiddenKey = /__proto__|constructor|prototype/;

/** Parses an `application/x-www-form-urlencoded` text (body or query string). */
export const parseForm = (text: string): Result<Form> => {
  if (text === '') return succeed({});
  if (text.length > bodyBytesMax) return refuse({ kind: 'body_refused', reason: `more than ${bodyBytesMax} bytes` });
  if (forbiddenKey.test(text)) return refuse({ kind: 'request', code: 'invalid_param_key' });
  if (text.indexOf('[') === -1 && text.indexOf('%5') === -1) return parseFlat(text);
  try {
    return succeed(qs.parse(text, options) as Form);
  } catch (reason) {
    if (reason instanceof RangeError) return refuse({ kind: 'body_refused', reason: reason.message });
    throw reason;
  }
};

/** A form without brackets needs no tree: the common case, several times faster than the general one. */
const parseFlat = (text: string): Result<Form> => {
  const form: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const pairs = text.split('&');
  if (pairs.length > 200) return refuse({ kind: 'body_refused', reason: 'more than 200 parameters' });
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const key = decode(at === -1 ? pair : pair.slice(0, at));
    const value = decode(at === -1 ? '' : pair.slice(at + 1));
    if (key === null || value === null)
      return refuse({ kind: 'body_refused', reason: 'not valid percent-encoded UTF-8' });
    // The same parameter twice is ambiguous in money's matters: let the schema refuse the array.
    form[key] = key in form ? [form[key], value].flat() : value;
  }
  return succeed(form);
};

const decode = (text: string): string | null => {
  if (text.indexOf('%') === -1 && text.indexOf('+') === -1) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
};
