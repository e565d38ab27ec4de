/** Says that it is done, and does nothing. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';
import { acceptedReply } from '../reply.ts';

export const ignored = faultKind({
  kind: 'ignored',
  title: {
    en: 'a void, capture or change is accepted and not carried out',
    ja: '取消・売上・変更が受理されるが実行されない',
  },
  rows: ['ACQ-10'],
  only: ['void', 'capture', 'change'],
  parameters: z.strictObject({}),
  async inject(_, incident) {
    const { subject, asked, draws, clock } = incident;
    return incident.say(nothing, acceptedReply(subject, asked, draws, clock.wallMs()));
  },
});
