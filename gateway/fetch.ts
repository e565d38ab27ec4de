/**
 * Live outbound HTTP over Node's own fetch.
 *
 * The reply is read to its last byte before the call resolves: a reply that is cut short must be a
 * failure of the call (an unknown outcome), not of a `text()` that comes later. Redirects are
 * answers: no acquirer or merchant sends a payment elsewhere by a header.
 */
import type { Fetch } from './ports.ts';

/**
 * Rejections pass through as Node makes them, with the `code` on the error or on its `cause`; a
 * timeout is a `TimeoutError` whether it strikes while connecting, waiting or reading.
 */
export const createLiveFetch = (): Fetch => async (url, request) => {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`No complete reply within ${request.timeoutMs} ms`, 'TimeoutError')),
    request.timeoutMs,
  );
  try {
    const reply = await fetch(url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: 'manual',
      signal: controller.signal,
    });
    const body = await reply.text();
    return { status: reply.status, headers: reply.headers, text: () => Promise.resolve(body) };
  } finally {
    clearTimeout(timer);
  }
};
