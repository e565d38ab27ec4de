/** A settlement file that is not what the books say. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { codeOf, errorReply, isApproval, setFields, textOf, withText } from '../reply.ts';

export const settlementFile = replyKind({
  kind: 'settlement-file',
  title: { en: 'the settlement file is missing, late or wrong', ja: '精算ファイルが欠落・遅延・誤り' },
  rows: ['ACQ-17'],
  only: ['settlement', 'listing'],
  parameters: z.strictObject({
    /** `missing` is also `late`, once the rule ends. `total`: the count of lines is another. */
    how: z.enum(['missing', 'line-missing', 'line-twice', 'line-extra', 'total', 'amount']).default('missing'),
  }),
  change: ({ how }, reply, { subject, asked, draws }) => {
    if (!isApproval(subject, reply)) return null;
    if (how === 'missing') return errorReply(subject, asked, codeOf(subject, 'not-found'));
    const [head = '', ...rest] = textOf(reply).split('\n');
    const lines = rest.filter((line) => line !== '');
    if (lines.length === 0) return null;
    const at = draws.integer(0, lines.length - 1);
    const line = lines[at] as string;
    const rebuilt = (changed: readonly string[], count: number) =>
      setFields(subject, withText(reply, [head, ...changed, ''].join('\n')), { Count: String(count) });
    switch (how) {
      case 'line-missing':
        return rebuilt(lines.toSpliced(at, 1), lines.length - 1);
      case 'line-twice':
        return rebuilt(lines.toSpliced(at, 0, line), lines.length + 1);
      case 'line-extra': {
        const columns = line.split(',');
        columns[0] = String(draws.integer(1_000_000_000_000, 9_999_999_999_999));
        columns[5] = `nobody-${draws.integer(0, 999_999)}`;
        return rebuilt([...lines, columns.join(',')], lines.length + 1);
      }
      case 'total':
        return rebuilt(lines, lines.length + 1);
      case 'amount': {
        const columns = line.split(',');
        columns[6] = String(Number(columns[6] ?? 0) + 1);
        return rebuilt(lines.with(at, columns.join(',')), lines.length);
      }
    }
  },
});
