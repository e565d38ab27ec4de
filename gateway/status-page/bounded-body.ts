/**
 * Reads a body that has a bound, without streams (the stage has none).
 *
 * A body of unannounced length is refused before it is read: HTTP servers hold a client to its
 * `Content-Length`, so the announced length is the length.
 */
import type { Context } from 'hono';

export const bodyBytesMax = 64 * 1024;

export type BoundedBody =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly status: 411 | 413; readonly reason: string };

export const readBoundedBody = async (c: Context): Promise<BoundedBody> => {
  if (c.req.header('transfer-encoding') !== undefined)
    return { ok: false, status: 411, reason: 'a Content-Length is required' };
  if (Number(c.req.header('content-length') ?? 0) > bodyBytesMax) return tooLarge;
  const text = await c.req.text();
  return Buffer.byteLength(text) > bodyBytesMax ? tooLarge : { ok: true, text };
};

const tooLarge: BoundedBody = { ok: false, status: 413, reason: `a body is at most ${bodyBytesMax} bytes` };
