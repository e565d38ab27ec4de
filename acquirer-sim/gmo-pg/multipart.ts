/**
 * `multipart/form-data` bodies (RFC 7578), as @motionpicture/gmo-service sends every call.
 *
 * Values are text. A file part, a nested multipart or a transfer encoding is not something a payment
 * call has; a part is taken as its bytes whatever its own headers say.
 */
import { declaredCharset, decodeAs, decodeBytes, isAscii } from './charset.ts';
import type { Message } from './form.ts';

/** `name` of a part's Content-Disposition, or undefined. */
const nameOf = (head: string): string | undefined => {
  const disposition = /^content-disposition\s*:(.*)$/im.exec(head)?.[1];
  if (disposition === undefined) return undefined;
  const quoted = /[;\s]name="((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  return quoted ?? /[;\s]name=([^;\s"]+)/i.exec(disposition)?.[1];
};

/** Null when the body is not what its Content-Type says. A name that comes twice has its last value. */
export const parseMultipart = (bytes: Buffer, contentType: string): Message | null => {
  const match = /boundary=(?:"([^"]{1,70})"|([^;\s]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return null;
  // One character a byte keeps positions and bytes the same thing.
  const sections = `\r\n${bytes.toString('latin1')}`.split(`\r\n--${boundary}`);
  // Before the first delimiter is the preamble; after the closing one, which ends in `--`, the epilogue.
  const end = sections.findIndex((section, index) => index > 0 && section.startsWith('--'));
  if (end < 1) return null;
  const parts: (readonly [name: string, value: Buffer])[] = [];
  for (const section of sections.slice(1, end)) {
    const headEnd = section.indexOf('\r\n\r\n');
    const name = headEnd < 0 ? undefined : nameOf(section.slice(0, headEnd));
    if (name === undefined) return null;
    parts.push([name, Buffer.from(section.slice(headEnd + 4), 'latin1')]);
  }
  // The parts are one message: what one of them shows about the charset holds for all.
  const declared = declaredCharset(contentType);
  const charset = declared ?? decodeBytes(Buffer.concat(parts.map(([, value]) => value))).charset;
  const fields = new Map<string, string>();
  for (const [name, value] of parts) {
    const text = isAscii(value.toString('latin1')) ? value.toString('latin1') : decodeAs(value, charset);
    if (text !== 'null') fields.set(name, text);
  }
  return { fields, charset: () => charset };
};
