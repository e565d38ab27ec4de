// @ts-check
/** `/v2/pay.js`: PAY.JP's browser library, version 2 (payjp-api section 8.1). */
import { createElements, tokenisers } from './elements.js';
import { openIframe, openWindow } from './three-d-secure.js';
import { ask, checkPublicKey } from './tokens.js';
import { verifyToken } from './verify-token.js';
import { localeOf } from './words.js';

/** @typedef {import('./types.d.ts').Workflow} Workflow */
/** @typedef {import('./types.d.ts').Locale} Locale */

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
/** Where this script came from is where card numbers go. */
const origin = new URL(script?.src ?? window.location.href).origin;
const workflows = ['iframe', 'subwindow', 'redirect'];

/**
 * @param {string} key a public key
 * @param {{ locale?: Locale, threeDSecureWorkflow?: Workflow }} [options]
 */
const Payjp = (key, options = {}) => {
  const publicKey = checkPublicKey(key);
  const locale = localeOf(options.locale);
  const workflow = options.threeDSecureWorkflow ?? 'iframe';
  if (!workflows.includes(workflow)) throw new Error(`Payjp: threeDSecureWorkflow is one of ${workflows.join(', ')}`);
  const settings = { origin, publicKey, locale };
  return {
    getPublicKey: () => publicKey,
    /** @param {{ locale?: Locale }} [own] */
    elements: (own = {}) =>
      createElements({ origin, publicKey, locale: own.locale === undefined ? locale : localeOf(own.locale) }),
    /**
     * @param {object} element @param {import('./types.d.ts').TokenData} [data]
     * @param {import('./types.d.ts').DialogOptions} [dialogOptions]
     * @returns {Promise<import('./types.d.ts').Told>} a token or `{error}`; it does not reject for what a card is
     */
    async createToken(element, data = {}, dialogOptions) {
      const tokenise = tokenisers.get(element);
      if (tokenise === undefined) throw new Error('Payjp: createToken takes an element of payjp.elements()');
      // A copy, with nothing in it that cannot cross: pages put reactive objects here.
      const { card, tenant, three_d_secure: isAsked } = data;
      const token = await tokenise({
        ...(card === undefined ? {} : { card: { ...card } }),
        ...(tenant === undefined ? {} : { tenant: String(tenant) }),
        three_d_secure: isAsked === true,
      });
      return token.error === undefined ? verifyToken(settings, token, workflow, dialogOptions) : token;
    },
    /** @param {{ tenant?: string }} [of] */
    async retrieveAvailability(of = {}) {
      const query = of.tenant === undefined ? '' : `?${new URLSearchParams({ tenant: of.tenant })}`;
      const { told } = await ask(origin, publicKey, `/v1/accounts/brands${query}`, null);
      return told;
    },
    /** @param {string} objectId */
    openThreeDSecureIframe: (objectId) => openIframe(settings, objectId),
    /** @param {string} objectId @param {number | import('./types.d.ts').DialogOptions} [timeoutOrOptions] */
    openThreeDSecureDialog: (objectId, timeoutOrOptions) => openWindow(settings, objectId, timeoutOrOptions),
  };
};

Object.assign(window, { Payjp });
