/** Hears what a gateway tells the world: its status page, read every second, and webhooks. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Fetch } from '../../gateway/ports.ts';
import { exchange, isObject, jsonObject } from '../cast/client.ts';
import type { Adapter } from './adapter.ts';
import type { Notice } from './observed.ts';

export interface Listener {
  readonly notices: readonly Notice[];
  close(): Promise<void>;
}

const everyMs = 1000;
const bodyBytesMax = 1_000_000;

/** Each incident's first news, and its end. Incidents that are older than the run are not ours. */
export const startListening = async (
  { statusUrl, webhook }: Pick<Adapter, 'statusUrl' | 'webhook'>,
  port: number,
  fetch: Fetch,
  nowMs: () => number,
): Promise<Listener> => {
  const notices: Notice[] = [];
  const seen = new Map<string, boolean>();
  const note = (incident: string, resolved: boolean, by: Notice['by']): void => {
    const name = `${by}/${incident}`;
    if (seen.get(name) === resolved) return;
    const isNew = !seen.has(name);
    seen.set(name, resolved);
    // Somebody's incident of last week, which the page still lists.
    if (isNew && resolved) return;
    notices.push({ incident, resolved, atMs: nowMs(), by });
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      if (body.length < bodyBytesMax) body += text;
    });
    request.on('end', () => {
      const told = webhook?.(jsonObject(body)) ?? null;
      if (told !== null) note(told.id, told.resolved, 'webhook');
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"received":true}');
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  let open = true;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    if (statusUrl === null) return;
    const answer = await exchange(fetch, statusUrl, { method: 'GET', headers: {}, timeoutMs: 5000 });
    const incidents: readonly unknown[] = Array.isArray(answer?.body?.incidents) ? answer.body.incidents : [];
    for (const incident of incidents) {
      if (!isObject(incident)) continue;
      const stage = incident.stage ?? incident.status;
      note(String(incident.id), stage === 'resolved' || stage === 'postmortem', 'page');
    }
    if (open) timer = setTimeout(() => void look(), everyMs);
  };
  void look();
  return {
    notices,
    async close() {
      open = false;
      clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
