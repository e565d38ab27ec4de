/** Maintenance: announced for another hour, or for none, or longer than announced. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';
import { codeOf, errorReply, page } from '../reply.ts';

export const maintenance = faultKind({
  kind: 'maintenance',
  title: { en: 'maintenance', ja: 'メンテナンス' },
  rows: ['ACQ-19'],
  parameters: z.strictObject({
    /** What the real hosts say is not known: a page of the front, or a code of ours (C80, E91029998). */
    says: z.enum(['page', 'code']).default('page'),
  }),
  async inject({ says }, incident) {
    const { subject, asked } = incident;
    const reply =
      says === 'page'
        ? page(503, 'メンテナンス中', 'ただいまメンテナンス中です。 The service is under maintenance.')
        : errorReply(subject, asked, codeOf(subject, 'maintenance'));
    return incident.say(nothing, reply);
  },
});
