// @ts-check
/**
 * The frame's end of the wire. A frame listens to one message of the window it stands in, and to no
 * other window, ever; that message brings a port, and everything else goes by it. What is posted to
 * the frame's window later, by whomever, is not looked at.
 */
import { publicKeyPattern } from './tokens.js';

/** @typedef {import('./types.d.ts').Connect} Connect */
/** @typedef {import('./types.d.ts').ToFrame} ToFrame */
/** @typedef {import('./types.d.ts').FromFrame} FromFrame */

/**
 * @param {(connect: Connect, tell: (message: FromFrame) => void) => (message: ToFrame) => void} begin
 *   told once; gives who hears everything after
 */
export const listenToPage = (begin) => {
  /** @param {MessageEvent} event */
  const hear = (event) => {
    const { data, source, ports } = event;
    const port = ports[0];
    // A page inside this one, a window that opened it, an extension: none of them is the page it stands in.
    if (source !== window.parent || window.parent === window || port === undefined) return;
    if (data?.breakwater !== 'connect' || !publicKeyPattern.test(data.publicKey)) return;
    window.removeEventListener('message', hear);
    const onMessage = begin(data, (message) => port.postMessage(message));
    port.onmessage = (told) => onMessage(told.data);
  };
  window.addEventListener('message', hear);
};
