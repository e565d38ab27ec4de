/** What people on call and the upstream's operators send us: acknowledgements, beats, mail. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { UpstreamNotice } from '../incidents/door.ts';
import { answerJson, badRequest, isBearer, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Log } from '../ports.ts';
import type { OnCall } from './on-call.ts';
import { InboundMail, readUpstreamMail } from './upstream-mail.ts';

export const Acknowledgement = z.strictObject({ by: z.string().trim().min(1).max(100) });
export const Beat = z.strictObject({ acquirer: z.string().min(1).max(64) });

export const onCallRoutes = (
  app: Hono,
  deps: {
    readonly onCall: OnCall;
    readonly log: Log;
    readonly adminToken: string;
    readonly upstreamToken: string;
    readonly acquirers: readonly string[];
    readonly senders: readonly { readonly acquirer: string; readonly addresses: readonly string[] }[];
    /** An acquirer beat: at this instance, for all of them. */
    readonly beat: (acquirer: string) => Promise<void>;
    readonly noticed: (notice: UpstreamNotice) => void;
  },
): void => {
  const { onCall, log } = deps;
  const forOperators = operatorsOnly(deps.adminToken);

  app.get(
    '/admin/v1/on-call',
    forOperators(async (context) => answerJson(context, { calls: onCall.calls(), lines: onCall.lines() })),
  );
  app.post(
    '/admin/v1/on-call/:incident/acknowledge',
    forOperators(async (context) => {
      const read = await readJson(context, Acknowledgement);
      if (!read.ok) return badRequest(context, read.reason);
      const incident = context.req.param('incident') ?? '';
      return onCall.acknowledge(incident, read.value.by)
        ? answerJson(context, { incident, acknowledgedBy: read.value.by })
        : noSuch(context, 'call', incident);
    }),
  );

  const stranger = (header: string | undefined): boolean => {
    if (isBearer(header, deps.upstreamToken)) return false;
    log.warn({ event: 'upstream.forged', why: 'token' });
    return true;
  };
  const unknown = { error: { message: 'Unknown sender', type: 'auth_error', status: 401 } };

  app.post('/upstream/beats', async (context) => {
    if (stranger(context.req.header('Authorization'))) return answerJson(context, unknown, 401);
    const read = await readJson(context, Beat);
    if (!read.ok) return badRequest(context, read.reason);
    if (!deps.acquirers.includes(read.value.acquirer)) return badRequest(context, 'acquirer: not one of ours');
    await deps.beat(read.value.acquirer);
    return answerJson(context, { received: true });
  });

  app.post('/upstream/mail', async (context) => {
    if (stranger(context.req.header('Authorization'))) return answerJson(context, unknown, 401);
    const read = await readJson(context, InboundMail);
    if (!read.ok) return badRequest(context, read.reason);
    const word = readUpstreamMail(read.value, deps.senders);
    if (word.kind === 'forged') {
      log.warn({ event: 'upstream.forged', why: word.why });
      return answerJson(context, unknown, 401);
    }
    log.info({ event: 'upstream.noticed', acquirer: word.acquirer, kind: word.kind, by: 'mail' });
    onCall.upstreamHeard(word.acquirer);
    if (word.kind !== 'message') deps.noticed({ acquirer: word.acquirer, kind: word.kind });
    return answerJson(context, { received: true, understood: word.kind });
  });
};
