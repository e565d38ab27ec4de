/** Says no, and approves later all the same. */
import { z } from 'zod';
import { DelayMs, draw } from '../distribution.ts';
import { faultKind, moneyOperations, nothing } from '../kind.ts';
import { codeOf, errorReply, isApproval } from '../reply.ts';

export const lateApproval = faultKind({
  kind: 'late-approval',
  title: { en: 'declined, and approved later', ja: '否認の後に承認が成立する' },
  rows: ['ACQ-02'],
  only: moneyOperations,
  parameters: z.strictObject({
    /** From the no to the approval. */
    afterMs: DelayMs.default(10_000),
    /** What is said at once; absent: the issuer declines. */
    code: z.string().min(1).max(40).optional(),
  }),
  async inject({ afterMs, code }, incident) {
    const { subject, asked, draws, clock } = incident;
    clock.after(draw(draws, afterMs), () => {
      void incident.carryOut().then(
        (reply) => {
          if (isApproval(subject, reply)) incident.happened();
        },
        () => {},
      );
    });
    const reply = errorReply(subject, asked, code ?? codeOf(subject, 'declined'));
    return incident.say(nothing, reply, false);
  },
});
