// @ts-check
/** Calls to the gateway that a public key may make. They resolve in any case, with a token or with `{error}`. */

/** @typedef {import('./types.d.ts').Told} Told */

export const publicKeyPattern = /^pk_(test|live)_[0-9A-Za-z]{1,64}$/;

/** @param {unknown} key */
export const checkPublicKey = (key) => {
  if (typeof key === 'string' && publicKeyPattern.test(key)) return key;
  // What was given is not repeated: it may be a secret key.
  throw new Error('Payjp: a public key (pk_test_… or pk_live_…) is needed here');
};

/**
 * @param {string} origin the gateway's, or '' from its own pages
 * @param {string} publicKey
 * @param {string} path
 * @param {URLSearchParams | null} form null: GET
 * @returns {Promise<{ status: number, told: Told }>} status 0: nothing came back
 */
export const ask = async (origin, publicKey, path, form) => {
  try {
    const reply = await fetch(`${origin}${path}`, {
      method: form === null ? 'GET' : 'POST',
      headers: { Authorization: `Basic ${btoa(`${publicKey}:`)}` },
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      ...(form === null ? {} : { body: form }),
    });
    return { status: reply.status, told: await reply.json() };
  } catch {
    return {
      status: 0,
      told: { error: { message: 'The gateway could not be reached', type: 'network_error', code: 'not_reached' } },
    };
  }
};

/** What a page may say about a card; its number, expiry and code come from our own fields only. */
const aboutCard = new Set([
  'name',
  'email',
  'phone',
  'country',
  'address_state',
  'address_city',
  'address_line1',
  'address_line2',
  'address_zip',
]);

/**
 * @param {{ number: string, exp_month: string, exp_year: string, cvc: string }} card
 * @param {import('./types.d.ts').TokenData} data
 */
export const tokenForm = (card, data) => {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(card)) if (value !== '') form.set(`card[${name}]`, value);
  for (const [name, value] of Object.entries(data.card ?? {}))
    if (aboutCard.has(name) && typeof value === 'string' && value !== '') form.set(`card[${name}]`, value);
  if (typeof data.tenant === 'string') form.set('tenant', data.tenant);
  if (data.three_d_secure === true) form.set('three_d_secure', 'true');
  return form;
};
