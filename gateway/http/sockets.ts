/**
 * What one connection may cost (resilience-patterns, section 8), and an answer in our own words to
 * bytes that never became a request.
 *
 * An address of this machine is not counted: behind a front every buyer comes from there, and the
 * front counts for itself.
 */
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { renderError } from '../errors.ts';

export const socketLimits = {
  headerBytesMax: 16 * 1024,
  /** From the first byte to the last header. */
  headersMs: 10_000,
  /** From the first byte to the last of the body: at 64 KiB about 2 kB/s. */
  requestMs: 30_000,
  /** An open connection without a request. */
  idleMs: 30_000,
  connectionsMax: 1_000,
  perAddressMax: 50,
} as const;

/** For `http.createServer`. */
export const serverOptions = {
  maxHeaderSize: socketLimits.headerBytesMax,
  headersTimeout: socketLimits.headersMs,
  requestTimeout: socketLimits.requestMs,
  keepAliveTimeout: socketLimits.idleMs,
  connectionsCheckingInterval: 1_000,
  insecureHTTPParser: false,
  // Missing hosts are refused too, but in our words.
  requireHostHeader: false,
} as const satisfies ServerOptions<typeof IncomingMessage, typeof ServerResponse>;

const refusalOf = (code: string | undefined): readonly [status: number, reason: string, message: string] => {
  if (code === 'HPE_HEADER_OVERFLOW')
    return [431, 'Request Header Fields Too Large', `The headers are longer than ${socketLimits.headerBytesMax} bytes`];
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout', 'The request did not arrive in time'];
  return [400, 'Bad Request', 'This is not HTTP/1.1'];
};

const headers = {
  'Content-Type': 'application/json; charset=utf-8',
  'Breakwater-Decided-By': 'gateway',
  Connection: 'close',
} as const;

/** Nothing of what was sent is repeated: it may hold a key or a card number. */
const bodyOf = (status: number, message: string): string =>
  JSON.stringify({ error: { message, type: 'client_error', status, code: 'invalid_querystring' } });

const answerTo = (code: string | undefined): string => {
  const [status, reason, message] = refusalOf(code);
  const body = bodyOf(status, message);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${reason}`, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join(
    '\r\n',
  );
};

/** For `getRequestListener`: HTTP that names no address (`Host: a b`), and what broke outside the app. */
export const answerToFault = (reason: unknown): Response => {
  if (reason instanceof Error && reason.name === 'RequestError')
    return new Response(bodyOf(400, 'The host or the address is none'), { status: 400, headers });
  const { status, error } = renderError({ kind: 'ours' });
  return new Response(JSON.stringify({ error }), { status, headers });
};

interface Guarded {
  maxConnections: number;
  on(event: 'connection', listener: (socket: Socket) => void): unknown;
  on(event: 'checkExpectation', listener: (request: IncomingMessage, reply: ServerResponse) => void): unknown;
  on(event: 'clientError', listener: (reason: NodeJS.ErrnoException, socket: Duplex) => void): unknown;
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(address);

/** Keeps connections within the limits, and answers what the parser gave up. */
export const guardSockets = (server: Guarded): void => {
  const open = new Map<string, number>();
  server.maxConnections = socketLimits.connectionsMax;
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    if (isLoopback(address)) return;
    const held = open.get(address) ?? 0;
    if (held >= socketLimits.perAddressMax) {
      socket.destroy();
      return;
    }
    open.set(address, held + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
  server.on('checkExpectation', (_request, reply) => {
    reply.writeHead(417, headers).end(bodyOf(417, 'No such expectation is met'));
  });
  server.on('clientError', ({ code }, socket) => {
    // An answer that has begun would be continued by this one, as if it were its body.
    const { _httpMessage: begun } = socket as Duplex & { _httpMessage?: { headersSent?: boolean } | null };
    if (code === 'ECONNRESET' || !socket.writable || begun?.headersSent === true) socket.destroy();
    else socket.end(answerTo(code));
  });
};
