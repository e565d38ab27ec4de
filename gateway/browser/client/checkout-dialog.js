// @ts-check
/** The frame of Checkout: one form for a whole card, in the gateway's own origin. */
import { brandMark } from './brand-marks.js';
import { CardInputs } from './card-inputs.js';
import { listenToPage } from './frame-port.js';
import { ask, tokenForm } from './tokens.js';
import { localeOf, refusalText, words } from './words.js';

/** @typedef {import('./types.d.ts').Part} Part */

/** @type {readonly Part[]} */
const parts = ['number', 'expiry', 'cvc'];

/** @template {keyof HTMLElementTagNameMap} Name @param {Name} name @param {string} [className] @param {string} [text] */
const make = (name, className, text) => {
  const element = document.createElement(name);
  if (className !== undefined) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

/** As PAY.JP takes it: with its country. @param {string} typed @param {string} code */
const phoneOf = (typed, code) => {
  const digits = typed.normalize('NFKC').replace(/[^0-9+]/g, '');
  return digits.startsWith('+') || digits === '' ? digits : `+${code}${digits.replace(/^0/, '')}`;
};

listenToPage((connect, tell) => {
  const locale = localeOf(connect.locale);
  const said = words[locale];
  const checkout = connect.checkout ?? {
    submitText: null,
    namePlaceholder: null,
    threeDSecure: false,
    email: false,
    phone: false,
    phoneCode: null,
  };
  document.documentElement.lang = locale;
  document.title = said.checkoutTitle;

  const form = make('form', 'checkout');
  form.noValidate = true;
  const top = make('header');
  const close = make('button', 'close', '×');
  close.type = 'button';
  close.setAttribute('aria-label', said.close);
  close.addEventListener('click', () => tell({ type: 'cancel' }));
  top.append(make('h1', undefined, said.checkoutTitle), close);

  let named = 0;
  /** @param {string} label @param {HTMLInputElement} input */
  const row = (label, input) => {
    named += 1;
    const box = make('div', 'row');
    const caption = make('label', undefined, label);
    const fault = make('p', 'fault');
    input.id = `field-${named}`;
    caption.htmlFor = input.id;
    fault.id = `fault-${named}`;
    input.removeAttribute('aria-label');
    input.setAttribute('aria-describedby', fault.id);
    box.append(caption, input, fault);
    return { box, input, fault };
  };
  /** @param {string} type @param {string} complete @param {string} hint */
  const input = (type, complete, hint) => {
    const made = make('input');
    made.type = type;
    made.setAttribute('autocomplete', complete);
    made.placeholder = hint;
    return made;
  };

  const mark = make('span', 'mark');
  const changed = () => {
    inputs.mark(locale);
    for (const part of parts) rows[part].fault.textContent = inputs.faultOf(part, locale)?.message ?? '';
    if (mark.dataset.brand === inputs.brand) return;
    mark.dataset.brand = inputs.brand;
    mark.replaceChildren(brandMark(inputs.brand));
  };
  /** @type {CardInputs} */
  const inputs = new CardInputs(parts, locale, () => changed());
  /** @param {Part} part */
  const rowOf = (part) => row(said[part], /** @type {HTMLInputElement} */ (inputs.inputs[part]));
  const rows = { number: rowOf('number'), expiry: rowOf('expiry'), cvc: rowOf('cvc') };
  rows.number.box.append(mark);
  const name = row(said.name, input('text', 'cc-name', checkout.namePlaceholder ?? said.nameHint));
  name.input.maxLength = 45;
  name.input.autocapitalize = 'characters';

  // 3-D Secure needs one of them; what the page knows is not asked again.
  const knows = typeof checkout.email === 'string' || typeof checkout.phone === 'string';
  const asksEmail = checkout.email === true || (checkout.threeDSecure && !knows && checkout.phone !== true);
  const email = asksEmail ? row(said.email, input('email', 'email', 'taro@example.jp')) : null;
  const phone = checkout.phone === true ? row(said.phone, input('tel', 'tel', '090-1234-5678')) : null;
  const pair = make('div', 'pair');
  pair.append(rows.expiry.box, rows.cvc.box);
  const problem = make('p', 'problem');
  problem.setAttribute('role', 'alert');
  const submitText = checkout.submitText ?? said.send;
  const submit = make('button', 'submit', submitText);
  submit.type = 'submit';
  const body = make('div', 'body');
  body.append(rows.number.box, pair, name.box);
  if (email !== null && phone !== null) body.append(make('p', 'soft', said.contactLead));
  if (email !== null) body.append(email.box);
  if (phone !== null) body.append(phone.box);
  body.append(problem, submit, make('p', 'soft safe', said.safe));
  form.append(top, body);

  /** @returns {HTMLElement | null} where to go on, if anything is wrong */
  const check = () => {
    inputs.insist(parts);
    const fault = inputs.fault(locale);
    name.fault.textContent = /^[A-Za-z0-9 .-]*$/.test(name.input.value) ? '' : said.nameWrong;
    if (email !== null)
      email.fault.textContent = email.input.value === '' || email.input.validity.valid ? '' : said.emailWrong;
    if (phone !== null)
      phone.fault.textContent = /^$|^\+?[0-9 ()-]{8,20}$/.test(phone.input.value.normalize('NFKC'))
        ? ''
        : said.phoneWrong;
    const asked = [email, phone].filter((one) => one !== null);
    if (checkout.threeDSecure && !knows && asked.every((one) => one.input.value === '') && asked[0] !== undefined)
      asked[0].fault.textContent =
        asked.length === 1 ? (asked[0] === email ? said.emailWrong : said.phoneWrong) : said.contactMissing;
    for (const one of [name, ...asked]) one.input.setAttribute('aria-invalid', String(one.fault.textContent !== ''));
    if (fault !== null) return rows[fault.part].input;
    return [name, ...asked].find((one) => one.fault.textContent !== '')?.input ?? null;
  };

  let isSending = false;
  /** @param {boolean} sending */
  const setSending = (sending) => {
    isSending = sending;
    submit.disabled = sending;
    submit.textContent = sending ? said.sending : submitText;
  };
  const send = async () => {
    if (isSending) return;
    const wrong = check();
    problem.textContent = '';
    if (wrong !== null) return wrong.focus();
    setSending(true);
    const known = { email: checkout.email, phone: checkout.phone };
    const card = {
      name: name.input.value.trim(),
      email: typeof known.email === 'string' ? known.email : (email?.input.value.trim() ?? ''),
      phone: phoneOf(
        typeof known.phone === 'string' ? known.phone : (phone?.input.value ?? ''),
        checkout.phoneCode ?? '81',
      ),
    };
    const data = { card, three_d_secure: checkout.threeDSecure };
    const { status, told } = await ask('', connect.publicKey, '/v1/tokens', tokenForm(inputs.card, data));
    if (told.error !== undefined) {
      problem.textContent = refusalText(locale, { ...told.error, status });
      setSending(false);
      rows.number.input.focus();
    }
    tell({ type: 'tokenised', call: 0, told });
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tell({ type: 'cancel' });
  });
  document.body.replaceChildren(form);
  changed();
  new ResizeObserver(() => tell({ type: 'size', heightPx: Math.ceil(form.getBoundingClientRect().height) })).observe(
    form,
  );
  tell({ type: 'ready' });
  rows.number.input.focus();

  return (message) => {
    // The page could not go on with the token, for instance because the buyer was not verified.
    if (message.type !== 'failed') return;
    setSending(false);
    problem.textContent = message.message.slice(0, 300);
  };
});

if (window.parent === window) document.body.textContent = words[localeOf(navigator.language.slice(0, 2))].notHere;
