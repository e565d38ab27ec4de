/** Dates and times of the answers, moved: a host whose clock is wrong. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { shiftDates } from '../reply.ts';

export const clockSkew = replyKind({
  kind: 'clock-skew',
  title: { en: 'dates in the answers are skewed', ja: '応答の日時がずれる' },
  rows: ['ACQ-15'],
  parameters: z.strictObject({
    /** Milliseconds added; whole seconds show. */
    byMs: z.int().min(-31_536_000_000).max(31_536_000_000).default(-3_600_000),
  }),
  change: ({ byMs }, reply) => {
    const shifted = shiftDates(reply, byMs);
    return shifted.body.equals(reply.body) ? null : shifted;
  },
});
