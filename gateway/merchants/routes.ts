/** Operators' calls about merchants: JSON, behind the admin token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { renderError } from '../errors.ts';
import type { Merchants } from './merchants.ts';

export const NewMerchant = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/)
    .optional(),
  name: z.string().min(1).max(200),
  noticeUrl: z.url().nullable().default(null),
  webhookUrl: z.url().nullable().default(null),
  deferral: z.enum(['accept', 'refuse']).default('accept'),
});

export const Pause = z.strictObject({ reason: z.string().min(1).max(500) });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Is `header` this bearer token? Compared without telling how much of it is right. */
export const isBearer = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));

/** JSON of the right shape, or why not. */
export const readJson = async <Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<{ ok: true; value: z.output<Schema> } | { ok: false; reason: string }> => {
  let json: unknown;
  try {
    json = JSON.parse(await context.req.text());
  } catch {
    return { ok: false, reason: 'the body is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { ok: false, reason: `${issue.path.join('.') || 'body'}: ${issue.message}` };
};

/** An answer to operators, ours or an acquirer's. Who decided it is named on every answer. */
export const answerJson = (context: Context, value: object, status = 200): Response =>
  context.json(value, status as 200, { 'Breakwater-Decided-By': 'gateway' });

export const merchantRoutes = (
  app: Hono,
  { merchants, adminToken }: { merchants: Merchants; adminToken: string },
): void => {
  const forOperators =
    (handle: (context: Context) => Promise<Response>) =>
    async (context: Context): Promise<Response> =>
      isBearer(context.req.header('Authorization'), adminToken)
        ? handle(context)
        : answerJson(
            context,
            { error: { message: 'This call needs the admin token', type: 'auth_error', status: 401 } },
            401,
          );
  const bad = (context: Context, reason: string): Response =>
    answerJson(context, { error: { message: reason, type: 'client_error', status: 400 } }, 400);
  const missing = (context: Context, id: string): Response =>
    answerJson(context, { error: renderError({ kind: 'no_such', what: 'merchant', id }).error }, 404);

  app.post(
    '/admin/v1/merchants',
    forOperators(async (context) => {
      const read = await readJson(context, NewMerchant);
      if (!read.ok) return bad(context, read.reason);
      const created = await merchants.create(read.value);
      if (created.ok) return answerJson(context, created.value);
      const rendered = renderError(created.error);
      return answerJson(context, { error: rendered.error }, rendered.status);
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/pause',
    forOperators(async (context) => {
      const read = await readJson(context, Pause);
      if (!read.ok) return bad(context, read.reason);
      const id = context.req.param('id') ?? '';
      const paused = await merchants.pause(id, read.value.reason);
      return paused ? answerJson(context, { id, paused }) : missing(context, id);
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/resume',
    forOperators(async (context) => {
      const id = context.req.param('id') ?? '';
      return (await merchants.resume(id)) ? answerJson(context, { id, paused: false }) : missing(context, id);
    }),
  );
};
