/** One request, carried out twice. */
import { z } from 'zod';
import { faultKind, moneyOperations } from '../kind.ts';
import { isApproval } from '../reply.ts';

export const duplicateProcessing = faultKind({
  kind: 'duplicate-processing',
  title: { en: 'one request is processed twice', ja: '1件の要求が二重に処理される' },
  rows: ['ACQ-03', 'NET-07'],
  only: moneyOperations,
  parameters: z.strictObject({
    /** Which of the two answers the caller gets. */
    reply: z.enum(['first', 'second']).default('first'),
  }),
  async inject({ reply: wanted }, incident, next) {
    const parting = await next();
    if (parting.reply === null) return parting;
    const again = await incident.carryOut();
    // A dialect that knows its order by name refuses the second time: then nothing happened.
    if (!isApproval(incident.subject, again)) return parting;
    incident.happened();
    return wanted === 'first' ? parting : { reply: again, way: parting.way };
  },
});
