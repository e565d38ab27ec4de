/** Operators' calls about deliveries that were given up: JSON, behind the admin token. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { answerJson, badRequest, noSuch, operatorsOnly } from '../merchants/routes.ts';
import type { DeliveryRow } from '../store/database.ts';
import type { DeadLetters } from './dead-letters.ts';
import { eventIdOf } from './webhook.ts';

const unixSeconds = z
  .string()
  .regex(/^[0-9]{1,11}$/, 'must be Unix seconds')
  .transform((seconds) => Number(seconds) * 1000);
const whole = (max: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().max(max));

export const Listed = z.strictObject({
  state: z.enum(['dead', 'waiting']).default('dead'),
  merchant: z.string().min(1).max(60).optional(),
  since: unixSeconds.default(0),
  limit: whole(1000).default(100),
  offset: whole(999_999_999).default(0),
});
export const Resent = z.strictObject({ merchant: z.string().min(1).max(60).optional(), since: unixSeconds.default(0) });

/** What operators see: never a body, which holds what a merchant's customers are called. */
const deliveryView = (row: DeliveryRow): object => ({
  id: row.id,
  merchant: row.merchant_id,
  kind: row.kind,
  type: row.subject,
  event: row.kind === 'webhook' ? eventIdOf(row.id) : null,
  object: row.object_id,
  webhook: row.endpoint_id,
  url: row.url,
  state: row.state,
  tries: row.tries,
  reason: row.reason,
  status: row.status,
  createdMs: row.created_ms,
  dueMs: row.state === 'waiting' ? row.due_ms : null,
});

const read = <Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): { ok: true; value: z.output<Schema> } | { ok: false; reason: string } => {
  const parsed = schema.safeParse(context.req.query());
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { ok: false, reason: `${issue.path.join('.') || 'query'}: ${issue.message}` };
};

export const deliveryRoutes = (
  app: Hono,
  { deadLetters, adminToken }: { readonly deadLetters: DeadLetters; readonly adminToken: string },
): void => {
  const forOperators = operatorsOnly(adminToken);
  app.get(
    '/admin/v1/deliveries',
    forOperators(async (context) => {
      const asked = read(context, Listed);
      if (!asked.ok) return badRequest(context, asked.reason);
      const { state, merchant, since, limit, offset } = asked.value;
      const rows = await deadLetters.list({ state, merchantId: merchant ?? null, sinceMs: since, limit, offset });
      return answerJson(context, { data: rows.slice(0, limit).map(deliveryView), has_more: rows.length > limit });
    }),
  );
  app.post(
    '/admin/v1/deliveries/resend',
    forOperators(async (context) => {
      const asked = read(context, Resent);
      if (!asked.ok) return badRequest(context, asked.reason);
      return answerJson(context, await deadLetters.resendAll(asked.value.merchant ?? null, asked.value.since));
    }),
  );
  app.post(
    '/admin/v1/deliveries/:id/resend',
    forOperators(async (context) => {
      const id = context.req.param('id') ?? '';
      const resent = await deadLetters.resend(id);
      if (resent === 'no_such') return noSuch(context, 'delivery', id);
      if (resent === 'waiting') return badRequest(context, 'it waits for its next try already');
      if (resent === 'not_kept') return badRequest(context, 'a notice that arrived is not kept');
      return answerJson(context, deliveryView(resent));
    }),
  );
};
