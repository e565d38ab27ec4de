// @ts-check
/**
 * `/checkout.js`: a script tag inside the merchant's form becomes a button; the button opens a card
 * form; the form leaves a token in a hidden field and sends the merchant's form (payjp-api 8.3).
 *
 * Attributes are texts and stay texts: they are set as text or as the value of a field, never parsed.
 */
import { createFrame } from './frame.js';
import { openOverlay } from './overlay.js';
import { checkPublicKey } from './tokens.js';
import { verifyToken } from './verify-token.js';
import { localeOf, words } from './words.js';

/** @typedef {import('./types.d.ts').Told} Told */
/** @typedef {import('./types.d.ts').Workflow} Workflow */

const loaded = /** @type {HTMLScriptElement | null} */ (document.currentScript);

/** A page's own function by its name, and only if it is one: names are not paths and not code. @param {string | null} name */
const pageFunction = (name) => {
  if (name === null || !/^[A-Za-z_$][\w$]*$/.test(name)) return null;
  const found = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (window))[name];
  return typeof found === 'function' && Object.hasOwn(window, name) ? found : null;
};

/** What an extra attribute names: a field of the page, or nothing and the dialog asks. @param {string | null} value */
const fromPage = (value) => {
  if (value === null) return false;
  if (value === '' || value === 'true') return true;
  try {
    const found = document.querySelector(value);
    return found instanceof HTMLInputElement && found.value !== '' ? found.value : true;
  } catch {
    return true;
  }
};

/** @param {HTMLScriptElement} script */
const install = (script) => {
  if (script.dataset.breakwaterDone === 'true') return;
  script.dataset.breakwaterDone = 'true';
  /** The newer family of names goes first. @param {string} name */
  const attribute = (name) => script.getAttribute(`data-payjp-${name}`) ?? script.getAttribute(`data-${name}`);
  const origin = new URL(script.src).origin;
  const publicKey = checkPublicKey(attribute('key'));
  const locale = localeOf(attribute('lang'));
  const said = words[locale];
  const isPartial = attribute('partial') === 'true';
  const threeDSecure = script.getAttribute('data-payjp-three-d-secure') === 'true';
  const asked = script.getAttribute('data-payjp-three-d-secure-workflow');
  const workflow = /** @type {Workflow} */ (['iframe', 'redirect'].includes(asked ?? '') ? asked : 'subwindow');
  const previous = attribute('previous-token');

  const box = document.createElement('div');
  box.className = 'payjp_checkout';
  if (document.getElementById('payjp_checkout_box') === null) box.id = 'payjp_checkout_box';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'payjp_checkout_button';
  const text = attribute('text') ?? said.pay;
  const hidden = document.createElement('input');
  hidden.type = 'hidden';
  hidden.name = attribute('token-name') ?? 'payjp-token';
  hidden.value = previous !== null && /^tok_\w{1,64}$/.test(previous) ? previous : '';
  button.textContent = hidden.value === '' ? text : said.changeCard;
  box.append(button, hidden);
  script.after(box);

  let isOpen = false;
  const open = () => {
    if (isOpen) return;
    isOpen = true;
    let isDone = false;
    const close = () => {
      if (!isOpen) return;
      isOpen = false;
      frame.close();
      overlay.close();
      if (isDone) return;
      pageFunction(attribute('on-failed'))?.(0, { error: { message: said.cancelled, code: 'cancelled' } });
    };
    /** @param {Told} told */
    const created = (told) => {
      isDone = true;
      hidden.value = told.id ?? '';
      button.textContent = said.changeCard;
      close();
      pageFunction(attribute('on-created'))?.(told);
      // With the checks and listeners of the page, like a press on its own button.
      if (!isPartial) box.closest('form')?.requestSubmit();
    };
    /** @param {Told} told */
    const tokenised = async (told) => {
      if (told.error !== undefined) {
        pageFunction(attribute('on-failed'))?.(told.error.status ?? 0, told);
        return;
      }
      const verified = await verifyToken({ origin, publicKey, locale }, told, workflow);
      if (verified.error === undefined) return created(verified);
      frame.tell({ type: 'failed', message: verified.error.message });
      pageFunction(attribute('on-failed'))?.(verified.error.status ?? 0, verified);
    };
    const frame = createFrame(origin, '/browser/checkout', said.checkoutTitle, (message) => {
      if (message.type === 'cancel') close();
      else if (message.type === 'tokenised') void tokenised(message.told);
      else if (message.type === 'size')
        frame.element.style.setProperty('height', `${Math.min(900, message.heightPx)}px`, 'important');
    });
    // This one has a ground of its own, light or dark.
    frame.element.style.setProperty('color-scheme', 'light dark', 'important');
    frame.element.style.setProperty('height', '460px', 'important');
    frame.element.style.setProperty('max-height', '100dvh', 'important');
    const overlay = openOverlay({ title: said.checkoutTitle, closeLabel: said.close, bare: true, onCancel: close });
    frame.connect({
      publicKey,
      locale,
      group: '',
      elementType: 'checkout',
      options: {},
      inherited: {},
      checkout: {
        submitText: attribute('submit-text'),
        namePlaceholder: attribute('name-placeholder'),
        threeDSecure,
        email: fromPage(script.getAttribute('data-payjp-extra-attribute-email')),
        phone: fromPage(script.getAttribute('data-payjp-extra-attribute-phone')),
        phoneCode:
          /^\+?([1-9]\d{0,2})$/.exec(script.getAttribute('data-payjp-extra-attribute-phone-code') ?? '')?.[1] ?? null,
      },
    });
    overlay.body.append(frame.element);
  };
  button.addEventListener('click', open);
};

if (loaded !== null) install(loaded);
