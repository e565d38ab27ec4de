/**
 * The fingerprint of a run: a SHA-256 over every recorded event, in order.
 *
 * Records are gathered as text and hashed 64 KiB at a time, so that a small one costs a string
 * append. The text never depends on who listens, or a full trace would change the hash.
 */

import { createHash } from 'node:crypto';

/** Gets each record as it happens (`--trace full`), its fields as text. */
export type TraceSink = (atUs: number, kind: string, fields: readonly string[]) => void;

/** Between two fields: does not occur in one, so that ('a', 'bc') and ('ab', 'c') differ. */
export const fieldSeparator = '\u001f';
const recordSeparator = '\u001e';
const flushAtChars = 65_536;

export class Trace {
  readonly #hash = createHash('sha256');
  readonly #nowUs: () => number;
  readonly #sink: TraceSink | null;
  #buffer = '';
  #records = 0;

  constructor(nowUs: () => number, sink?: TraceSink) {
    this.#nowUs = nowUs;
    this.#sink = sink ?? null;
  }

  get records(): number {
    return this.#records;
  }

  /** Adds one event at the current simulated time. */
  record(kind: string, ...fields: readonly (string | number | boolean | null | undefined)[]): void {
    this.recordText(kind, fields.join(fieldSeparator));
  }

  /** The same for hot paths: `text` is the fields, already joined by `fieldSeparator`. */
  recordText(kind: string, text: string): void {
    const atUs = this.#nowUs();
    this.#records++;
    this.#buffer += `${atUs}${fieldSeparator}${kind}${fieldSeparator}${text}${recordSeparator}`;
    if (this.#buffer.length >= flushAtChars) this.#flush();
    if (this.#sink !== null) this.#sink(atUs, kind, text.split(fieldSeparator));
  }

  /**
   * Hash of everything so far and of `suffix`, 32 hex digits. Asking changes nothing.
   * @param suffix What is kept elsewhere and belongs to the fingerprint.
   */
  digest(suffix = ''): string {
    this.#flush();
    return this.#hash.copy().update(suffix, 'utf8').digest('hex').slice(0, 32);
  }

  #flush(): void {
    if (this.#buffer === '') return;
    this.#hash.update(this.#buffer, 'utf8');
    this.#buffer = '';
  }
}
