/**
 * One bad request, how it is varied without becoming a good one, and how it is written down so
 * that a person can send it again.
 */
import type { Random } from '../../gateway/ports.ts';
import { adminToken, basic } from '../gateway/world.ts';
import type { House } from './house.ts';

/** Names and values of a form before they are encoded. */
export type Pairs = readonly (readonly [name: string, value: string])[];

export interface Case {
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'DELETE' | 'PUT' | 'PATCH';
  readonly path: string;
  /** A form, in the body of a POST or the query of anything else; or the bytes as they are. */
  readonly pairs?: Pairs;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose key; null: the headers say it, or nobody does. Live mode, `sk`, unless told. */
  readonly as?: 'sk' | 'pk' | 'admin' | null;
  /** The HTTP status, where the class determines it; any 4xx otherwise. A read may also be 200 where `reads` says so. */
  readonly status?: number;
  readonly code?: string | null;
  readonly param?: string;
  /** A read that is odd and not wrong: 200 is as good as a refusal. */
  readonly reads?: true;
  /** Must not come back in the answer or stand in the log. */
  readonly canary?: string;
}

/** How a form is written. The first is what most clients do. */
type Encoding = (text: string, random: Random) => string;
const encodings: readonly Encoding[] = [
  encodeURIComponent,
  (text) => encodeURIComponent(text).replaceAll('%5B', '[').replaceAll('%5D', ']'),
  (text) => encodeURIComponent(text).replaceAll('%20', '+'),
  (text) => encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
  (text, random) =>
    [...new TextEncoder().encode(text)]
      .map((byte) =>
        random.integer(0, 2) === 0 || byte > 126 || !/\w/.test(String.fromCharCode(byte))
          ? `%${byte.toString(16).padStart(2, '0')}`
          : String.fromCharCode(byte),
      )
      .join(''),
];

export const formText = (pairs: Pairs, encode: (text: string) => string = encodeURIComponent): string =>
  pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');

const contentTypes = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded;charset=UTF-8',
  'application/x-www-form-urlencoded; charset=shift_jis',
  'text/plain',
  'application/json',
  'multipart/form-data; boundary=x',
];

export interface Sendable {
  readonly url: string;
  readonly method: Case['method'];
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

/** The request that a case is, in one of the many ways to write it. Nothing here makes it right. */
export const written = (one: Case, house: House, random: Random): Sendable => {
  const headers: Record<string, string> = {};
  // A test key would make other refusals of it: its objects are not there.
  if (one.as !== null) {
    if (one.as === 'admin') headers.Authorization = `Bearer ${adminToken}`;
    else headers.Authorization = basic(one.as === 'pk' ? house.keys.live.public : house.keys.live.secret);
  }
  let text: string | Uint8Array<ArrayBuffer> | null = one.raw ?? null;
  if (one.pairs !== undefined) {
    const encoding = encodings[random.integer(0, encodings.length - 1)]!;
    text = formText(one.pairs, (part) => encoding(part, random));
    if (random.integer(0, 5) === 0) text = `&&${text}&`;
  }
  const posted = one.method === 'POST' || one.method === 'PUT' || one.method === 'PATCH';
  if (posted) {
    headers['Content-Type'] =
      contentTypes[random.integer(0, 3) === 0 ? random.integer(0, contentTypes.length - 1) : 0]!;
    if (random.integer(0, 3) === 0 && one.as !== 'admin')
      headers['Idempotency-Key'] = `corpus-${random.integer(0, 2 ** 40)}`;
  }
  if (random.integer(0, 3) === 0) headers['User-Agent'] = 'Payjp/v1 CorpusBindings/0.0.0';
  if (random.integer(0, 3) === 0) headers.Locale = 'ja';
  Object.assign(headers, one.headers);
  const query = posted || text === null ? '' : `?${String(text)}`;
  return { url: `http://gateway.test${one.path}${query}`, method: one.method, headers, body: posted ? text : null };
};

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A line of shell that sends it again, to a gateway at `$GATEWAY`. */
export const replayable = ({ url, method, headers, body }: Sendable): string => {
  const parts = ['curl', '-sS', '-X', method];
  for (const [name, value] of Object.entries(headers)) parts.push('-H', shellQuoted(`${name}: ${value}`));
  const target = `"$GATEWAY"${shellQuoted(url.replace('http://gateway.test', ''))}`;
  if (body === null) return [...parts, target].join(' ');
  const hex = Buffer.from(body).toString('base64');
  return `echo ${hex} | base64 -d | ${[...parts, '--data-binary', '@-', target].join(' ')}`;
};
