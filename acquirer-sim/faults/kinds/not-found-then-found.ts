/** A transaction is not found while it is young: the books an inquiry reads lag behind. */
import { z } from 'zod';
import { parseJstStamp } from '../../jst.ts';
import { DelayMs, draw } from '../distribution.ts';
import { inquiries, replyKind } from '../kind.ts';
import { codeOf, errorReply, isApproval, setFields, textOf, withText } from '../reply.ts';

export const notFoundThenFound = replyKind({
  kind: 'not-found-then-found',
  title: { en: 'not found at first, found later', ja: '照会で見つからず、後で見つかる' },
  rows: ['ACQ-08'],
  only: inquiries,
  parameters: z.strictObject({
    /** For how long after its last change a transaction is not found. Drawn per inquiry. */
    lagMs: DelayMs.default(60_000),
  }),
  change: ({ lagMs }, reply, { subject, asked, draws, clock }) => {
    const freshFromMs = clock.wallMs() - draw(draws, lagMs);
    if (!isApproval(subject, reply)) return null;
    if (subject.operation === 'search') {
      if (subject.changedAtMs === null || subject.changedAtMs < freshFromMs) return null;
      return errorReply(subject, asked, codeOf(subject, 'not-found'));
    }
    const [head = '', ...lines] = textOf(reply).split('\n');
    const kept = lines.filter((line) => {
      const atMs = parseJstStamp(line.split(',')[1] ?? '');
      return atMs === null || atMs < freshFromMs;
    });
    if (kept.length === lines.length) return null;
    const count = kept.filter((line) => line !== '').length;
    return setFields(subject, withText(reply, [head, ...kept].join('\n')), { Count: String(count) });
  },
});
