/** Which of several instances behind one host serves a request. */

import type { Server } from './exchange.ts';
import { hash32 } from './random.ts';

/**
 * Highest hash of (what the request is, who would serve it): the choice does not depend on the
 * order of arrival, and a server that leaves moves only its own requests. Frozen servers are
 * chosen like others, as a balancer without health checks would.
 */
export const chooseServer = (servers: readonly Server[], key: string): Server | null => {
  if (servers.length <= 1) return servers[0] ?? null;
  let best: Server | null = null;
  let bestScore = -1;
  for (const server of servers) {
    const score = hash32(`${key}@${server.name}`);
    if (score > bestScore) {
      best = server;
      bestScore = score;
    }
  }
  return best;
};
