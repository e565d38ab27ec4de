/**
 * Live DNS. Names are asked of the machine (`getaddrinfo`), as any connection would, so that a host
 * file or a container's own name server counts.
 */
import { lookup } from 'node:dns/promises';
import type { Resolve } from './ports.ts';

/** A name server that is silent must not hold up a delivery for as long as a machine waits for it. */
const patienceMs = 5_000;

/** Rejects with Node's error and its `code`; with `ETIMEOUT` after `timeoutMs`. */
export const createLiveResolve =
  (timeoutMs = patienceMs): Resolve =>
  async (hostname) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(Object.assign(new Error(`No answer about ${hostname}`), { code: 'ETIMEOUT' })),
        timeoutMs,
      );
    });
    try {
      const found = await Promise.race([lookup(hostname, { all: true, order: 'verbatim' }), late]);
      return found.map(({ address }) => address);
    } finally {
      clearTimeout(timer);
    }
  };
