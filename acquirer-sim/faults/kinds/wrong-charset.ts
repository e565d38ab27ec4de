/** The same text in an encoding that nobody announced. */
import { z } from 'zod';
import { encodeWindows31j } from '../../gmo-pg/charset.ts';
import { replyKind } from '../kind.ts';

export const wrongCharset = replyKind({
  kind: 'wrong-charset',
  title: { en: 'a charset that is not the announced one', ja: '宣言と異なる文字コード' },
  rows: ['ACQ-07', 'ACQ-20'],
  parameters: z.strictObject({
    /** The reply is mostly ASCII, which Shift_JIS shares: a Japanese field is added to tell by. */
    as: z.enum(['utf-8-bom', 'utf-16le', 'shift_jis']).default('utf-8-bom'),
  }),
  change: ({ as }, reply) => {
    if (as === 'utf-8-bom') return { ...reply, body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), reply.body]) };
    if (as === 'utf-16le') return { ...reply, body: Buffer.from(reply.body.toString('utf8'), 'utf16le') };
    return { ...reply, body: Buffer.concat([reply.body, encodeWindows31j('&Message=処理が完了しました')]) };
  },
});
