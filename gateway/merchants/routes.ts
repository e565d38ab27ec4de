/** Operators' calls about merchants and their webhooks: JSON, behind the admin token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Targets } from '../deliveries/targets.ts';
import { renderError, withoutCardNumbers } from '../errors.ts';
import { isMailAddress } from '../notices/mail-address.ts';
import { ThreeDSecureSettings } from '../three-d-secure/settings.ts';
import type { Merchants } from './merchants.ts';
import { endpointsMax, type WebhookEndpoint } from './webhook-endpoints.ts';

const signing = z.enum(['token', 'standard']).default('token');

export const NewMerchant = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,60}$/)
    .optional(),
  name: z.string().min(1).max(200),
  noticeUrl: z.url().nullable().default(null),
  /** Its notices by mail too. */
  noticeMail: z
    .strictObject({
      address: z.string().refine(isMailAddress, 'is no mail address'),
      language: z.enum(['ja', 'en']).default('ja'),
    })
    .nullable()
    .default(null),
  webhookUrl: z.url().nullable().default(null),
  webhookSigning: signing,
  deferral: z.enum(['accept', 'refuse']).default('accept'),
});

export const NewWebhook = z.strictObject({ url: z.url(), mode: z.enum(['live', 'test']), signing });

/** Receivers change their secret within a day unless told otherwise. */
export const Rotation = z.strictObject({ graceS: z.int().min(0).max(2_592_000).default(86_400) });

/** Lifting is by ramp, never all at once (2020-07-24), unless an operator says so. */
export const Resume = z.strictObject({ atOnce: z.boolean().default(false) });

export const Pause = z.strictObject({ reason: z.string().min(1).max(500) });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Is `header` this bearer token? Compared without telling how much of it is right. */
export const isBearer = (header: string | undefined, token: string): boolean =>
  timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));

