/**
 * Text on this wire: Windows-31J by the book, UTF-8 from half of the clients (gmo-pg-protocol.md section 1).
 *
 * Reading takes bytes for UTF-8 when they are valid UTF-8, otherwise for Windows-31J. Node decodes
 * Windows-31J (`shift_jis` of the WHATWG encodings is that table) and does not encode it, so the way
 * back is that decoder turned round, once, when the first reply needs it.
 */

export type Charset = 'windows-31j' | 'utf-8';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows31j = new TextDecoder('shift_jis');

export const decodeAs = (bytes: Uint8Array, charset: Charset): string =>
  charset === 'utf-8' ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString() : windows31j.decode(bytes);

/** What some bytes say, and in which charset they said it. */
export const decodeBytes = (bytes: Uint8Array): { readonly text: string; readonly charset: Charset } => {
  try {
    return { text: strictUtf8.decode(bytes), charset: 'utf-8' };
  } catch {
    return { text: windows31j.decode(bytes), charset: 'windows-31j' };
  }
};

/** `charset=` of a Content-Type, when it is one of the two. */
export const declaredCharset = (contentType: string): Charset | undefined => {
  if (!contentType.includes('=')) return undefined;
  const named = /charset\s*=\s*"?([\w-]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (named === undefined) return undefined;
  if (named === 'utf-8' || named === 'utf8') return 'utf-8';
  return /^(windows-31j|shift[_-]jis|sjis|cp932|ms932)$/.test(named) ? 'windows-31j' : undefined;
};

/** Code unit to its one or two bytes. */
let reverse: Map<string, readonly number[]> | null = null;

const buildReverse = (): Map<string, readonly number[]> => {
  const table = new Map<string, readonly number[]>();
  const keep = (bytes: readonly number[]): void => {
    const text = windows31j.decode(Uint8Array.from(bytes));
    // Some characters have two places, and the reserved user area decodes too; the first place is the one in use.
    if (text.length === 1 && text !== '\ufffd' && !table.has(text)) table.set(text, bytes);
  };
  for (let byte = 0; byte < 0x80; byte += 1) keep([byte]);
  for (let byte = 0xa1; byte <= 0xdf; byte += 1) keep([byte]);
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    // NEC's selection of IBM's extensions (ED, EE) repeats what FA-FC hold; Windows writes the latter.
    if ((lead >= 0xa0 && lead <= 0xdf) || lead === 0xed || lead === 0xee) continue;
    for (let trail = 0x40; trail <= 0xfc; trail += 1) if (trail !== 0x7f) keep([lead, trail]);
  }
  return table;
};

/** A character that Windows-31J does not have becomes `?`. */
export const encodeWindows31j = (text: string): Uint8Array<ArrayBuffer> => {
  reverse ??= buildReverse();
  const bytes: number[] = [];
  for (const character of text) bytes.push(...(reverse.get(character) ?? [0x3f]));
  return Uint8Array.from(bytes);
};

/** How many bytes a value takes in Windows-31J, which the limits of the fields count. */
export const byteLength = (text: string): number => (isAscii(text) ? text.length : encodeWindows31j(text).length);

const beyondAscii = /[^\0-\x7f]/;

/** Nothing but ASCII: the same bytes in both charsets. */
export const isAscii = (text: string): boolean => !beyondAscii.test(text);
