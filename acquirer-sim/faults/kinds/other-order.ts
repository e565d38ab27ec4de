/** Cross-talk: the answer to somebody else's order. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';
import { isApproval, type Reply } from '../reply.ts';

export const otherOrder = faultKind({
  kind: 'other-order',
  title: { en: 'a reply for another order', ja: '別の取引の応答が返る' },
  rows: ['ACQ-04'],
  parameters: z.strictObject({}),
  async inject(_, incident, next) {
    const { subject, memory } = incident;
    const parting = await next();
    const { reply } = parting;
    if (reply === null || !isApproval(subject, reply)) return parting;
    // One of the same call, or it would be told from its shape.
    const key = `${subject.dialect}/${subject.api}/${subject.form}`;
    const before = memory.get(key) as { reply: Reply; reference: string } | undefined;
    memory.set(key, { reply, reference: subject.reference });
    if (before === undefined || before.reference === subject.reference) return parting;
    return incident.say(parting, before.reply);
  },
});
