// @ts-check
/**
 * Takes a buyer through 3-D Secure, in a frame over the page or in a window beside it, and says when
 * they are through. How it ended is not a window's to say: whoever wants to know asks the gateway.
 */
import { openOverlay, textAndButtons } from './overlay.js';
import { words } from './words.js';

/** @typedef {import('./types.d.ts').Locale} Locale */
/** @typedef {import('./types.d.ts').DialogOptions} DialogOptions */
/** @typedef {{ origin: string, publicKey: string, locale: Locale }} Settings */

const idPattern = /^(ch|tok|tdsr)_[0-9a-zA-Z]{1,64}$/;
/** How often a window is looked at: no event says that a window of another origin was closed. */
const lookEveryMs = 250;

export class ThreeDSecureError extends Error {
  /** @param {'cancelled' | 'timed_out'} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.name = 'ThreeDSecureError';
    this.code = code;
  }
}

/** @param {unknown} id */
const checkId = (id) => {
  if (typeof id === 'string' && idPattern.test(id)) return id;
  throw new Error('Payjp: the id of a charge, a token or a 3-D Secure request is needed');
};

/** @param {Settings} settings @param {string} id @param {string} workflow */
const startAddress = ({ origin, publicKey, locale }, id, workflow) => {
  const query = new URLSearchParams({ publickey: publicKey, lang: locale, workflow });
  // The page that may stand around it, and no other.
  if (workflow === 'iframe') query.set('frame', window.location.origin);
  // The page that is told of the end, and no other.
  if (workflow === 'subwindow') query.set('opener', window.location.origin);
  return `${origin}/v1/tds/${id}/start?${query}`;
};

/**
 * The last page of the flow says that it was reached. Only the gateway's own page counts, in the very
 * window that was opened, about the very object.
 * @param {string} origin @param {string} id @param {() => Window | null} whose @param {() => void} onFinished
 */
const listenForFinish = (origin, id, whose, onFinished) => {
  /** @param {MessageEvent} event */
  const hear = ({ origin: from, source, data }) => {
    if (from !== origin || source === null || source !== whose()) return;
    if (data?.breakwater === 'three-d-secure.finished' && data.id === id) onFinished();
  };
  window.addEventListener('message', hear);
  return () => window.removeEventListener('message', hear);
};

/** @param {Settings} settings @param {string} objectId @param {DialogOptions} [options] @returns {Promise<void>} */
export const openIframe = async (settings, objectId, { timeout } = {}) => {
  const id = checkId(objectId);
  const said = words[settings.locale];
  await new Promise((resolve, reject) => {
    /** @param {ThreeDSecureError | null} error */
    const end = (error) => {
      stopListening();
      clearTimeout(timer);
      overlay.close();
      if (error === null) resolve(undefined);
      else reject(error);
    };
    const cancel = () => end(new ThreeDSecureError('cancelled', said.cancelled));
    const overlay = openOverlay({
      title: said.authenticationTitle,
      closeLabel: said.cancel,
      tall: true,
      onCancel: cancel,
    });
    const frame = document.createElement('iframe');
    frame.title = said.authenticationTitle;
    // An issuer's page may do what it needs, but not lead the whole page away.
    frame.setAttribute(
      'sandbox',
      'allow-forms allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    );
    frame.style.cssText = 'display:block;border:0;width:100%;height:min(40rem,calc(100dvh - 66px));background:#fff';
    frame.src = startAddress(settings, id, 'iframe');
    overlay.body.append(frame);
    const stopListening = listenForFinish(
      settings.origin,
      id,
      () => frame.contentWindow,
      () => end(null),
    );
    const timer =
      timeout === undefined
        ? undefined
        : setTimeout(() => end(new ThreeDSecureError('timed_out', said.timedOut)), timeout);
  });
};

/** @param {import('./types.d.ts').WindowFeatures} features */
const featuresText = ({ width = 480, height = 680, top, left, popup = true }) => {
  /** @param {unknown} value @param {number} otherwise */
  const whole = (value, otherwise) =>
    typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : otherwise;
  const parts = [`width=${whole(width, 480)}`, `height=${whole(height, 680)}`];
  parts.push(`top=${whole(top, Math.max(0, window.screenY + (window.outerHeight - 680) / 2))}`);
  parts.push(`left=${whole(left, Math.max(0, window.screenX + (window.outerWidth - 480) / 2))}`);
  if (popup !== false) parts.push('popup=1');
  return parts.join(',');
};

/**
 * @param {Settings} settings @param {string} objectId
 * @param {number | DialogOptions} [timeoutOrOptions] milliseconds, or more @returns {Promise<void>}
 */
export const openWindow = async (settings, objectId, timeoutOrOptions) => {
  const id = checkId(objectId);
  const options = typeof timeoutOrOptions === 'number' ? { timeout: timeoutOrOptions } : (timeoutOrOptions ?? {});
  const said = words[settings.locale];
  await new Promise((resolve, reject) => {
    /** @type {Window | null} */
    let opened = null;
    /** @param {ThreeDSecureError | null} error */
    const end = (error) => {
      stopListening();
      clearInterval(look);
      clearTimeout(timer);
      overlay.close();
      opened?.close();
      if (error === null) resolve(undefined);
      else reject(error);
    };
    const cancel = () => end(new ThreeDSecureError('cancelled', said.cancelled));
    const overlay = openOverlay({ title: said.authenticationTitle, closeLabel: said.cancel, onCancel: cancel });
    const open = () => {
      opened = window.open(
        startAddress(settings, id, 'subwindow'),
        `breakwater-${id}`,
        featuresText(options.windowFeatures ?? {}),
      );
      // A browser that opens no window by itself opens one when it is asked by hand.
      const isBlocked = opened === null;
      overlay.body.replaceChildren(
        textAndButtons(isBlocked ? said.openWindow : said.waitingWindow, [
          isBlocked
            ? { label: said.openWindowButton, act: open }
            : { label: said.showWindow, act: () => opened?.focus() },
          { label: said.cancel, plain: true, act: cancel },
        ]),
      );
    };
    const stopListening = listenForFinish(
      settings.origin,
      id,
      () => opened,
      () => end(null),
    );
    const look = setInterval(() => {
      if (opened?.closed === true) cancel();
    }, lookEveryMs);
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => end(new ThreeDSecureError('timed_out', said.timedOut)), options.timeout);
    open();
  });
};
