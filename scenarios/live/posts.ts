/** What reached the merchants' servers: kept for the auditor, and told to whoever asks (k6 does). */
import { Hono } from 'hono';
import type { WireExchange } from '../audit/auditor.ts';
import { jsonObject } from '../cast/client.ts';

interface Post {
  readonly atWallMs: number;
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
}

export interface Posts {
  /** The receivers, and `GET /notices`: `{notices: [{merchant, type, atMs}]}` with wall times. */
  readonly app: Hono;
  exchanges(startWallMs: number): Iterable<WireExchange>;
}

export const createPosts = (receivers: Hono): Posts => {
  const posts: Post[] = [];
  const app = new Hono();
  app.get('/notices', (c) =>
    c.json({
      notices: posts.flatMap(({ path, body, atWallMs }) => {
        const [, merchant = '', kind] = path.split('/');
        return kind === 'notices' ? [{ merchant, type: jsonObject(body)?.type ?? '', atMs: atWallMs }] : [];
      }),
    }),
  );
  app.use(async (c, next) => {
    const atWallMs = Date.now();
    const body = await c.req.text();
    await next();
    posts.push({ atWallMs, path: c.req.path, body, headers: c.req.header(), status: c.res.status });
  });
  app.route('/', receivers);
  return {
    app,
    *exchanges(startWallMs) {
      for (const { atWallMs, path, body, headers, status } of posts) {
        const atMs = atWallMs - startWallMs;
        yield {
          // Which instance delivered it is not in the request.
          from: 'gateway-1',
          to: 'merchants',
          method: 'POST',
          path,
          requestHeaders: headers,
          requestBody: body,
          sentMs: atMs,
          arrivedMs: atMs,
          answeredMs: atMs,
          endedMs: atMs,
          outcome: 'answered',
          status,
          replyBody: '',
          replyHeader: () => null,
        };
      }
    },
  };
};
