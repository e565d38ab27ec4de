/**
 * What connects the programs of one world: calls in the process, no sockets. Everything else leaves
 * by the real network, and the world's clock is told.
 */
import type { Fetch, InboundReply, OutboundRequest } from '../../gateway/ports.ts';
import { timeoutError, transportError } from '../stage/transport-errors.ts';
import type { SandboxClock } from './clock.ts';

/** Host names that exist inside a world and nowhere else (`.invalid`: RFC 6761). */
export const hosts = {
  gateway: 'gateway.invalid',
  escott: 'escott.invalid',
  gmo: 'gmo.invalid',
  status: 'status.invalid',
} as const;

export interface Served {
  readonly app: { fetch(request: Request, env?: unknown): Response | Promise<Response> };
}

export interface WiresOptions {
  readonly clock: SandboxClock;
  /** Who answers at a host inside, once it is there. */
  readonly find: (host: string) => Served | undefined;
  readonly outside: Fetch;
}

/** A reply whose connection ended before it was whole: its body says so when it is read. */
const readWhole = async (response: Response, host: string): Promise<InboundReply> => {
  let body: string;
  try {
    body = await response.text();
  } catch {
    throw transportError('ECONNRESET', host);
  }
  return { status: response.status, headers: response.headers, text: () => Promise.resolve(body) };
};

/** The fetch port of every program of one world. */
export const createWires = ({ clock, find, outside }: WiresOptions): Fetch => {
  const inside = async (served: Served, host: string, url: string, request: OutboundRequest): Promise<InboundReply> => {
    const { method, headers, body } = request;
    const response = await served.app.fetch(
      new Request(url, body === undefined ? { method, headers } : { method, headers, body }),
    );
    return readWhole(response, host);
  };

  return (url, request) => {
    const { hostname } = new URL(url);
    const served = find(hostname);
    if (served === undefined)
      return hostname.endsWith('.invalid')
        ? Promise.reject(transportError('ECONNREFUSED', hostname))
        : clock.outside(() => outside(url, request));
    return new Promise((resolve, reject) => {
      // On the world's clock, so that a jump that passes it ends the wait.
      const late = clock.after(request.timeoutMs, () => reject(timeoutError(request.timeoutMs)));
      inside(served, hostname, url, request)
        .then(resolve, reject)
        .finally(() => late.cancel());
    });
  };
};
