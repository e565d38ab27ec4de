/** `/openapi.json`, and the explorer at `/docs` with its parts. Made when first asked for, then kept. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Context, Hono } from 'hono';
import { refused, send } from '../http/endpoint.ts';
import { openApiDocument } from './document.ts';
import { explorerScript, explorerStyle, page, pagePolicy, themeScript } from './page.ts';

const ours: Readonly<Record<string, string>> = {
  'explorer.css': explorerStyle,
  'explorer.js': explorerScript,
  'theme.js': themeScript,
};
/** What is taken from the package of Swagger UI; no other name is a file. */
const theirs = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
};

const packageFile = (name: string): Uint8Array<ArrayBuffer> => {
  const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return new Uint8Array(readFileSync(path.join(folder, name)));
};

export const docsRoutes = (app: Hono): void => {
  let document: string | null = null;
  const kept = new Map<string, string | Uint8Array<ArrayBuffer>>();
  const fileOf = (name: string): string | Uint8Array<ArrayBuffer> | undefined => {
    if (Object.hasOwn(ours, name)) return ours[name];
    if (!theirs.has(name)) return undefined;
    const found = kept.get(name) ?? packageFile(name);
    kept.set(name, found);
    return found;
  };
  const answer = (context: Context, body: string | Uint8Array<ArrayBuffer>, type: string): Response =>
    context.body(body, 200, {
      'Content-Type': type,
      'Breakwater-Decided-By': 'gateway',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': pagePolicy,
      'Cache-Control': 'no-cache',
    });

  app.get('/openapi.json', (context) => {
    document ??= JSON.stringify(openApiDocument());
    return answer(context, document, 'application/json; charset=utf-8');
  });
  app.get('/docs', (context) => answer(context, page, 'text/html; charset=utf-8'));
  app.get('/docs/:file', (context) => {
    const name = context.req.param('file');
    const file = fileOf(name);
    return file === undefined
      ? send(context, refused({ kind: 'no_route', method: 'GET', path: context.req.path }))
      : answer(context, file, types[path.extname(name)] ?? 'application/octet-stream');
  });
};
