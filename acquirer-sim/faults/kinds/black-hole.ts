/** No answer, ever: the request is lost, or its reply is. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';

export const blackHole = faultKind({
  kind: 'black-hole',
  title: { en: 'nothing is ever answered', ja: '応答が一切返らない' },
  rows: ['NET-02', 'NET-09', 'GRY-03', 'GRY-06', 'GRY-07'],
  parameters: z.strictObject({
    /** Whether the request is carried out before its reply is lost. */
    at: z.enum(['before', 'after']).default('before'),
  }),
  async inject({ at }, incident, next) {
    const parting = at === 'after' ? await next() : nothing;
    return incident.leave(parting, { how: 'silence', deaf: false });
  },
});
