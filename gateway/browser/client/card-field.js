// @ts-check
/**
 * The frame of one element: a whole card, or one part of it. What is typed stays in this origin; the
 * page around is told whether it is complete, and gets a token.
 */
import { brandMark } from './brand-marks.js';
import { CardInputs } from './card-inputs.js';
import { listenToPage } from './frame-port.js';
import { ask, tokenForm } from './tokens.js';
import { localeOf, refusalText, words } from './words.js';

/** @typedef {import('./types.d.ts').Part} Part */
/** @typedef {import('./types.d.ts').ElementType} ElementType */
/** @typedef {import('./types.d.ts').Told} Told */

/** @type {Record<ElementType, readonly Part[]>} */
const partsOf = { card: ['number', 'expiry', 'cvc'], cardNumber: ['number'], cardExpiry: ['expiry'], cardCvc: ['cvc'] };

/** Properties a page may set, and what they are called in the frame's style. Values that fetch are refused. */
const styleNames = [
  'color',
  'fontFamily',
  'fontSize',
  'fontStyle',
  'fontVariant',
  'fontWeight',
  'letterSpacing',
  'lineHeight',
  'textAlign',
  'textDecoration',
  'textShadow',
  'textTransform',
  'backgroundColor',
  'padding',
  'iconColor',
];
/** @param {string} name */
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** @param {unknown} value */
const isPlain = (value) =>
  (typeof value === 'string' || typeof value === 'number') &&
  String(value).length <= 200 &&
  !/url|image|[;{}]/i.test(String(value));

/** @param {string} state @param {Record<string, unknown> | undefined} style */
const applyStyle = (state, style) => {
  for (const name of styleNames) {
    const value = style?.[name];
    if (isPlain(value)) document.documentElement.style.setProperty(`--${state}-${kebab(name)}`, String(value));
  }
  const placeholder = /** @type {Record<string, unknown> | undefined} */ (style?.['::placeholder']);
  if (isPlain(placeholder?.color))
    document.documentElement.style.setProperty(`--${state}-placeholder`, String(placeholder?.color));
};

/** The frames of the same `elements()` on the same page: same origin, so they can be asked; others cannot. */
const siblings = function* (/** @type {string} */ group) {
  for (let index = 0; index < window.parent.length; index += 1) {
    try {
      const other = /** @type {Window & { breakwaterParts?: (group: string) => CardInputs | null }} */ (
        window.parent[index]
      );
      const found = other.breakwaterParts?.(group);
      if (found) yield found;
    } catch {
      // A frame of another origin: not one of ours.
    }
  }
};

listenToPage((connect, tell) => {
  const type = Object.hasOwn(partsOf, connect.elementType) ? /** @type {ElementType} */ (connect.elementType) : 'card';
  let locale = localeOf(connect.locale);
  let options = connect.options ?? {};
  /** A second call while one is under way is the same call. @type {Promise<Told> | null} */
  let sending = null;
  const box = document.createElement('div');
  box.className = 'field';
  const mark = document.createElement('span');
  mark.className = 'mark';
  let lastChange = '';

  const changed = () => {
    const fault = inputs.mark(locale);
    const brand = inputs.brand;
    if (mark.dataset.brand !== brand) {
      mark.dataset.brand = brand;
      mark.replaceChildren(brandMark(brand));
    }
    box.classList.toggle('invalid', fault !== null);
    const change = {
      elementType: type,
      complete: inputs.isComplete,
      empty: inputs.isEmpty,
      brand,
      error:
        fault === null
          ? undefined
          : { message: fault.message, type: /** @type {const} */ ('validation_error'), code: fault.code },
    };
    const text = JSON.stringify(change);
    if (text === lastChange) return;
    lastChange = text;
    tell({ type: 'change', change });
  };
  const inputs = new CardInputs(partsOf[type], locale, changed);
  const all = Object.values(inputs.inputs);

  /** @param {Record<string, string> | undefined} inherited */
  const dress = (inherited) => {
    applyStyle('base', inherited);
    applyStyle('base', options.style?.base);
    applyStyle('invalid', options.style?.invalid);
    for (const input of all) input.disabled = options.disabled === true;
    box.classList.toggle('disabled', options.disabled === true);
    mark.hidden = options.hideIcon === true || (type !== 'card' && type !== 'cardNumber');
    document.documentElement.lang = locale;
    inputs.localise(locale, options.placeholder);
  };

  Object.assign(window, {
    breakwaterParts: (/** @type {string} */ group) => (group === connect.group ? inputs : null),
  });

  const wholeCard = () => {
    /** @type {{ number: string, exp_month: string, exp_year: string, cvc: string }} */
    const card = { number: '', exp_month: '', exp_year: '', cvc: '' };
    const found = type === 'card' ? [inputs] : [...siblings(connect.group)];
    /** @type {{ code: string, message: string } | null} */
    let fault = null;
    for (const one of found) {
      if (one.parts.length === 3 && type !== 'card') continue;
      one.insist(one.parts);
      fault ??= one.fault(locale);
      for (const [name, value] of Object.entries(one.card))
        if (value !== '') card[/** @type {keyof typeof card} */ (name)] = value;
    }
    const isWhole = card.number !== '' && card.exp_month !== '';
    if (fault === null && !isWhole) fault = { code: 'incomplete_error', message: words[locale].incomplete_error };
    return { card, fault };
  };

  /** @param {import('./types.d.ts').TokenData} data @returns {Promise<Told>} */
  const tokenise = async (data) => {
    const { card, fault } = wholeCard();
    if (fault !== null) return { error: { message: fault.message, type: 'validation_error', code: fault.code } };
    const { status, told } = await ask('', connect.publicKey, '/v1/tokens', tokenForm(card, data));
    if (told.error === undefined) return told;
    // What buyers can read goes first: pages show it as it is.
    return { error: { ...told.error, message: refusalText(locale, told.error), status } };
  };

  for (const input of all) {
    input.addEventListener('focus', () => {
      box.classList.add('focus');
      tell({ type: 'focus' });
    });
    input.addEventListener('blur', () => {
      box.classList.remove('focus');
      tell({ type: 'blur' });
    });
  }
  if (type === 'card' || type === 'cardNumber') box.append(mark);
  box.append(...all);
  document.body.replaceChildren(box);
  dress(connect.inherited);
  changed();
  new ResizeObserver(() => tell({ type: 'size', heightPx: Math.ceil(box.getBoundingClientRect().height) })).observe(
    box,
  );
  tell({ type: 'ready' });

  return (message) => {
    switch (message.type) {
      case 'update':
        options = { ...options, ...message.options };
        return dress(message.inherited);
      case 'locale':
        locale = localeOf(message.locale);
        dress(undefined);
        lastChange = '';
        return changed();
      case 'focus':
        return all[0]?.focus();
      case 'blur':
        for (const input of all) input.blur();
        return;
      case 'clear':
        return inputs.clear();
      case 'failed':
        return;
      case 'tokenise': {
        sending ??= tokenise(message.data ?? {}).finally(() => {
          sending = null;
        });
        return void sending.then((told) => tell({ type: 'tokenised', call: message.call, told }));
      }
    }
  };
});

if (window.parent === window) document.body.textContent = words[localeOf(navigator.language.slice(0, 2))].notHere;
