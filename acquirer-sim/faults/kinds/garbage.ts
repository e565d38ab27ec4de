/** Bytes without a meaning. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';

export const garbage = replyKind({
  kind: 'garbage',
  title: { en: 'garbage instead of a body', ja: '本文が無意味なバイト列になる' },
  rows: ['ACQ-07'],
  parameters: z.strictObject({ bytes: z.int().min(1).max(65_536).default(256) }),
  change: ({ bytes }, reply, { draws }) => ({
    ...reply,
    body: Buffer.from(Array.from({ length: bytes }, () => draws.integer(0, 255))),
  }),
});
