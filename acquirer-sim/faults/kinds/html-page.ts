/** A page for people where a program expects fields. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { page } from '../reply.ts';

export const htmlPage = replyKind({
  kind: 'html-page',
  title: { en: 'an HTML page instead of an answer', ja: '応答の代わりにHTMLページが返る' },
  rows: ['ACQ-07'],
  parameters: z.strictObject({ status: z.union([z.literal(200), z.int().min(400).max(599)]).default(200) }),
  change: ({ status }) =>
    page(status, 'システムエラー', 'しばらくしてから再度お試しください。 Please try again later.'),
});
