/**
 * Headers for in-process calls: two short arrays in place of the native class, which costs more
 * than the rest of an exchange. Refuses what the native one refuses, so that nothing passes on
 * the stage which a socket would not carry.
 */

import { hideRest } from './unsupported.ts';

type HeadersLike = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

const NativeHeaders = globalThis.Headers;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What Node will not send (undici's `headerCharRegex`). */
const refusedInValue = /[^\t -~\u0080-\u00ff]/;

/** Lower-case names by spelling. Programs use a few dozen spellings; the bound is for fuzzers. */
const lowerNames = new Map<string, string>();
const lowerNamesMax = 1000;

export class LightHeaders {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  constructor(init?: HeadersLike | null) {
    if (init === undefined || init === null) return;
    if (init instanceof LightHeaders) {
      this.#names = [...init.#names];
      this.#values = [...init.#values];
    } else if (Symbol.iterator in init) {
      for (const [name, value] of init as Iterable<readonly [string, string]>) this.append(name, value);
    } else {
      const record = init as Readonly<Record<string, string>>;
      for (const name in record) this.append(name, record[name] as string);
    }
  }

  get(name: string): string | null {
    const lower = lowerName(name);
    const at = this.#names.indexOf(lower);
    if (at === -1) return null;
    if (lower !== 'set-cookie') return this.#values[at] as string;
    return this.getSetCookie().join(', ');
  }

  has(name: string): boolean {
    return this.#names.includes(lowerName(name));
  }

  set(name: string, value: string): void {
    const lower = lowerName(name);
    const clean = checkedValue(lower, value);
    const at = this.#names.indexOf(lower);
    if (at === -1) {
      this.#names.push(lower);
      this.#values.push(clean);
      return;
    }
    if (lower === 'set-cookie') {
      this.delete(lower);
      this.append(lower, clean);
    } else {
      this.#values[at] = clean;
    }
  }

  append(name: string, value: string): void {
    const lower = lowerName(name);
    const clean = checkedValue(lower, value);
    const at = lower === 'set-cookie' ? -1 : this.#names.indexOf(lower);
    if (at === -1) {
      this.#names.push(lower);
      this.#values.push(clean);
    } else {
      this.#values[at] = `${this.#values[at]}, ${clean}`;
    }
  }

  delete(name: string): void {
    const lower = lowerName(name);
    for (let at = this.#names.indexOf(lower); at !== -1; at = this.#names.indexOf(lower)) {
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }

  getSetCookie(): string[] {
    return this.#values.filter((_, at) => this.#names[at] === 'set-cookie');
  }

  forEach(visit: (value: string, name: string, headers: LightHeaders) => void): void {
    for (const [name, value] of this.entries()) visit(value, name, this);
  }

  /** Sorted by name, as the native class iterates. */
  *entries(): Generator<[string, string]> {
    const order = this.#names.map((_, at) => at);
    order.sort((left, right) => {
      const leftName = this.#names[left] as string;
      const rightName = this.#names[right] as string;
      return leftName < rightName ? -1 : leftName > rightName ? 1 : left - right;
    });
    for (const at of order) yield [this.#names[at] as string, this.#values[at] as string];
  }

  *keys(): Generator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): Generator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[string, string]> {
    return this.entries();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): object {
    return { lightHeaders: Object.fromEntries(this.entries()) };
  }
}

hideRest(LightHeaders.prototype, NativeHeaders.prototype, 'Headers');

const lowerName = (name: string): string => {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  if (!token.test(name)) throw new TypeError(`"${name}" is not a header name`);
  const lower = name.toLowerCase();
  if (lowerNames.size < lowerNamesMax) lowerNames.set(name, lower);
  return lower;
};

const checkedValue = (name: string, value: unknown): string => {
  const text = typeof value === 'string' ? value : String(value);
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  // Only blanks at an end need the copy.
  const clean = first > 32 && last > 32 ? text : text.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
  if (refusedInValue.test(clean)) throw new TypeError(`the value of header ${name} cannot go over the wire`);
  return clean;
};
