/**
 * The body of a reply, caught on its way into it: reading a reply back costs more than making one.
 */
import type { Context } from 'hono';

const caught = new WeakMap<Response, Uint8Array | string>();

const isData = (data: unknown): data is Uint8Array | string => typeof data === 'string' || data instanceof Uint8Array;

/** From here on, what this request's handlers answer is remembered with its data. */
export const catchReplies = (c: Context): void => {
  const body = c.body;
  const catching = (...given: Parameters<typeof body>) => {
    const reply = body(...given);
    const data: unknown = given[0];
    const kept = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
    if (isData(kept)) caught.set(reply, kept);
    return reply;
  };
  c.body = catching as typeof c.body;
};

/** A reply that remembers its data. */
export const replyOf = (data: Uint8Array, init: ResponseInit): Response => {
  const reply = new Response(data as Uint8Array<ArrayBuffer>, init);
  caught.set(reply, data);
  return reply;
};

/** What the reply says; it can still be sent. */
export const dataOf = async (reply: Response): Promise<Uint8Array | string> =>
  caught.get(reply) ?? new Uint8Array(await reply.clone().arrayBuffer());
