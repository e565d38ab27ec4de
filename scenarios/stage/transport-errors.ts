/**
 * How a failed exchange looks to its caller: as Node's own fetch would reject (a `TypeError`
 * whose cause carries the code), or as a `TimeoutError`.
 */

/** What the stage's links can do to a connection, in Node's words. */
export type TransportCode =
  | 'ECONNREFUSED'
  | 'ENOTFOUND'
  | 'EHOSTUNREACH'
  | 'ECONNRESET'
  | 'UND_ERR_CONNECT_TIMEOUT'
  | 'UND_ERR_SOCKET'
  | 'HPE_INVALID_CONSTANT';

const texts: Record<TransportCode, string> = {
  ECONNREFUSED: 'connect ECONNREFUSED',
  ENOTFOUND: 'getaddrinfo ENOTFOUND',
  EHOSTUNREACH: 'connect EHOSTUNREACH',
  ECONNRESET: 'read ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: 'Connect Timeout Error',
  UND_ERR_SOCKET: 'other side closed',
  HPE_INVALID_CONSTANT: 'Response does not match the HTTP/1.1 protocol',
};

export const transportError = (code: TransportCode, host: string): Error =>
  withoutStack(() => {
    const cause = Object.assign(new Error(`${texts[code]} ${host}`), { code });
    return new TypeError('fetch failed', { cause });
  });

export const timeoutError = (timeoutMs: number): Error =>
  withoutStack(() => {
    const error = new Error(`The operation was aborted due to timeout (${timeoutMs} ms)`);
    error.name = 'TimeoutError';
    return error;
  });

/** An outage makes tens of thousands of these, and where in the stage they were made says nothing. */
const withoutStack = (make: () => Error): Error => {
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = depth;
  }
};
