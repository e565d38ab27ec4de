/** The far ends of the fetch contract as real servers on loopback. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '../../gateway/ports.ts';
import type { Behaviour, FetchHarness } from './fetch-contract.ts';

const listeners: Record<Exclude<Behaviour, 'refused' | 'unknown-host'>, RequestListener> = {
  echo: (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url: path, headers } = request;
      const body = Buffer.concat(chunks).toString();
      response.setHeader('x-answer', 'yes').end(JSON.stringify({ method, path, headers, body }));
    });
  },
  busy: (_, response) => response.writeHead(503).end('busy'),
  redirect: (request, response) =>
    request.url === '/elsewhere' ? response.end('followed') : response.writeHead(302, { location: '/elsewhere' }).end(),
  reset: (request) => request.on('end', () => request.socket.resetAndDestroy()).resume(),
  silent: (request) => request.resume(),
  'stalled-body': (_, response) => response.writeHead(200, { 'content-length': '100' }).write('{"id":'),
  'cut-body': (_, response) =>
    response.writeHead(200, { 'content-length': '100' }).write('{"id":', () => response.destroy()),
};

const listen = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const close = async (server: Server): Promise<void> => {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
};

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** A harness over `fetch` and real sockets. */
export const liveHarness = (fetch: Fetch): FetchHarness => {
  const servers: Server[] = [];
  return {
    fetch,
    serve: async (behaviour) => {
      // `.invalid` never resolves (RFC 2606, section 2).
      if (behaviour === 'unknown-host') return 'http://acquirer.invalid';
      const server = await listen(behaviour === 'refused' ? () => undefined : listeners[behaviour]);
      const url = urlOf(server);
      // The port was free a moment ago and nobody else was given it: connecting to it is refused.
      if (behaviour === 'refused') await close(server);
      else servers.push(server);
      return url;
    },
    close: async () => {
      await Promise.all(servers.map(close));
    },
  };
};
