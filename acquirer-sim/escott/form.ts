/**
 * e-SCOTT's flat `key=value&key=value`, both ways (escott-protocol.md section 2).
 *
 * Own parser: the message is flat by definition, so brackets are ordinary characters and nothing
 * has to be nested, and it costs a third of a general one.
 *
 * Text is UTF-8, and Windows-31J where it is not valid UTF-8 (old plugins), percent-encoded or as bytes.
 */
import type { Context } from 'hono';
import { decodeBytes } from '../gmo-pg/charset.ts';

/** Longest body that is looked at; a card message has about 400 characters. */
export const BODY_LENGTH_MAX = 16_384;

/** `%XX` to the byte; what is not an escape stays as it is. */
const unescapeBytes = (text: string): Uint8Array =>
  Buffer.from(
    Buffer.from(text)
      .toString('latin1')
      .replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

const decode = (text: string): string => {
  if (!text.includes('%') && !text.includes('+')) return text;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeBytes(unescapeBytes(spaced)).text;
  }
};

const readPairs = (text: string, fields: Map<string, string>): void => {
  // Most messages hold nothing that is encoded: one look at the whole saves a look at each field.
  const encoded = /[%+]/.test(text);
  for (let start = 0; start < text.length; ) {
    const amp = text.indexOf('&', start);
    const end = amp < 0 ? text.length : amp;
    const at = text.indexOf('=', start);
    if (at > start && at < end) {
      const [key, value] = [text.slice(start, at), text.slice(at + 1, end)];
      if (encoded) fields.set(decode(key), decode(value));
      else fields.set(key, value);
    }
    start = end + 1;
  }
};

/**
 * Fields of a body and, since one client puts everything there, of the query string. A field that
 * comes twice has its last value, and the body comes last.
 */
export const parseForm = (body: string, url = ''): Map<string, string> => {
  const fields = new Map<string, string>();
  const queryAt = url.indexOf('?');
  if (queryAt >= 0) readPairs(url.slice(queryAt + 1), fields);
  readPairs(body, fields);
  return fields;
};

/** Whether the request came over a socket: the Node server says so in Hono's environment. */
const cameOverSocket = (c: Context): boolean => (c.env as { incoming?: unknown } | undefined)?.incoming !== undefined;

/** The fields of a request. Bytes from a socket: as text they would already have been taken for UTF-8. */
export const readForm = async (c: Context): Promise<Map<string, string>> => {
  const body = cameOverSocket(c) ? decodeBytes(new Uint8Array(await c.req.arrayBuffer())).text : await c.req.text();
  return parseForm(body.length > BODY_LENGTH_MAX ? '' : body, c.req.url);
};

/**
 * A reply's one line. Values go out as they are: several clients do not decode them and cut at a
 * second `=`, so no field may hold `=` or `&` (the field checks see to it).
 */
export const formatReply = (pairs: Readonly<Record<string, string>>): string => {
  let text = '';
  for (const key in pairs) text += `${text === '' ? '' : '&'}${key}=${pairs[key]}`;
  return text;
};
