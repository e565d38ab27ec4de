/** The GMO-PG simulator behind a real loopback port, for clients that know nothing of it. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createAcquirer } from '../../acquirer-sim/app.ts';
import { createLiveClock } from '../../acquirer-sim/clock.ts';
import { createLiveFetch } from '../../acquirer-sim/fetch.ts';
import { createLiveRandom } from '../../acquirer-sim/random.ts';

export const SHOP = { ShopID: 'tshop00000001', ShopPass: 'abcd1234' };
export const SITE = { SiteID: 'tsite00000001', SitePass: 'sitepass1' };

const fast = { mean: 0.1, sigma: 0 };

export interface Simulator {
  readonly url: string;
  /** Posts a body as it is. */
  post(path: string, body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

/** @param resultUrl Where the shop wants its results told. */
export const startSimulator = async (resultUrl?: string): Promise<Simulator> => {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const acquirer = createAcquirer({
    clock: createLiveClock(),
    random: createLiveRandom(1),
    fetch: createLiveFetch(),
    log: silent,
    config: {
      id: 'gmo',
      dialect: 'gmo-pg',
      capacity: {
        workers: 64,
        queueMax: 1_000,
        serviceMs: { check: fast, authorise: fast, capture: fast, change: fast, void: fast, search: fast },
      },
      tenants: [
        {
          id: 'shop',
          shopId: SHOP.ShopID,
          shopPass: SHOP.ShopPass,
          site: { siteId: SITE.SiteID, sitePass: SITE.SitePass },
          ...(resultUrl === undefined ? {} : { resultUrl }),
        },
      ],
    },
  });
  const { promise, resolve } = Promise.withResolvers<AddressInfo>();
  const server = serve({ fetch: acquirer.app.fetch, port: 0, hostname: '127.0.0.1' }, resolve);
  const url = `http://127.0.0.1:${(await promise).port}`;
  return {
    url,
    post: (path, body, headers = { 'content-type': 'application/x-www-form-urlencoded' }) =>
      fetch(url + path, { method: 'POST', body, headers }),
    async close() {
      await acquirer.stop();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed.promise;
    },
  };
};

/** Runs `act` for every item, at most `width` of them at a time. */
export const inParallel = async <T>(items: readonly T[], width: number, act: (item: T) => Promise<void>) => {
  const left = items.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of left) await act(item);
    }),
  );
};
