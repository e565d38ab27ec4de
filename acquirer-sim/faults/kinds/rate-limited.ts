/** Too many requests, said in a way of its own: with 200 and a code, or with 429. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';
import { codeOf, errorReply } from '../reply.ts';

export const rateLimited = faultKind({
  kind: 'rate-limited',
  title: { en: 'a rate limit answers', ja: '流量制限の応答' },
  rows: ['ACQ-23'],
  parameters: z.strictObject({
    status: z.union([z.literal(200), z.literal(429), z.literal(503)]).default(200),
    /** Sent with 429 and 503. */
    retryAfterSeconds: z.int().min(0).max(86_400).default(1),
  }),
  async inject({ status, retryAfterSeconds }, incident) {
    const { subject, asked } = incident;
    const reply = errorReply(subject, asked, codeOf(subject, 'rate'));
    const headers = status === 200 ? reply.headers : { ...reply.headers, 'retry-after': String(retryAfterSeconds) };
    return incident.say(nothing, { ...reply, status, headers });
  },
});
