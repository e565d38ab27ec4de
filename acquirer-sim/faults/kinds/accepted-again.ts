/** What is out of order is answered with yes: captured twice, voided twice. The books move once. */
import { z } from 'zod';
import { replyKind } from '../kind.ts';
import { acceptedReply, fieldOf, isApproval, textOf } from '../reply.ts';

/** Codes that say "not in this state": escott-protocol.md section 5, gmo-pg-protocol.md sections 5 and 6. */
const outOfOrder = /K14|E0105|E1101|E1131|M01004014/;

export const acceptedAgain = replyKind({
  kind: 'accepted-again',
  title: { en: 'a second capture or void is accepted', ja: '二度目の売上・取消が受理される' },
  rows: ['ACQ-12'],
  only: ['capture', 'void', 'change'],
  parameters: z.strictObject({}),
  change: (_, reply, { subject, asked, draws, clock }) => {
    const refusal = subject.dialect === 'escott' ? (fieldOf(subject, reply, 'ResponseCd') ?? '') : textOf(reply);
    if (isApproval(subject, reply) || !outOfOrder.test(refusal)) return null;
    return acceptedReply(subject, asked, draws, clock.wallMs());
  },
});