/** JSON of the right shape, or why not. */
export const readJson = async <Schema extends z.ZodType>(
  sent: Context | string,
  schema: Schema,
): Promise<{ ok: true; value: z.output<Schema> } | { ok: false; reason: string }> => {
  let json: unknown;
  try {
    json = JSON.parse(typeof sent === 'string' ? sent : await sent.req.text());
  } catch {
    return { ok: false, reason: 'the body is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0]!;
  return { ok: false, reason: withoutCardNumbers(`${issue.path.join('.') || 'body'}: ${issue.message}`) };
};

/** An answer to operators, ours or an acquirer's. Who decided it is named on every answer. */
export const answerJson = (context: Context, value: object, status = 200): Response =>
  context.json(value, status as 200, { 'Breakwater-Decided-By': 'gateway' });

/** What operators see of an endpoint; its secret only when it is new. */
const webhookView = (webhook: WebhookEndpoint, tellSecret: boolean): object => ({
  id: webhook.id,
  mode: webhook.livemode === 1 ? 'live' : 'test',
  url: webhook.url,
  signing: webhook.signing,
  ...(tellSecret && webhook.secret !== null ? { secret: webhook.secret } : {}),
  previousSecretUntilMs: webhook.previousUntilMs,
});

/** Wraps a handler: without the admin token nothing of it runs. */
export const operatorsOnly =
  (adminToken: string) =>
  (handle: (context: Context) => Promise<Response>) =>
  async (context: Context): Promise<Response> =>
    isBearer(context.req.header('Authorization'), adminToken)
      ? handle(context)
      : answerJson(
          context,
          { error: { message: 'This call needs the admin token', type: 'auth_error', status: 401 } },
          401,
        );

/** 400 to an operator, with the reason in words. */
export const badRequest = (context: Context, reason: string): Response =>
  answerJson(context, { error: { message: reason, type: 'client_error', status: 400 } }, 400);

/** 404 to an operator. */
export const noSuch = (context: Context, what: string, id: string): Response =>
  answerJson(context, { error: renderError({ kind: 'no_such', what, id }).error }, 404);

export const merchantRoutes = (
  app: Hono,
  deps: {
    merchants: Merchants;
    targets: Targets;
    adminToken: string;
    /** Operators stopped a merchant. */
    onPaused?: (merchantId: string) => void;
    /** A paused merchant is let in again. */
    onResumed: (merchantId: string, how: 'by_ramp' | 'at_once') => void;
  },
): void => {
  const { merchants, targets } = deps;
  const forOperators = operatorsOnly(deps.adminToken);
  const idOf = (context: Context): string => context.req.param('id') ?? '';
  const webhookOf = (context: Context): string => context.req.param('webhook') ?? '';

  /** Why we would never post there; null when we would, or cannot know yet. */
  const refusal = async (url: string | null, livemode: boolean): Promise<string | null> => {
    if (url === null) return null;
    const target = await targets.check(url, livemode);
    return target.kind === 'refused' ? target.reason : null;
  };

  app.post(
    '/admin/v1/merchants',
    forOperators(async (context) => {
      const read = await readJson(context, NewMerchant);
      if (!read.ok) return badRequest(context, read.reason);
      const { noticeUrl, webhookUrl } = read.value;
      const noNotices = await refusal(noticeUrl, false);
      if (noNotices !== null) return badRequest(context, `noticeUrl: ${noNotices}`);
      // An address for both modes has to be good enough for live events.
      const noWebhooks = await refusal(webhookUrl, true);
      if (noWebhooks !== null) return badRequest(context, `webhookUrl: ${noWebhooks}`);
      const created = await merchants.create(read.value);
      if (created.ok) {
        const { id, keys, webhooks } = created.value;
        return answerJson(context, { id, keys, webhooks: webhooks.map((webhook) => webhookView(webhook, true)) });
      }
      const rendered = renderError(created.error);
      return answerJson(context, { error: rendered.error }, rendered.status);
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/pause',
    forOperators(async (context) => {
      const read = await readJson(context, Pause);
      if (!read.ok) return badRequest(context, read.reason);
      const id = idOf(context);
      const paused = await merchants.pause(id, read.value.reason);
      if (paused) deps.onPaused?.(id);
      return paused ? answerJson(context, { id, paused }) : noSuch(context, 'merchant', id);
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/resume',
    forOperators(async (context) => {
      const id = idOf(context);
      const sent = await context.req.text();
      const read = await readJson(sent === '' ? '{}' : sent, Resume);
      if (!read.ok) return badRequest(context, read.reason);
      const was = await merchants.find(id);
      if (was === undefined || !(await merchants.resume(id))) return noSuch(context, 'merchant', id);
      if (was.pausedReason !== null) deps.onResumed(id, read.value.atOnce ? 'at_once' : 'by_ramp');
      return answerJson(context, { id, paused: false });
    }),
  );
  app.get(
    '/admin/v1/merchants/:id/three-d-secure',
    forOperators(async (context) => {
      const merchant = await merchants.find(idOf(context));
      if (merchant === undefined) return noSuch(context, 'merchant', idOf(context));
      return answerJson(context, merchant.threeDSecure);
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/three-d-secure',
    forOperators(async (context) => {
      const read = await readJson(context, ThreeDSecureSettings);
      if (!read.ok) return badRequest(context, read.reason);
      return (await merchants.setThreeDSecure(idOf(context), read.value))
        ? answerJson(context, read.value)
        : noSuch(context, 'merchant', idOf(context));
    }),
  );
  app.get(
    '/admin/v1/merchants/:id/webhooks',
    forOperators(async (context) => {
      const merchant = await merchants.find(idOf(context));
      if (merchant === undefined) return noSuch(context, 'merchant', idOf(context));
      return answerJson(context, { data: merchant.webhooks.map((webhook) => webhookView(webhook, false)) });
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/webhooks',
    forOperators(async (context) => {
      const read = await readJson(context, NewWebhook);
      if (!read.ok) return badRequest(context, read.reason);
      const { url, mode } = read.value;
      const never = await refusal(url, mode === 'live');
      if (never !== null) return badRequest(context, `url: ${never}`);
      const added = await merchants.addWebhook({
        merchantId: idOf(context),
        livemode: mode === 'live' ? 1 : 0,
        url,
        signing: read.value.signing,
      });
      if (added === 'no_such') return noSuch(context, 'merchant', idOf(context));
      if (added === 'already_there') return badRequest(context, 'url: is an endpoint of this mode already');
      if (added === 'too_many') return badRequest(context, `more than ${endpointsMax} endpoints in one mode`);
      return answerJson(context, webhookView(added, true));
    }),
  );
  app.post(
    '/admin/v1/merchants/:id/webhooks/:webhook/rotate',
    forOperators(async (context) => {
      const read = await readJson(context, Rotation);
      if (!read.ok) return badRequest(context, read.reason);
      const rotated = await merchants.rotateSecret(idOf(context), webhookOf(context), read.value.graceS * 1000);
      return rotated === undefined
        ? noSuch(context, 'webhook that signs', webhookOf(context))
        : answerJson(context, webhookView(rotated, true));
    }),
  );
  app.delete(
    '/admin/v1/merchants/:id/webhooks/:webhook',
    forOperators(async (context) => {
      const id = webhookOf(context);
      return (await merchants.removeWebhook(idOf(context), id))
        ? answerJson(context, { id, deleted: true })
        : noSuch(context, 'webhook', id);
    }),
  );
};
