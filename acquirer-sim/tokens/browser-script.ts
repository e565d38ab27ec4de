/**
 * `token.js`, for a shop's checkout page: `Multipayment.init(shopId)`, then
 * `Multipayment.getToken({cardno, expire, securitycode, holdername, tokennumber}, callback)`.
 *
 * Written for this simulator. It calls back to the host it was loaded from, so a page needs nothing
 * but another address in its script tag. WebCrypto has no RSA PKCS #1 v1.5, hence one modular power;
 * it needs a secure context, which https and localhost are.
 */
import type { TokenKey } from './key.ts';
import { ITERATIONS, PASSPHRASE } from './sealed.ts';

export const browserScript = ({ modulusHex, exponentHex }: TokenKey): string => `(() => {
  const origin = new URL(document.currentScript.src).origin;
  const modulus = BigInt('0x${modulusHex}');
  const exponent = BigInt('0x${exponentHex}');
  const size = ${modulusHex.length / 2};
  const bytesOf = (text) => new TextEncoder().encode(text);
  const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const base64Of = (bytes) => btoa(String.fromCharCode(...bytes));
  const drawn = (length) => crypto.getRandomValues(new Uint8Array(length));
  const power = (base) => {
    let result = 1n;
    for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
      if (rest & 1n) result = (result * square) % modulus;
    }
    return result;
  };
  const sealed = (message) => {
    const filler = drawn(size - message.length - 3).map((byte) => byte || 1);
    const block = [0, 2, ...filler, 0, ...message];
    const hex = power(BigInt('0x' + hexOf(block))).toString(16).padStart(size * 2, '0');
    return base64Of(hex.match(/../g).map((pair) => parseInt(pair, 16)));
  };
  const encryptedWith = async (iv, salt, plain) => {
    const phrase = await crypto.subtle.importKey('raw', bytesOf('${PASSPHRASE}'), 'PBKDF2', false, ['deriveKey']);
    const key = await crypto.subtle.deriveKey(
      { name: 'PBKDF2', hash: 'SHA-1', salt, iterations: ${ITERATIONS} },
      phrase,
      { name: 'AES-CBC', length: 128 },
      false,
      ['encrypt'],
    );
    return base64Of(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, bytesOf(plain))));
  };
  let shopId = '';
  let callbacks = 0;
  const nameOf = (callback) => {
    if (typeof callback === 'string') return callback;
    callbacks += 1;
    const name = 'MultipaymentCallback' + callbacks;
    window[name] = callback;
    return name;
  };
  window.Multipayment = {
    init(id) {
      shopId = id;
    },
    async getToken(card, callback) {
      const name = nameOf(callback);
      const plain = [card.cardno, card.expire, card.securitycode, card.holdername, card.tokennumber];
      const iv = drawn(16);
      const salt = drawn(16);
      const encrypted = await encryptedWith(iv, salt, plain.map((value) => value ?? '').join('|'));
      const key = sealed(bytesOf('iv=' + hexOf(iv) + '&salt=' + hexOf(salt)));
      const signed = bytesOf([shopId, key, encrypted, name].join('|'));
      const seal = hexOf(new Uint8Array(await crypto.subtle.digest('SHA-1', signed)));
      const query = new URLSearchParams({ key, callback: name, publicKey: shopId, encrypted, seal, version: '5' });
      const script = document.createElement('script');
      script.src = origin + '/ext/api/getToken?' + query;
      document.head.appendChild(script);
    },
  };
})();
`;
