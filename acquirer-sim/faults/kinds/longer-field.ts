/** Fields grow beyond their documented length: a change that nobody announced. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { fieldOf, setFields } from '../reply.ts';

export const longerField = replyKind({
  kind: 'longer-field',
  title: { en: 'a field grows longer than documented', ja: '項目長が仕様を超える' },
  rows: ['ACQ-20'],
  parameters: z.strictObject({
    fields: z
      .array(z.string().regex(/^[A-Za-z0-9]{1,30}$/))
      .min(1)
      .max(10)
      .default(['ApproveNo', 'Approve', 'TranID', 'TransactionId']),
    /** Zeros put before the value. */
    by: z.int().min(1).max(10_000).default(8),
  }),
  change: ({ fields, by }, reply, { subject }) => {
    const longer: Record<string, string> = {};
    for (const name of fields) {
      const value = fieldOf(subject, reply, name);
      if (value !== undefined && value !== '') longer[name] = '0'.repeat(by) + value;
    }
    return Object.keys(longer).length === 0 ? null : setFields(subject, reply, longer);
  },
});
