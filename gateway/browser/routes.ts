/**
 * What buyers' browsers get: the scripts for merchants' pages, the frames with card inputs, and
 * leave for pages of any origin to make tokens.
 */
import type { Context, Hono } from 'hono';
import { refused, send } from '../http/endpoint.ts';
import type { Entropy } from '../ports.ts';
import { allowPages } from './cors.ts';
import { framePage, framePages, framePolicy } from './pages.ts';
import { createScripts, entries, type ScriptPath } from './scripts.ts';

/** Scripts that a merchant's page includes; the others are parts of our own frames. */
const forMerchants = ['/v2/pay.js', '/v1/pay.js', '/checkout.js'] as const;

const common = {
  'Breakwater-Decided-By': 'gateway',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;
/** What a page that pins a hash reads across origins. */
const shared = { ...common, 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };

const isScript = (path: string): path is ScriptPath => Object.hasOwn(entries, path);

export const browserRoutes = (app: Hono, { entropy }: { readonly entropy: Entropy }): void => {
  const scriptOf = createScripts();
  const script = (context: Context, path: ScriptPath): Response => {
    const { text, integrity } = scriptOf(path);
    const tag = `"${integrity.slice(7, 39)}"`;
    const headers = {
      ...shared,
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'no-cache',
      ETag: tag,
    };
    return context.req.header('If-None-Match') === tag
      ? context.body(null, 304, headers)
      : context.body(text, 200, headers);
  };
  for (const path of forMerchants) app.get(path, (context) => script(context, path));

  app.get('/browser/:file', (context) => {
    // By the path alone: nothing that an address carries behind it is read, or repeated.
    const { path } = context.req;
    if (path === '/browser/integrity.json')
      return context.json(Object.fromEntries(forMerchants.map((name) => [name, scriptOf(name).integrity])), 200, {
        ...shared,
        'Cache-Control': 'no-cache',
      });
    if (isScript(path)) return script(context, path);
    const page = Object.hasOwn(framePages, path) ? framePages[path] : undefined;
    if (page === undefined) return send(context, refused({ kind: 'no_route', method: 'GET', path: '/browser/…' }));
    const nonce = Buffer.from(entropy.bytes(16, 'browser/nonce')).toString('base64url');
    return context.body(framePage(page, scriptOf(page.script), nonce), 200, {
      ...common,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': framePolicy(nonce),
      'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
      'Cache-Control': 'no-store',
    });
  });

  allowPages(app, '/v1/tokens', 'POST');
  allowPages(app, '/v1/tokens/:id', 'GET');
  allowPages(app, '/v1/tokens/:id/tds_finish', 'POST');
  allowPages(app, '/v1/accounts/brands', 'GET');
};
