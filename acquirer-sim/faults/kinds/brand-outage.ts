/** One brand's network is away; the others work. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';
import { codeOf, errorReply } from '../reply.ts';

export const brandOutage = faultKind({
  kind: 'brand-outage',
  title: { en: 'one brand is away', ja: '特定ブランドのみ停止' },
  rows: ['ACQ-22', 'GRY-05'],
  only: ['check', 'authorise', 'gather', 'change', 'void'],
  needs: 'brands',
  parameters: z.strictObject({
    /** `silence`: as a brand's network that answers nothing. */
    by: z.enum(['error', 'silence']).default('error'),
  }),
  async inject({ by }, incident) {
    const { subject, asked } = incident;
    if (by === 'silence') return incident.leave(nothing, { how: 'silence', deaf: false });
    return incident.say(nothing, errorReply(subject, asked, codeOf(subject, 'brand')));
  },
});
