/** The wall's clock and real sockets as the ports that the cast and the theatre take. */
import { Agent, fetch } from 'undici';
import type { Clock, Fetch, Timer } from '../../gateway/ports.ts';

export const realClock = (): Clock => {
  const after = (delayMs: number, wake: () => void): Timer => {
    const timer = setTimeout(wake, Math.max(0, Math.ceil(delayMs)));
    return { cancel: () => clearTimeout(timer) };
  };
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after,
    sleep: (delayMs) =>
      new Promise((resolve) => {
        after(delayMs, resolve);
      }),
  };
};

/**
 * Real HTTP, with the errors that the port promises. `hosts` replaces names by addresses: the
 * theatre knows programs by the names they have on the virtual stage.
 */
export const realFetch = (hosts: ReadonlyMap<string, string> = new Map()): Fetch & { close(): Promise<void> } => {
  const dispatcher = new Agent({ connect: { timeout: 5_000 }, connections: 256 });
  const ask: Fetch = async (url, { method, headers, body, timeoutMs }) => {
    const { host, origin } = new URL(url);
    const target = hosts.get(host);
    const controller = new AbortController();
    const timer = setTimeout(
      () => controller.abort(new DOMException(`No complete reply within ${timeoutMs} ms`, 'TimeoutError')),
      timeoutMs,
    );
    try {
      const reply = await fetch(target === undefined ? url : target + url.slice(origin.length), {
        method,
        headers,
        body: body ?? null,
        redirect: 'manual',
        signal: controller.signal,
        dispatcher,
      });
      const text = await reply.text();
      return { status: reply.status, headers: reply.headers, text: () => Promise.resolve(text) };
    } finally {
      clearTimeout(timer);
    }
  };
  return Object.assign(ask, { close: () => dispatcher.close() });
};

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
