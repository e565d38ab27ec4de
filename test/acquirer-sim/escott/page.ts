/** A checkout page of a shop: the acquirer's own script, run with the little of a browser that it names. */
import { runInNewContext } from 'node:vm';
import type { World } from '../world.ts';

export interface CheckoutPage {
  /** Resolves with what the page's function was given, or with the code of what went wrong. */
  createToken(...values: string[]): Promise<unknown[] | string>;
}

interface Api {
  onError: ((code: string) => void) | null;
  spsvCreateToken(...values: string[]): void;
}

export const loadEscottPage = async (world: World, tokenCode: string): Promise<CheckoutPage> => {
  const src = `http://escott.test/euser/stn/CdGetJavaScript.do?k_TokenNinsyoCode=${tokenCode}`;
  const script = await (await world.acquirer.app.request(src)).text();
  const window: { SpsvApi?: Api; setToken?: (...given: unknown[]) => void } = {};
  runInNewContext(script, {
    window,
    document: { currentScript: { src, getAttribute: (name: string) => (name === 'callBackFunc' ? 'setToken' : null) } },
    URL,
    URLSearchParams,
    fetch: (url: string, { method, body }: { method: string; body: URLSearchParams }) =>
      world.acquirer.app.request(url, {
        method,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: body.toString(),
      }),
  });
  const api = window.SpsvApi;
  if (api === undefined) throw new Error('the script made no SpsvApi');
  return {
    createToken: (...values) =>
      new Promise((resolve) => {
        window.setToken = (...given) => resolve(given);
        api.onError = resolve;
        api.spsvCreateToken(...values);
      }),
  };
};
