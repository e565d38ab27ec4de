/**
 * What stands before several gateway instances: hands each new connection to the next instance
 * that answers its health check.
 *
 * By connection and not by request, as a simple balancer does: whoever is connected to an instance
 * that dies sees the connection break. An instance that is frozen still takes connections, so only
 * the health check finds it.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  /** Resolves when every instance answers. */
  readonly allUp: () => boolean;
  close(): Promise<void>;
}

const checkEveryMs = 500;
const checkTimeoutMs = 1_000;

export const startBalancer = async (port: number, backends: readonly number[]): Promise<Balancer> => {
  const healthy = new Set(backends);
  const sockets = new Set<Socket>();
  let turn = 0;

  const next = (): readonly number[] => {
    turn += 1;
    const rotated = backends.map((_, index) => backends[(turn + index) % backends.length] as number);
    const good = rotated.filter((backend) => healthy.has(backend));
    return good.length > 0 ? good : rotated;
  };

  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => {});
    client.pause();
    const tryNext = ([backend, ...others]: readonly number[]): void => {
      if (backend === undefined) {
        client.resetAndDestroy();
        return;
      }
      const upstream = connect(backend, '127.0.0.1');
      let joined = false;
      upstream.once('connect', () => {
        joined = true;
        client.pipe(upstream);
        upstream.pipe(client);
      });
      upstream.on('error', () => {
        if (!joined) {
          healthy.delete(backend);
          tryNext(others);
        } else client.resetAndDestroy();
      });
      upstream.on('close', () => {
        if (joined) client.destroy();
      });
      client.on('close', () => upstream.destroy());
    };
    tryNext(next());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  const check = async (backend: number): Promise<void> => {
    try {
      const reply = await fetch(`http://127.0.0.1:${backend}/healthz`, { signal: AbortSignal.timeout(checkTimeoutMs) });
      await reply.text();
      if (reply.ok) healthy.add(backend);
      else healthy.delete(backend);
    } catch {
      healthy.delete(backend);
    }
  };
  const checking = setInterval(() => {
    for (const backend of backends) void check(backend);
  }, checkEveryMs);
  await Promise.all(backends.map(check));

  return {
    allUp: () => backends.every((backend) => healthy.has(backend)),
    async close() {
      clearInterval(checking);
      for (const socket of sockets) socket.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
};
