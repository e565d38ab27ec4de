/** A shop's server and a shop's page, getting tokens as they would. */
import { constants, createPublicKey, publicEncrypt } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { tokenKey } from '../../../acquirer-sim/tokens/key.ts';
import type { Json } from '../world.ts';

/** Whatever posts a form and answers a text. */
export interface Poster {
  post(path: string, fields: Record<string, string>): Promise<{ readonly text: string }>;
}

export interface Card {
  readonly cardNo?: string;
  readonly expire?: string;
  readonly securityCode?: string;
  readonly holderName?: string;
  readonly tokenNumber?: string | number;
}

export const seal = (text: string): string => {
  const key = createPublicKey({ key: Buffer.from(tokenKey().publicKey, 'base64'), format: 'der', type: 'spki' });
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64');
};

export const GOOD: Card = { cardNo: '4111111111111111', expire: '203012', securityCode: '123', holderName: 'GINTOKI' };

/** The body of a server call; `changes` replaces its parameters. */
export const serverCall = (card: Card, changes: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  Encrypted: seal(JSON.stringify(card)),
  ShopID: 'tshop00000001',
  KeyHash: tokenKey().keyHash,
  ...changes,
});

export const serverToken = async (world: Poster, card: Card, changes = {}): Promise<Json> =>
  JSON.parse((await world.post('/ext/api/credit/getToken', serverCall(card, changes))).text);

export const tokenFor = async (world: Poster, card: Card = GOOD, changes = {}): Promise<string> =>
  (await serverToken(world, card, changes)).tokenObject.token[0];

export interface Page {
  /** What the page's own script would find on `window`. */
  readonly window: Json;
  /** Waits for the script tag that the library adds, and answers its address. */
  added(): Promise<string>;
}

/** Loads `token.js` as a browser does, from the address of the simulator. */
export const openPage = (script: string, origin: string): Page => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const window: Json = {};
  const document = {
    currentScript: { src: `${origin}/ext/js/token.js` },
    createElement: () => ({ src: '' }),
    head: { appendChild: (element: { src: string }) => resolve(element.src) },
  };
  const { crypto, URL, URLSearchParams, TextEncoder, btoa } = globalThis;
  runInContext(script, createContext({ window, document, crypto, URL, URLSearchParams, TextEncoder, btoa }));
  return { window, added: () => promise };
};
