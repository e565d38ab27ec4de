/** 200, and nothing. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';

export const emptyBody = replyKind({
  kind: 'empty-body',
  title: { en: 'an empty body', ja: '本文が空' },
  rows: ['ACQ-07'],
  parameters: z.strictObject({}),
  change: (_, reply) => ({ ...reply, body: Buffer.alloc(0) }),
});
