/**
 * GMO-PG's idPass bodies, both ways (gmo-pg-protocol.md section 1).
 *
 * Some clients percent-encode, some send the bytes as they are. So: split on `&`, then on the first
 * `=`; decode only what decodes; refuse no stray character.
 */
import { isAscii as isAsciiBytes } from 'node:buffer';
import { type Charset, declaredCharset, decodeAs, decodeBytes, isAscii } from './charset.ts';

/** Longest body that is looked at. */
export const BODY_LENGTH_MAX = 65_536;

/** What a body said. */
export interface Message {
  readonly fields: Map<string, string>;
  /** The charset its text was in, or that its sender is known to read; replies are in it. */
  charset(): Charset;
}

/** This client never encodes, so its `+` is a plus (section 1). */
const sendsPlainPlus = (userAgent: string): boolean => userAgent.startsWith('GMO PG Client: Unofficial');

const escapedByte = /%([0-9A-Fa-f]{2})/g;

/** `%XX` to the byte, anything else as it is: one character a byte. */
const unescapeBytes = (ascii: string): Buffer =>
  Buffer.from(
    ascii.replace(escapedByte, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** Decodes percent-encoded text; `null` when it is not valid UTF-8 as a whole. */
const decodeUtf8 = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};

class Reader {
  charset: Charset | undefined;
  readonly #declared: Charset | undefined;
  readonly #plainPlus: boolean;

  constructor(declared: Charset | undefined, plainPlus: boolean) {
    this.#declared = declared;
    this.#plainPlus = plainPlus;
  }

  /** One key or value that holds a `%`. */
  unescape(raw: string): string {
    if (this.#declared !== 'windows-31j') {
      const text = decodeUtf8(raw);
      if (text !== null) {
        if (!isAscii(text)) this.charset = 'utf-8';
        return text;
      }
    }
    // Raw text beside escapes is not what any encoder writes: the percent signs are the sender's own.
    if (!isAscii(raw)) return raw;
    const bytes = unescapeBytes(raw);
    const { text, charset } =
      this.#declared === undefined
        ? decodeBytes(bytes)
        : { text: decodeAs(bytes, this.#declared), charset: this.#declared };
    // From the client that never encodes, "50%ab" is what it says.
    if (this.#plainPlus && charset !== 'utf-8') return raw;
    if (!isAscii(text)) this.charset = charset;
    return text;
  }

  value(raw: string): string {
    const spaced = this.#plainPlus || !raw.includes('+') ? raw : raw.replaceAll('+', ' ');
    return spaced.includes('%') ? this.unescape(spaced) : spaced;
  }
}

/** Pairs of a body that is text already. A field that comes twice has its last value. */
const parsePairs = (body: string, reader: Reader | null): Map<string, string> => {
  const fields = new Map<string, string>();
  // By positions: half the time of splitting, on the path that every request takes.
  for (let start = 0; start < body.length; ) {
    const found = body.indexOf('&', start);
    const end = found < 0 ? body.length : found;
    const at = body.indexOf('=', start);
    if (at > start && at < end) {
      const value = body.slice(at + 1, end);
      // One client writes `null` for what it does not have (section 3).
      if (value !== 'null') {
        if (reader === null) fields.set(body.slice(start, at), value);
        else fields.set(reader.value(body.slice(start, at)), reader.value(value));
      }
    }
    start = end + 1;
  }
  return fields;
};

/** A body's bytes as text; no charset when they are ASCII, which needs no decoder. */
const readBytes = (bytes: Buffer, declared: Charset | undefined) => {
  if (isAsciiBytes(bytes)) return { text: bytes.toString('latin1'), charset: undefined };
  return declared === undefined ? decodeBytes(bytes) : { text: decodeAs(bytes, declared), charset: declared };
};

/**
 * An urlencoded body, or one that its sender did not encode at all: its bytes, or the text that a
 * caller in this process sent. `userAgent` is asked for only when it matters: nearly every body is
 * plain ASCII, and so is its reply.
 */
export const parseForm = (body: Buffer | string, contentType: string, userAgent: () => string): Message => {
  const declared = declaredCharset(contentType);
  const { text, charset } = typeof body === 'string' ? { text: body, charset: undefined } : readBytes(body, declared);
  const isEncoded = text.includes('%') || text.includes('+');
  const reader = isEncoded ? new Reader(declared, sendsPlainPlus(userAgent())) : null;
  const shown = (): Charset | undefined => reader?.charset ?? charset ?? (isAscii(text) ? declared : 'utf-8');
  return {
    fields: parsePairs(text, reader),
    charset: () => shown() ?? (sendsPlainPlus(userAgent()) ? 'utf-8' : 'windows-31j'),
  };
};

/** Values go out raw. `ErrCode` never appears in a success: clients test for its presence. */
export const formatSuccess = (pairs: readonly (readonly [string, string])[]): string => {
  let text = '';
  for (const [key, value] of pairs) text += text === '' ? `${key}=${value}` : `&${key}=${value}`;
  return text;
};

/** ErrInfo says it all: its ErrCode is its first three characters, or `Gnn`/`Cnn` inside `42Gnn0000`. */
export const errCodeOf = (errInfo: string): string =>
  errInfo.startsWith('42') ? errInfo.slice(2, 5) : errInfo.slice(0, 3);

/** `ErrCode=E01|E01&ErrInfo=...|...`, n-th with n-th; it must begin with `ErrCode`. */
export const formatErrors = (errInfos: readonly string[]): string =>
  `ErrCode=${errInfos.map(errCodeOf).join('|')}&ErrInfo=${errInfos.join('|')}`;
