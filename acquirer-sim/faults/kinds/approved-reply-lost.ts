/** Approved, booked, and nobody is told: what an inquiry has to find out. */
import { z } from 'zod';
import { faultKind, moneyOperations } from '../kind.ts';
import { isApproval } from '../reply.ts';

export const approvedReplyLost = faultKind({
  kind: 'approved-reply-lost',
  title: { en: 'approved, but the reply is lost', ja: '承認されたが応答が失われる' },
  rows: ['ACQ-01', 'NET-09', 'GRY-07'],
  only: [...moneyOperations, 'check'],
  parameters: z.strictObject({
    /** `silence`: the caller waits until its own time-out. `reset`: it learns at once that it learns nothing. */
    by: z.enum(['silence', 'reset']).default('silence'),
  }),
  async inject({ by }, incident, next) {
    const parting = await next();
    if (parting.reply === null || !isApproval(incident.subject, parting.reply)) return parting;
    return incident.leave(
      parting,
      by === 'silence' ? { how: 'silence', deaf: false } : { how: 'reset', afterBytes: null },
    );
  },
});
