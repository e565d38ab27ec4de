/**
 * Calls that a page of any shop may make from a browser, by public key.
 *
 * Any origin, because a public key is public and nothing rides along by itself: no cookie is read
 * here. What a secret key gets is not for a page to read, so those answers name no origin. Only a
 * request with `Origin` pays for this.
 */
import type { Context, Handler, Hono } from 'hono';

const preflight = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Headers':
    'authorization, content-type, idempotency-key, locale, payjp-version, x-payjp-client-user-agent',
  'Access-Control-Max-Age': '86400',
  'Breakwater-Decided-By': 'gateway',
  Vary: 'Origin',
} as const;

const exposed = 'Breakwater-Decided-By, Breakwater-Request-Id, Retry-After';

/** The header names a public key: `pk_…` before the colon. */
const isPublic = (authorization: string | undefined): boolean =>
  authorization === undefined ||
  (/^basic /i.test(authorization) &&
    Buffer.from(authorization.slice(6), 'base64').toString('latin1').startsWith('pk_'));

/** The same call, readable by pages. */
export const forPages =
  (handler: Handler): Handler =>
  async (context, next) => {
    if (context.req.header('Origin') === undefined) return handler(context, next);
    const response = (await handler(context, next)) as Response;
    if (!isPublic(context.req.header('Authorization'))) return response;
    response.headers.set('Access-Control-Allow-Origin', '*');
    response.headers.set('Access-Control-Expose-Headers', exposed);
    response.headers.append('Vary', 'Origin');
    return response;
  };

/** Answers what browsers ask before such a call. */
export const allowPages = (app: Hono, path: string, methods: string): void => {
  app.options(path, (context: Context) =>
    context.body(null, 204, { ...preflight, 'Access-Control-Allow-Methods': methods }),
  );
};
