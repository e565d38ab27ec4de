// @ts-check
/**
 * `/v1/pay.js`: PAY.JP's browser library before elements (payjp-api section 8.2). The page has the
 * card number in fields of its own, and from there it goes to the gateway and to nobody else.
 */
import { ask, checkPublicKey, tokenForm } from './tokens.js';

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
const origin = new URL(script?.src ?? window.location.href).origin;
let publicKey = '';

/** @typedef {(status: number, response: import('./types.d.ts').Told) => void} Callback */

const Payjp = {
  /** @param {string} key */
  setPublicKey(key) {
    publicKey = checkPublicKey(key);
  },
  getPublicKey: () => publicKey,
  validate: {},
  /**
   * @param {Record<string, unknown>} card number, cvc, exp_month, exp_year and what is known of its owner
   * @param {Callback | Record<string, unknown>} [optionsOrCallback] @param {Callback} [lastCallback]
   */
  async createToken(card, optionsOrCallback, lastCallback) {
    if (publicKey === '') throw new Error('Payjp: setPublicKey comes first');
    const callback = typeof optionsOrCallback === 'function' ? optionsOrCallback : lastCallback;
    /** @param {string} name */
    const text = (name) => {
      const value = card[name];
      return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    };
    const about = Object.fromEntries(Object.keys(card).map((name) => [name, text(name)]));
    const own = { number: text('number'), exp_month: text('exp_month'), exp_year: text('exp_year'), cvc: text('cvc') };
    const { status, told } = await ask(origin, publicKey, '/v1/tokens', tokenForm(own, { card: about }));
    callback?.(status, told);
    return told;
  },
};

Object.assign(window, { Payjp });
