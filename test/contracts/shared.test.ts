import { describe } from 'vitest';
import { createInProcessShared } from '../../gateway/shared/in-process.ts';
import { openRedisShared } from '../../gateway/shared/redis.ts';
import { createManualClock } from '../gateway/manual-clock.ts';
import { noRedis, startRedis } from '../live/redis.ts';
import { sharedContract } from './shared-contract.ts';

sharedContract('the model in this process', async () => {
  const clock = createManualClock();
  const shared = createInProcessShared({ clock });
  return {
    clients: [shared, shared],
    pass: async (ms) => clock.advance(ms),
    lose: async () => shared.lose(),
    restore: async () => shared.restore(),
  };
});

describe.skipIf(noRedis)('a real Redis', () => {
  sharedContract('Redis', async () => {
    const server = await startRedis();
    const clients = await Promise.all([1, 2].map(() => openRedisShared({ url: server.url, timeoutMs: 2000 })));
    const [one, other] = clients;
    const answering = async (): Promise<void> => {
      for (const client of clients)
        for (let attempt = 0; attempt < 500; attempt += 1) {
          try {
            await client.ping();
            break;
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 10));
          }
        }
    };
    return {
      clients: [one!, other!],
      // What is waited for here is the server's own clock.
      pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      lose: () => server.kill(),
      async restore() {
        await server.start();
        await answering();
      },
      async close() {
        for (const client of clients) client.close();
        await server.stop();
      },
    };
  });
});
