/** The six ports of a sandbox: opened together or not at all, closed together. Loopback only. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { onSockets } from '../../acquirer-sim/app.ts';
import type { RealTime } from './real-world.ts';

/** What answers where, in the order of the ports: N, N+1, and so on. */
export const portNames = ['gateway', 'escott', 'gmo', 'acs', 'status', 'pages'] as const;
export type PortName = (typeof portNames)[number];
/** `http://127.0.0.1:<port>` of each. */
export type Addresses = Readonly<Record<PortName, string>>;

/** A port cannot be had; one line that says which and why. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

const host = '127.0.0.1';
/** Requests under way get this long to be answered when the sandbox stops. */
const graceMs = 2_000;

type Server = ReturnType<typeof createAdaptorServer>;

const close = async (server: Server, real: RealTime): Promise<void> => {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const forget = real.later(graceMs, () => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  await closed;
  forget();
};

const why = (code: unknown): string => {
  if (code === 'EADDRINUSE') return 'is in use';
  if (code === 'EACCES') return 'needs more rights than this process has';
  return `cannot be opened (${String(code)})`;
};

export interface OpenPorts {
  readonly addresses: Addresses;
  close(): Promise<void>;
}

/** Opens six ports from `first` on; 0 takes any six that are free, one by one. @throws PortError */
export const openPorts = async (
  first: number,
  apps: (addresses: () => Addresses) => Readonly<Record<PortName, Hono>>,
  real: RealTime,
): Promise<OpenPorts> => {
  const servers: Server[] = [];
  const soon = { after: (delayMs: number, wake: () => void) => ({ cancel: real.later(delayMs, wake) }) };
  const found: Partial<Record<PortName, string>> = {};
  const closeAll = async (): Promise<void> => {
    await Promise.all(servers.map((server) => close(server, real)));
  };
  const handlers = apps(() => found as Addresses);
  for (const [nth, name] of portNames.entries()) {
    const { fetch } = handlers[name];
    // A fault of an upstream may be one that no reply can express: a reset, silence, half a body.
    const isSimulated = name === 'escott' || name === 'gmo' || name === 'acs';
    const server = createAdaptorServer({
      fetch: isSimulated ? onSockets(soon, (request, env) => fetch(request, env as object)) : fetch,
      hostname: host,
    });
    servers.push(server);
    const port = first === 0 ? 0 : first + nth;
    try {
      server.listen(port, host);
      await once(server, 'listening');
    } catch (error) {
      await closeAll();
      const code = error instanceof Error && 'code' in error ? error.code : error;
      throw new PortError(`port ${port} (${name}) ${why(code)}; --port takes another first of six`);
    }
    found[name] = `http://${host}:${(server.address() as AddressInfo).port}`;
  }
  return { addresses: found as Addresses, close: closeAll };
};
