/**
 * Live outbound HTTP: undici, and Node's plain client where the address is given.
 *
 * The reply is read to its last byte before the call resolves: a reply that is cut short must be a
 * failure of the call (an unknown outcome), not of a `text()` that comes later. Redirects are
 * answers: no acquirer or merchant sends a payment elsewhere by a header.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { Agent, fetch } from 'undici';
import type { Fetch, InboundReply, OutboundRequest } from './ports.ts';

export interface LiveFetchOptions {
  /**
   * Longest time for a connection to stand. Past it nothing was sent, which is worth knowing: the
   * payment may go elsewhere. So it must be shorter than the time for a whole exchange.
   */
  readonly connectTimeoutMs?: number;
}

/**
 * Rejections pass through as they are made, with the `code` on the error or on its `cause`:
 * `UND_ERR_CONNECT_TIMEOUT` when no connection stood in time; otherwise a timeout is a
 * `TimeoutError`, whether it strikes while waiting or reading.
 */
export const createLiveFetch = ({ connectTimeoutMs = 10_000 }: LiveFetchOptions = {}): Fetch => {
  const dispatcher = new Agent({ connect: { timeout: connectTimeoutMs } });
  return (url, request) => exchange(url, request, dispatcher);
};

const exchange = async (url: string, request: OutboundRequest, dispatcher: Agent): Promise<InboundReply> => {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException(`No complete reply within ${request.timeoutMs} ms`, 'TimeoutError')),
    request.timeoutMs,
  );
  try {
    if (request.address !== undefined) return await fetchAt(request.address, url, request, controller.signal);
    const reply = await fetch(url, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      redirect: 'manual',
      signal: controller.signal,
      dispatcher,
    });
    const body = await reply.text();
    return { status: reply.status, headers: reply.headers, text: () => Promise.resolve(body) };
  } finally {
    clearTimeout(timer);
  }
};

/** Whatever the name, this address. */
const always = (address: string): LookupFunction => {
  const family = isIPv6(address) ? 6 : 4;
  return (_hostname, options, found) => {
    if (options.all === true) found(null, [{ address, family }]);
    else found(null, address, family);
  };
};

/**
 * One exchange on a connection of its own: none is kept, because the next one may have to go to
 * another address. Bodies come as they are sent; nothing unpacks them.
 */
const fetchAt = (
  address: string,
  url: string,
  { method, headers, body = '', replyBytesMax = Number.POSITIVE_INFINITY }: OutboundRequest,
  signal: AbortSignal,
): Promise<InboundReply> =>
  new Promise((resolve, reject) => {
    const { protocol } = new URL(url);
    const options: RequestOptions = {
      method,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: always(address),
      agent: false,
    };
    const outgoing = (protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    const fail = (reason: unknown): void => {
      reject(reason instanceof Error ? reason : new Error(String(reason)));
      outgoing.destroy();
    };
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const done = (): void => resolve(replyOf(incoming, Buffer.concat(chunks)));
      incoming.on('error', fail);
      incoming.on('data', (chunk: Buffer) => {
        chunks.push(size + chunk.length > replyBytesMax ? chunk.subarray(0, replyBytesMax - size) : chunk);
        size += chunk.length;
        if (size < replyBytesMax) return;
        done();
        outgoing.destroy();
      });
      incoming.on('end', done);
    });
    outgoing.end(body);
  });

const replyOf = ({ statusCode = 0, headers }: IncomingMessage, body: Buffer): InboundReply => ({
  status: statusCode,
  headers: {
    get(name) {
      const value = headers[name.toLowerCase()];
      if (value === undefined) return null;
      return typeof value === 'string' ? value : value.join(', ');
    },
  },
  text: () => Promise.resolve(body.toString('utf8')),
});
