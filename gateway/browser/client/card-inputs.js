// @ts-check
/** Inputs for the parts of a card: formatting while typing, and what they come to. Used by both frames. */
import { brandOf, digitsOf, expiryOf, formatExpiry, formatNumber, judge } from './card-rules.js';
import { words } from './words.js';

/** @typedef {import('./types.d.ts').Part} Part */
/** @typedef {import('./types.d.ts').Locale} Locale */
/** @typedef {import('./types.d.ts').ErrorCode} ErrorCode */

const autocomplete = { number: 'cc-number', expiry: 'cc-exp', cvc: 'cc-csc' };
const hints = /** @type {const} */ ({ number: 'numberHint', expiry: 'expiryHint', cvc: 'cvcHint' });
const lengths = { number: 23, expiry: 9, cvc: 4 };
const incomplete = /** @type {const} */ ({
  number: 'incompleteNumber',
  expiry: 'incompleteExpiry',
  cvc: 'incompleteCvc',
});

const today = () => {
  const now = new Date();
  return { year: now.getFullYear(), month: now.getMonth() + 1 };
};

/**
 * Sets the formatted text and keeps the caret behind the same digit.
 * @param {HTMLInputElement} input @param {string} formatted
 */
const show = (input, formatted) => {
  const before = digitsOf(input.value.slice(0, input.selectionStart ?? input.value.length), 23).length;
  const atEnd = input.selectionStart === input.value.length;
  input.value = formatted;
  if (atEnd || document.activeElement !== input) return;
  let at = 0;
  for (let seen = 0; at < formatted.length && seen < before; at += 1) if (/\d/.test(formatted[at] ?? '')) seen += 1;
  input.setSelectionRange(at, at);
};

export class CardInputs {
  /** @type {Partial<Record<Part, HTMLInputElement>>} */
  inputs = {};
  /** Parts whose faults are said: they were left, or could not be sent. @type {Set<Part>} */
  #shown = new Set();
  #onChange;

  /** @param {readonly Part[]} parts @param {Locale} locale @param {() => void} onChange */
  constructor(parts, locale, onChange) {
    this.#onChange = onChange;
    this.parts = parts;
    for (const part of parts) {
      const input = document.createElement('input');
      input.className = `part ${part}`;
      input.type = 'text';
      input.inputMode = 'numeric';
      input.setAttribute('autocomplete', autocomplete[part]);
      input.spellcheck = false;
      input.maxLength = lengths[part];
      input.required = true;
      input.addEventListener('input', (event) => this.#typed(part, input, event));
      input.addEventListener('blur', () => {
        if (input.value !== '') this.#shown.add(part);
        this.#onChange();
      });
      input.addEventListener('keydown', (event) => {
        if (event.key === 'Backspace' && input.value === '') this.step(part, -1);
      });
      this.inputs[part] = input;
    }
    this.localise(locale);
  }

  /** @param {Locale} locale @param {string | Partial<Record<Part, string>>} [placeholder] */
  localise(locale, placeholder) {
    for (const [name, input] of Object.entries(this.inputs)) {
      const part = /** @type {Part} */ (name);
      input.setAttribute('aria-label', words[locale][part]);
      const own = typeof placeholder === 'string' && this.parts.length === 1 ? placeholder : undefined;
      const among = typeof placeholder === 'object' ? placeholder[part] : undefined;
      input.placeholder = own ?? among ?? words[locale][hints[part]];
    }
  }

  /** @param {Part} part @param {HTMLInputElement} input @param {Event} event */
  #typed(part, input, event) {
    const isDeleting = event instanceof InputEvent && (event.inputType ?? '').startsWith('delete');
    const whole = input.value;
    if (part === 'number') show(input, formatNumber(whole));
    else if (part === 'expiry') show(input, formatExpiry(whole, isDeleting));
    else show(input, digitsOf(whole, 4));
    this.#shown.delete(part);
    const { complete } = this.judge(part);
    // Whoever is at the end of a complete part has no more to type there.
    const cvcIsFull = part !== 'cvc' || digitsOf(input.value, 4).length === 4;
    if (complete && cvcIsFull && !isDeleting && input.selectionStart === input.value.length) this.step(part, 1);
    this.#onChange();
  }

  /** @param {Part} from @param {1 | -1} by */
  step(from, by) {
    const next = this.parts[this.parts.indexOf(from) + by];
    if (next !== undefined && document.activeElement === this.inputs[from]) this.inputs[next]?.focus();
  }

  get values() {
    return {
      number: this.inputs.number?.value ?? '',
      expiry: this.inputs.expiry?.value ?? '',
      cvc: this.inputs.cvc?.value ?? '',
    };
  }

  get brand() {
    const number = digitsOf(this.values.number, 19);
    return number === '' ? 'unknown' : brandOf(number).name;
  }

  /** @param {Part} part */
  judge(part) {
    return judge(part, this.values, today());
  }

  /** Says faults from now on, of these too. @param {readonly Part[]} parts */
  insist(parts) {
    for (const part of parts) this.#shown.add(part);
    this.#onChange();
  }

  /**
   * The first fault that is to be said.
   * @param {Locale} locale @returns {{ part: Part, code: ErrorCode, message: string } | null}
   */
  fault(locale) {
    for (const part of this.parts) {
      const fault = this.faultOf(part, locale);
      if (fault !== null) return fault;
    }
    return null;
  }

  /** @param {Part} part @param {Locale} locale @returns {{ part: Part, code: ErrorCode, message: string } | null} */
  faultOf(part, locale) {
    const { code, empty } = this.judge(part);
    if (code === null && !(empty && this.#shown.has(part))) return null;
    // Somebody who is still typing has not made a mistake yet; a number with all its digits has one.
    if (!this.#shown.has(part) && (code === null || code === 'incomplete_error')) return null;
    const told = code ?? 'incomplete_error';
    const message = told === 'incomplete_error' ? words[locale][incomplete[part]] : words[locale][told];
    return { part, code: told, message };
  }

  get isComplete() {
    return this.parts.every((part) => this.judge(part).complete);
  }

  get isEmpty() {
    return this.parts.every((part) => this.judge(part).empty);
  }

  /** Marks what is wrong. @param {Locale} locale */
  mark(locale) {
    for (const [part, input] of Object.entries(this.inputs))
      input.setAttribute('aria-invalid', String(this.faultOf(/** @type {Part} */ (part), locale) !== null));
    return this.fault(locale);
  }

  clear() {
    for (const input of Object.values(this.inputs)) input.value = '';
    this.#shown.clear();
    this.#onChange();
  }

  /** The parameters of a token, of those parts that are here. */
  get card() {
    const { number, expiry, cvc } = this.values;
    const until = expiryOf(expiry);
    return {
      number: digitsOf(number, 19),
      exp_month: until === null ? '' : String(until.month),
      exp_year: until === null ? '' : String(until.year),
      cvc: digitsOf(cvc, 4),
    };
  }
}
