/**
 * How a reply leaves over a real socket: stands between the program's `app.fetch` and the Node
 * server, and enacts departures. Responses without one pass untouched.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Clock } from '../ports.ts';
import { type Departure, departureOf } from './departure.ts';

interface Environment {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** What the Node server takes as its `fetch`. */
export type SocketFetch = (request: Request, environment: unknown) => Response | Promise<Response>;

/** What went out last has to arrive before a reset, which throws away what is still under way. */
const BEFORE_RESET_MS = 20;
/** Drops a second at most; a faster drip has larger drops. */
const DROPS_PER_SECOND = 50;

const headOf = (response: Response, body: Uint8Array): Record<string, string> => {
  const head: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    head[name] = value;
  });
  head['content-length'] = String(body.length);
  return head;
};

const rawOf = (response: Response, body: Uint8Array): Buffer => {
  const lines = Object.entries(headOf(response, body)).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${response.status} OK\r\n${lines.join('')}\r\n`), body]);
};

export const onSockets = (clock: Pick<Clock, 'after'>, fetch: SocketFetch): SocketFetch => {
  const deaf = new WeakSet<object>();
  let anyDeaf = false;

  const drip = (outgoing: ServerResponse, body: Uint8Array, bytesPerSecond: number, done: () => void): void => {
    const drop = Math.max(1, Math.floor(bytesPerSecond / DROPS_PER_SECOND));
    const everyMs = (drop * 1_000) / bytesPerSecond;
    const next = (from: number): void => {
      if (outgoing.destroyed) {
        done();
        return;
      }
      if (from >= body.length) {
        outgoing.end(done);
        return;
      }
      outgoing.write(body.subarray(from, from + drop));
      clock.after(everyMs, () => next(from + drop));
    };
    clock.after(everyMs, () => next(0));
  };

  /** Everything but a whole reply: writes it and answers that it was written. */
  const enact = async ({ way, left }: Departure, response: Response, { incoming, outgoing }: Environment) => {
    const { socket } = incoming;
    if (socket.destroyed) {
      left(false);
      return RESPONSE_ALREADY_SENT;
    }
    const body = new Uint8Array(await response.arrayBuffer());
    switch (way.how) {
      case 'refused':
        socket.resetAndDestroy();
        break;
      case 'reset': {
        if (way.afterBytes === null) {
          socket.resetAndDestroy();
          break;
        }
        outgoing.writeHead(response.status, headOf(response, body));
        outgoing.write(body.subarray(0, way.afterBytes), () =>
          clock.after(BEFORE_RESET_MS, () => socket.resetAndDestroy()),
        );
        break;
      }
      case 'cut':
        outgoing.writeHead(response.status, headOf(response, body));
        outgoing.flushHeaders();
        outgoing.write(body.subarray(0, way.bytes), () => socket.end());
        break;
      case 'silence':
        if (way.deaf) {
          deaf.add(socket);
          anyDeaf = true;
        }
        break;
      case 'alien':
        socket.end(way.bytes);
        break;
      case 'twice':
        outgoing.writeHead(response.status, headOf(response, body));
        outgoing.write(body);
        socket.write(rawOf(response, body));
        outgoing.end();
        break;
      case 'drip':
        outgoing.writeHead(response.status, headOf(response, body));
        outgoing.flushHeaders();
        await new Promise<void>((resolve) => drip(outgoing, body, way.bytesPerSecond, resolve));
        break;
      case 'whole':
        break;
    }
    left(true);
    return RESPONSE_ALREADY_SENT;
  };

  const leave = (response: Response, environment: Environment): Response | Promise<Response> => {
    const departure = departureOf(response);
    if (departure === undefined) return response;
    if (departure.way.how !== 'whole') return enact(departure, response, environment);
    const { outgoing } = environment;
    if (outgoing.destroyed) departure.left(false);
    else outgoing.once('close', () => departure.left(outgoing.writableFinished));
    return response;
  };

  return (request, environment) => {
    const over = environment as Environment;
    if (anyDeaf && deaf.has(over.incoming.socket)) return RESPONSE_ALREADY_SENT;
    const response = fetch(request, environment);
    return response instanceof Promise ? response.then((one) => leave(one, over)) : leave(response, over);
  };
};
