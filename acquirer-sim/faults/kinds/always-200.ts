/** 200 for everything: an overloaded front, a broken program, all the same. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';

export const always200 = replyKind({
  kind: 'always-200',
  title: { en: 'every reply has status 200', ja: 'すべての応答が200になる' },
  rows: ['ACQ-21'],
  parameters: z.strictObject({}),
  change: (_, reply) => (reply.status === 200 ? null : { ...reply, status: 200 }),
});
