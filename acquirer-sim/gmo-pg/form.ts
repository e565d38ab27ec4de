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
  readonly charset: Charset;
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
const parsePairs = (body: string, reader: Reader): Map<string, string> => {
  const fields = new Map<string, string>();
  const plain = !body.includes('%') && !body.includes('+');
  for (const pair of body.split('&')) {
    const at = pair.indexOf('=');
    if (at <= 0) continue;
    const value = pair.slice(at + 1);
    // One client writes `null` for what it does not have (section 3).
    if (value === 'null') continue;
    if (plain) fields.set(pair.slice(0, at), value);
    else fields.set(reader.value(pair.slice(0, at)), reader.value(value));
  }
  return fields;
};

/** An urlencoded body, or one that its sender did not encode at all. */
export const parseForm = (bytes: Buffer, contentType: string, userAgent: string): Message => {
  const declared = declaredCharset(contentType);
  const plainPlus = sendsPlainPlus(userAgent);
  const reader = new Reader(declared, plainPlus);
  // ASCII needs no decoder, and nearly every body is ASCII.
  const read = isAsciiBytes(bytes)
    ? { text: bytes.toString('latin1'), charset: undefined }
    : declared === undefined
      ? decodeBytes(bytes)
      : { text: decodeAs(bytes, declared), charset: declared };
  const fields = parsePairs(read.text, reader);
  const charset = reader.charset ?? read.charset ?? declared ?? (plainPlus ? 'utf-8' : 'windows-31j');
  return { fields, charset };
};

/** Values go out raw. `ErrCode` never appears in a success: clients test for its presence. */
export const formatSuccess = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, value]) => `${key}=${value}`).join('&');

/** ErrInfo says it all: its ErrCode is its first three characters, or `Gnn`/`Cnn` inside `42Gnn0000`. */
export const errCodeOf = (errInfo: string): string =>
  errInfo.startsWith('42') ? errInfo.slice(2, 5) : errInfo.slice(0, 3);

/** `ErrCode=E01|E01&ErrInfo=...|...`, n-th with n-th; it must begin with `ErrCode`. */
export const formatErrors = (errInfos: readonly string[]): string =>
  `ErrCode=${errInfos.map(errCodeOf).join('|')}&ErrInfo=${errInfos.join('|')}`;
