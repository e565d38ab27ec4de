/**
 * What connects the programs of one world: calls in the process, no sockets. Everything else leaves
 * by the real network, and the world's clock is told.
 */
import type { Fetch, InboundReply, OutboundRequest } from '../../gateway/ports.ts';
import { type Departure, departureOf, fateOf } from '../stage/departure.ts';
import { timeoutError, transportError } from '../stage/transport-errors.ts';
import type { SandboxClock } from './clock.ts';

/** Host names that exist inside a world and nowhere else (`.invalid`: RFC 6761). */
export const hosts = {
  gateway: 'gateway.invalid',
  escott: 'escott.invalid',
  gmo: 'gmo.invalid',
  status: 'status.invalid',
  acs: 'tds.invalid',
} as const;

export interface Served {
  readonly app: { fetch(request: Request, env?: unknown): Response | Promise<Response> };
}

export interface WiresOptions {
  readonly clock: SandboxClock;
  /** Who answers at a host inside, once it is there: by its name, or by the name and port that browsers use. */
  readonly find: (host: string) => Served | undefined;
  readonly outside: Fetch;
}

/** The fetch port of every program of one world. */
export const createWires = ({ clock, find, outside }: WiresOptions): Fetch => {
  /** What the caller sees of a reply that a fault had a hand in; nothing, where nothing comes. */
  const enact = async (departure: Departure, body: string, host: string, waits: () => boolean): Promise<boolean> => {
    const fate = fateOf(departure, Buffer.byteLength(body));
    if (fate.kind === 'arrives' && fate.afterMs > 0) await clock.sleep(fate.afterMs);
    departure.left(waits());
    if (fate.kind === 'breaks') throw transportError(fate.code, host);
    return fate.kind === 'arrives';
  };

  /** Null: no reply ever comes. */
  const inside = async (
    served: Served,
    host: string,
    url: string,
    { method, headers, body }: OutboundRequest,
    waits: () => boolean,
  ): Promise<InboundReply | null> => {
    const init = body === undefined ? { method, headers } : { method, headers, body };
    const response = await served.app.fetch(new Request(url, init));
    const departure = departureOf(response);
    const text = await response.text();
    if (departure !== undefined && !(await enact(departure, text, host, waits))) return null;
    return { status: response.status, headers: response.headers, text: () => Promise.resolve(text) };
  };

  return (url, request) => {
    const { hostname, host } = new URL(url);
    const served = find(hostname) ?? find(host);
    if (served === undefined)
      return hostname.endsWith('.invalid')
        ? Promise.reject(transportError('ECONNREFUSED', hostname))
        : clock.outside(() => outside(url, request));
    return new Promise((resolve, reject) => {
      // On the world's clock, so that a jump that passes it ends the wait.
      let waits = true;
      const late = clock.after(request.timeoutMs, () => {
        waits = false;
        reject(timeoutError(request.timeoutMs));
      });
      inside(served, hostname, url, request, () => waits).then(
        (reply) => {
          if (reply === null) return;
          late.cancel();
          resolve(reply);
        },
        (error: unknown) => {
          late.cancel();
          reject(error);
        },
      );
    });
  };
};
