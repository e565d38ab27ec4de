/**
 * The live stage's Redis for tests: a server of its own on a socket in a temporary folder, gone when
 * the tests end, however they end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createHousehold } from '../../scenarios/live/children.ts';
import { startRedis as startServer } from '../../scenarios/live/databases.ts';
import { isMissing } from './missing.ts';

/** For `describe.skipIf`: a person without Redis loses these tests, CI its whole result. */
export const noRedis = isMissing('redis');

export interface RedisServer {
  /** Address for clients: a socket in a folder of its own. */
  readonly url: string;
  /** SIGKILL; resolves when it is gone. What it held is forgotten. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay, nobody answers. */
  freeze(): void;
  /** SIGCONT. */
  resume(): void;
  /** Starts it again after a kill, empty. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const startRedis = async (): Promise<RedisServer> => {
  const logs = mkdtempSync(join(tmpdir(), 'breakwater-logs-'));
  const server = await startServer(createHousehold(logs));
  /** The line that it is ready is there before the socket answers. */
  const answers = async (): Promise<void> => {
    const client = new Redis(server.url, { maxRetriesPerRequest: 50, retryStrategy: () => 10 });
    await client.ping();
    client.disconnect();
  };
  await answers();
  return {
    url: server.url,
    async kill() {
      server.child().signal('SIGKILL');
      await server.child().gone;
    },
    freeze: () => server.child().signalAll('SIGSTOP'),
    resume: () => server.child().signalAll('SIGCONT'),
    async start() {
      await server.restart();
      await answers();
    },
    async stop() {
      await server.close();
      rmSync(logs, { recursive: true, force: true });
    },
  };
};
