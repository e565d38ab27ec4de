/** Ports on loopback, chosen before anything starts: a program that is killed comes back to the same one. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { HarnessError } from '../cli/exit-status.ts';

const hold = async (port: number): Promise<Server> => {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = (error as { code?: string }).code ?? String(error);
    throw new HarnessError(
      code === 'EADDRINUSE'
        ? `port ${port} is in use; name another first port with --port`
        : `port ${port} cannot be had (${code})`,
    );
  }
  return server;
};

/**
 * `count` ports that were free just now: from `first` on, or anywhere when it is 0.
 * @throws HarnessError naming the port that is in use
 */
export const takePorts = async (first: number, count: number): Promise<readonly number[]> => {
  const held: Server[] = [];
  try {
    for (let index = 0; index < count; index += 1) held.push(await hold(first === 0 ? 0 : first + index));
    return held.map((server) => (server.address() as AddressInfo).port);
  } finally {
    for (const server of held) server.close();
  }
};
