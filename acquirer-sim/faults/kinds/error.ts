/** An error in the dialect's own words, by code, before or after the request was carried out. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';
import { codeOf, errorReply } from '../reply.ts';

export const error = faultKind({
  kind: 'error',
  title: { en: 'an error by code', ja: '指定コードのエラー' },
  rows: ['ACQ-11', 'GRY-05', 'GRY-09', 'GRY-10'],
  parameters: z.strictObject({
    /** ResponseCd or ErrInfo (several joined by `|`); absent: an internal failure. */
    code: z
      .string()
      .regex(/^[0-9A-Za-z|]{1,60}$/, 'codes, joined by |')
      .optional(),
    /** `after`: it was carried out, and the error is untrue. */
    at: z.enum(['before', 'after']).default('before'),
  }),
  async inject({ code, at }, incident, next) {
    const { subject, asked } = incident;
    const parting = at === 'after' ? await next() : nothing;
    return incident.say(parting, errorReply(subject, asked, code ?? codeOf(subject, 'failure')));
  },
});
