/**
 * The two forms of a call on the wire, idPass and JSON (gmo-pg-protocol.md section 1): a request's
 * body to its fields, an answer's fields to a body.
 */
import type { Context } from 'hono';
import { type Decider, headersFor } from '../decided-by.ts';
import type { Pairs } from './answers.ts';
import { type Charset, encodeWindows31j, isAscii } from './charset.ts';
import { BODY_LENGTH_MAX, formatErrors, formatSuccess, type Message, parseForm } from './form.ts';
import { formatJsonErrors, formatJsonSuccess, parseJson } from './json.ts';
import { parseMultipart } from './multipart.ts';

/** `magic`: an error on demand, which no part of a real acquirer decided. */
export type DecidedBy = Decider | 'magic';

export interface Wire {
  /** What the body says, or the ErrInfo of why it says nothing. */
  read(c: Context): Promise<Message | string>;
  answer(c: Context, pairs: Pairs, decidedBy: DecidedBy, charset: () => Charset): Response;
  /** Errors are ASCII. */
  refuse(c: Context, errInfos: readonly string[], decidedBy: DecidedBy): Response;
}

const FORM = 'application/x-www-form-urlencoded';
const WRONG_CONTENT_TYPE = 'E00000003';
const MALFORMED = 'E00000010';

const withMagic = (contentType: string): Readonly<Record<DecidedBy, Record<string, string>>> => {
  const headers = headersFor(contentType);
  return { ...headers, magic: { ...headers.acquirer, 'breakwater-decided-by': 'magic' } };
};

/** As the real host says it; most replies are ASCII, where the two charsets are one. */
const headers = withMagic('text/plain;charset=Windows-31J');
const utf8Headers = withMagic('text/plain;charset=UTF-8');
const jsonHeaders = withMagic('application/json;charset=UTF-8');

/** Whether the request came over a socket: the Node server says so in Hono's environment. */
const cameOverSocket = (c: Context): boolean => (c.env as { incoming?: unknown } | undefined)?.incoming !== undefined;

const isJson = (contentType: string): boolean => contentType !== FORM && /^application\/json\b/i.test(contentType);

export const idPass: Wire = {
  async read(c) {
    const contentType = c.req.header('content-type') ?? '';
    if (isJson(contentType)) return WRONG_CONTENT_TYPE;
    // Bytes from a socket: text would already have taken the body for UTF-8. Within one process a
    // form is a text to begin with, and turning it into bytes and back would cost a tenth of a call.
    const isForm = contentType === FORM && !cameOverSocket(c);
    const body = isForm ? await c.req.text() : Buffer.from(await c.req.arrayBuffer());
    if (body.length > BODY_LENGTH_MAX) return MALFORMED;
    if (typeof body !== 'string' && contentType.startsWith('multipart/')) {
      return parseMultipart(body, contentType) ?? MALFORMED;
    }
    return parseForm(body, contentType, () => c.req.header('user-agent') ?? '');
  },
  answer(c, pairs, decidedBy, charset) {
    const text = formatSuccess(pairs);
    if (isAscii(text)) return c.body(text, 200, headers[decidedBy]);
    if (charset() === 'utf-8') return c.body(text, 200, utf8Headers[decidedBy]);
    return c.body(encodeWindows31j(text), 200, headers[decidedBy]);
  },
  refuse: (c, errInfos, decidedBy) => c.body(formatErrors(errInfos), 200, headers[decidedBy]),
};

export const json: Wire = {
  async read(c) {
    const body = await c.req.text();
    if (!isJson(c.req.header('content-type') ?? '')) return WRONG_CONTENT_TYPE;
    const fields = body.length > BODY_LENGTH_MAX ? null : parseJson(body);
    return fields === null ? MALFORMED : { fields, charset: () => 'utf-8' };
  },
  answer: (c, pairs, decidedBy) => c.body(formatJsonSuccess(pairs), 200, jsonHeaders[decidedBy]),
  refuse: (c, errInfos, decidedBy) => c.body(formatJsonErrors(errInfos), 200, jsonHeaders[decidedBy]),
};
