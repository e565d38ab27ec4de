/** The connection is reset: before the request is carried out, after it, or in the middle of the reply. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';

export const reset = faultKind({
  kind: 'reset',
  title: { en: 'the connection is reset', ja: '接続がリセットされる' },
  rows: ['NET-03'],
  parameters: z.strictObject({
    at: z.enum(['before', 'after', 'mid-reply']).default('before'),
  }),
  async inject({ at }, incident, next) {
    if (at === 'before') return incident.leave(nothing, { how: 'reset', afterBytes: null });
    const parting = await next();
    if (at === 'after' || parting.reply === null) return incident.leave(parting, { how: 'reset', afterBytes: null });
    return incident.leave(parting, { how: 'reset', afterBytes: Math.floor(parting.reply.body.length / 2) });
  },
});
