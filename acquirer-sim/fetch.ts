/**
 * The simulator's live outbound HTTP: operators' notices to their tenants.
 * Resolves once the whole reply is here, so a notice counts as delivered only then.
 */
import type { Fetch } from './ports.ts';

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Errors are Node's own (`code`, or `cause.code`), apart from `TimeoutError` past `timeoutMs`. */
export const createLiveFetch =
  (): Fetch =>
  async (url, { method, headers, body, timeoutMs }) => {
    const hangUp = new AbortController();
    const timer = setTimeout(() => hangUp.abort(new TimeoutError(`${method} took over ${timeoutMs} ms`)), timeoutMs);
    const init = { method, headers, redirect: 'manual', signal: hangUp.signal } as const;
    try {
      const reply = await fetch(url, body === undefined ? init : { ...init, body });
      const text = await reply.text();
      return { status: reply.status, headers: reply.headers, text: async () => text };
    } finally {
      clearTimeout(timer);
    }
  };
