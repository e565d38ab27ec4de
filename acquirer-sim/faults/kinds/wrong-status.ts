/** The body says one thing and the HTTP status another. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { isApproval } from '../reply.ts';

export const wrongStatus = replyKind({
  kind: 'wrong-status',
  title: { en: 'the HTTP status contradicts the body', ja: 'HTTPステータスが本文と矛盾する' },
  rows: ['ACQ-05'],
  parameters: z.strictObject({
    status: z
      .int()
      .min(200)
      .max(599)
      // A reply of these has no body, and the body is what is to be contradicted.
      .refine((status) => ![204, 205, 304].includes(status), 'is a status without a body')
      .default(500),
    /** Which replies: those that say yes, those that say no, or both. */
    of: z.enum(['success', 'failure', 'any']).default('success'),
  }),
  change: ({ status, of }, reply, { subject }) => {
    if (of !== 'any' && (of === 'success') !== isApproval(subject, reply)) return null;
    return reply.status === status ? null : { ...reply, status };
  },
});
