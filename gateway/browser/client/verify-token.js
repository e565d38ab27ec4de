// @ts-check
/** A token that has to be verified by 3-D Secure before it is good for anything. */
import { openIframe, openWindow } from './three-d-secure.js';
import { ask } from './tokens.js';
import { words } from './words.js';

/** @typedef {import('./types.d.ts').Told} Told */

/**
 * Takes the buyer through and finishes the token. Where they left early the gateway is asked all the
 * same: what was passed counts, even if the window was closed a moment too soon.
 *
 * @param {{ origin: string, publicKey: string, locale: import('./types.d.ts').Locale }} settings
 * @param {Told} token @param {import('./types.d.ts').Workflow} workflow
 * @param {import('./types.d.ts').DialogOptions} [options]
 * @returns {Promise<Told>} with `redirect`, the token as it is: the merchant's server leads on
 */
export const verifyToken = async (settings, token, workflow, options) => {
  const { id, card } = token;
  if (id === undefined || card?.three_d_secure_status !== 'unverified' || workflow === 'redirect') return token;
  /** @type {unknown} */
  let left = null;
  await (workflow === 'subwindow' ? openWindow : openIframe)(settings, id, options).catch((error) => {
    left = error;
  });
  const { status, told } = await ask(
    settings.origin,
    settings.publicKey,
    `/v1/tokens/${id}/tds_finish`,
    new URLSearchParams(),
  );
  if (told.error === undefined) return told;
  const said = left instanceof Error ? left.message : words[settings.locale].verificationFailed;
  return { error: { ...told.error, message: status === 0 ? words[settings.locale].notReached : said, status } };
};
