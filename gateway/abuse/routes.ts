/** Operators' calls about merchants that are held back: what is, and what shall be. JSON, behind the admin token. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Merchants } from '../merchants/merchants.ts';
import { answerJson, badRequest, noSuch, operatorsOnly, readJson } from '../merchants/routes.ts';
import type { Log } from '../ports.ts';
import type { Abuse } from './abuse.ts';

/** `restoring` lifts by ramp; `clear` lifts at once and forgives, for when we were wrong. */
export const Override = z.strictObject({
  to: z.enum(['throttled', 'paused', 'restoring', 'clear']),
  /** Who says so and why, for the log. */
  reason: z.string().min(1).max(500),
});

export const abuseRoutes = (
  app: Hono,
  deps: { readonly abuse: Abuse; readonly merchants: Merchants; readonly log: Log; readonly adminToken: string },
): void => {
  const { abuse, merchants, log } = deps;
  const forOperators = operatorsOnly(deps.adminToken);
  app.get(
    '/admin/v1/abuse',
    forOperators(async (context) => answerJson(context, { data: abuse.held() })),
  );
  app.post(
    '/admin/v1/abuse/:id',
    forOperators(async (context) => {
      const read = await readJson(context, Override);
      if (!read.ok) return badRequest(context, read.reason);
      const id = context.req.param('id') ?? '';
      if ((await merchants.find(id)) === undefined) return noSuch(context, 'merchant', id);
      const { to, reason } = read.value;
      log.info({ event: 'abuse.overridden', merchant: id, to, reason });
      abuse.override(id, to === 'restoring' ? 'ramping' : to);
      return answerJson(context, { id, to });
    }),
  );
};
