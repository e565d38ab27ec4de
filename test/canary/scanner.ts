/**
 * Looks for card numbers in bytes, however they are spelled: as they are, spaced or dashed, in
 * percent, hex, base64, UTF-16, JSON escapes or full-width digits, reversed.
 *
 * Bytes are decoded in every way and the numbers looked for in what comes out, so a spelling inside
 * another one's neighbourhood (a number in the middle of a base64 text) is found, too.
 */

/** One place that is looked into. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Finding {
  readonly place: string;
  readonly secret: string;
  /** The way of reading that showed it. */
  readonly view: string;
}

const joined = (text: string, runs: RegExp, decode: (run: string) => readonly string[]): string => {
  const found: string[] = [];
  for (const [run] of text.matchAll(runs)) found.push(...decode(run));
  return found.join('\n');
};

const base64 = (run: string): string[] =>
  // Whatever stands before the number, one of four beginnings falls on its boundary.
  [0, 1, 2, 3].map((from) =>
    Buffer.from(run.slice(from).replaceAll('-', '+').replaceAll('_', '/'), 'base64').toString('latin1'),
  );

const hex = (run: string): string[] => [0, 1].map((from) => Buffer.from(run.slice(from), 'hex').toString('latin1'));

/** Every way of reading; each gives text in which a number stands as plain digits. */
const views: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'spaces or dashes': (text) => text.replace(/(?<=\d)[ \-.\u2010-\u2015](?=\d)/g, ''),
  percent: (text) => text.replace(/%3([0-9])/gi, '$1'),
  hex: (text) => joined(text, /(?:[0-9a-fA-F]{2}){12,}[0-9a-fA-F]?/g, hex),
  base64: (text) => joined(text, /[A-Za-z0-9+/_-]{15,}={0,2}/g, base64),
  // Both byte orders leave nothing but zeros between digits.
  'UTF-16': (text) => text.replaceAll('\0', ''),
  'JSON escapes': (text) => text.replace(/\\u003([0-9])/gi, '$1').replace(/\\x3([0-9])/gi, '$1'),
  // U+FF10 to U+FF19 in UTF-8, read byte by byte.
  'full-width': (text) =>
    text.replace(/\u00ef\u00bc([\u0090-\u0099])/g, (_all, digit: string) => String(digit.charCodeAt(0) - 0x90)),
  entities: (text) =>
    text.replace(
      /&#(?:x3([0-9])|(4[89]|5[0-7]));/gi,
      (_all, low?: string, code?: string) => low ?? String.fromCharCode(Number(code)),
    ),
};

const reversed = (text: string): string => text.split('').reverse().join('');

/** Where any of `secrets` stands: once for each place, under the first way of reading that shows it. */
export const scan = (places: readonly Place[], secrets: readonly string[]): Finding[] => {
  const findings: Finding[] = [];
  for (const { name, bytes } of places) {
    const text = bytes.toString('latin1');
    const left = new Set(secrets);
    const note = (secret: string, view: string): void => {
      left.delete(secret);
      findings.push({ place: name, secret, view });
    };
    for (const [view, read] of Object.entries(views)) {
      const seen = read(text);
      for (const secret of left) if (seen.includes(secret)) note(secret, view);
    }
    for (const secret of left) if (text.includes(reversed(secret))) note(secret, 'reversed');
  }
  return findings;
};

/** The same for all numbers of a kind, where it is not known which were used: `pattern` finds candidates. */
export const scanFor = (places: readonly Place[], pattern: RegExp, isOne: (digits: string) => boolean): Finding[] => {
  const findings: Finding[] = [];
  for (const { name, bytes } of places) {
    const text = bytes.toString('latin1');
    for (const [view, read] of Object.entries(views))
      for (const [digits] of read(text).matchAll(pattern))
        if (isOne(digits)) findings.push({ place: name, secret: digits, view });
  }
  return findings;
};

/** How a number may be written down: for showing that each is found. */
export const spellings: Readonly<Record<string, (secret: string) => Buffer>> = {
  plain: (secret) => Buffer.from(secret),
  spaced: (secret) => Buffer.from(secret.replace(/(\d{4})(?=\d)/g, '$1 ')),
  dashed: (secret) => Buffer.from(secret.replace(/(\d{4})(?=\d)/g, '$1-')),
  percent: (secret) => Buffer.from(secret.replace(/\d/g, (digit) => `%3${digit}`)),
  'hex, small': (secret) => Buffer.from(Buffer.from(secret).toString('hex')),
  'hex in the middle': (secret) => Buffer.from(`abc${Buffer.from(secret).toString('hex')}def`),
  base64: (secret) => Buffer.from(Buffer.from(secret).toString('base64')),
  'base64, one byte on': (secret) => Buffer.from(Buffer.from(`x${secret}yz`).toString('base64')),
  'base64, two bytes on': (secret) => Buffer.from(Buffer.from(`xy${secret}z`).toString('base64url')),
  'basic auth': (secret) => Buffer.from(`Basic ${Buffer.from(`${secret}:`).toString('base64')}`),
  'UTF-16LE': (secret) => Buffer.from(secret, 'utf16le'),
  'UTF-16BE': (secret) => Buffer.from(secret, 'utf16le').swap16(),
  'JSON escapes': (secret) => Buffer.from(secret.replace(/\d/g, (digit) => `\\u003${digit}`)),
  'full-width': (secret) => Buffer.from(secret.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))),
  entities: (secret) => Buffer.from(secret.replace(/\d/g, (digit) => `&#x3${digit};`)),
  reversed: (secret) => Buffer.from(reversed(secret)),
};

/** A copy of a place with something written into the middle of it. */
export const planted = ({ name, bytes }: Place, what: Buffer): Place => {
  const middle = bytes.length >> 1;
  return {
    name,
    bytes: Buffer.concat([bytes.subarray(0, middle), Buffer.from('"'), what, Buffer.from('"'), bytes.subarray(middle)]),
  };
};

/** The digit that makes `digits` and itself pass the Luhn check (ISO/IEC 7812-1). */
const luhnDigit = (digits: string): number => {
  let sum = 0;
  for (const [at, digit] of Array.from(digits).reverse().entries()) {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return (10 - (sum % 10)) % 10;
};

export const passesLuhn = (digits: string): boolean => luhnDigit(digits.slice(0, -1)) === Number(digits.at(-1));

/** A card number that nothing else spells by chance: `head` says its brand, `nth` makes it unique. */
export const canaryPan = (head: string, nth: number, length = 16): string => {
  const body =
    head +
    String(nth * 7_919 + 13)
      .padStart(length - 1 - head.length, '0')
      .slice(-(length - 1 - head.length));
  return `${body}${luhnDigit(body)}`;
};
