/** A result code that no table lists. The request itself was carried out as ever. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { errorReply, setFields } from '../reply.ts';

export const unknownCode = replyKind({
  kind: 'unknown-code',
  title: { en: 'a result code nobody has seen', ja: '未知の結果コードが返る' },
  rows: ['ACQ-06'],
  parameters: z.strictObject({
    /** e-SCOTT's ResponseCd, or GMO-PG's ErrInfo. */
    code: z
      .string()
      .regex(/^[0-9A-Za-z]{1,20}$/, 'letters and digits, at most 20')
      .default('Z99999999'),
  }),
  change: ({ code }, reply, { subject, asked }) =>
    // e-SCOTT's answer keeps its handle; GMO-PG's errors have no other fields.
    subject.dialect === 'escott'
      ? setFields(subject, reply, { ResponseCd: code }, true)
      : errorReply(subject, asked, code),
});
