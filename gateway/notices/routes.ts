/** What an acquirer's operators tell us: `POST /upstream/notices`, JSON, behind their token. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Incidents } from '../incidents/service.ts';
import { answerJson, isBearer, readJson } from '../merchants/routes.ts';
import type { Log } from '../ports.ts';

export const UpstreamNotice = z.object({
  acquirer: z.string().min(1).max(64),
  kind: z.enum(['restricting_you', 'lifted', 'maintenance']),
  atMs: z.number(),
  message: z.string().max(10_000).default(''),
});

export const upstreamNoticeRoutes = (
  app: Hono,
  deps: {
    readonly incidents: Incidents;
    readonly log: Log;
    readonly token: string;
    readonly acquirers: readonly string[];
    /** Every word that was believed, for the operator's page. */
    readonly onNoticed?: (word: { atMs: number; acquirer: string; kind: string; message: string }) => void;
  },
): void => {
  app.post('/upstream/notices', async (context) => {
    if (!isBearer(context.req.header('Authorization'), deps.token)) {
      deps.log.warn({ event: 'upstream.forged' });
      return answerJson(context, { error: { message: 'Unknown sender', type: 'auth_error', status: 401 } }, 401);
    }
    const read = await readJson(context, UpstreamNotice);
    const reason = read.ok
      ? deps.acquirers.includes(read.value.acquirer)
        ? null
        : 'acquirer: not one of ours'
      : read.reason;
    if (!read.ok || reason !== null)
      return answerJson(context, { error: { message: reason ?? '', type: 'client_error', status: 400 } }, 400);
    const { acquirer, kind, atMs, message } = read.value;
    deps.log.info({ event: 'upstream.noticed', acquirer, kind });
    deps.onNoticed?.({ acquirer, kind, atMs, message });
    deps.incidents.upstreamNotice({ acquirer, kind });
    return answerJson(context, { received: true });
  });
};
